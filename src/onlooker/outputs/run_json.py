"""The run's own record as JSON: what went in, what came out, what could not be judged."""

from __future__ import annotations

from pathlib import Path

from onlooker.atomic_files import write_whole
from onlooker.outputs.cells import indented
from onlooker.outputs.output import Output
from onlooker.schema.findings import Run


def write_run_json(path: Path, run: Run, *, group: str | None = None) -> None:
    """Write `run` as one indented JSON document, every field in its order, `format` among them."""
    with write_whole(path, group=group) as out:
        out.write(indented(run.record()) + "\n")


OUTPUT = Output(
    "run.json",
    "what went in, by which settings, what came out, what could not be judged; "
    "written last, with the names of all files",
    lambda path, results, group: write_run_json(path, results.run, group=group),
    begins=b"{",
    has=b'"config_hash"',
)
