"""The files of the contract that a scan writes into its folder."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onlooker.atomic_files import write_whole_bytes
from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput
from onlooker.scanning.out_folder import make_out
from onlooker.scanning.result import Scan
from onlooker.schema.findings import Run

REJECTED = "SELECT * FROM rejects ORDER BY file, line NULLS FIRST"


@contextmanager
def rejects_kept(engine: Engine, out: Path | None) -> Iterator[None]:
    """Where no line of the input can be used, write `rejects.csv`, and nothing else, into `out` before saying so."""
    from onlooker.outputs import write_rejects_csv

    try:
        yield
    except UnusableInput as error:
        try:
            rejected = engine.arrow(REJECTED)
        except EngineError:  # no file was understood
            raise error from None
        if out is None or not rejected.num_rows:
            raise
        make_out(out)
        write_rejects_csv(out / "rejects.csv", rejected, group=readers(out))
        hint = f"{out / 'rejects.csv'} has the lines and what is wrong with each. {error.hint}"
        raise UnusableInput(error.message, hint) from error


def write(result: Scan, nights: int, out: Path) -> None:
    """Write the files of the contract into `out`, but for run.json; a folder that hands its group on shares them."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from onlooker.outputs import write_alerts_csv, write_alerts_jsonl, write_rejects_csv
    from onlooker.report.page import write_report

    make_out(out)
    group = readers(out)
    with write_whole_bytes(out / "scores.parquet", group=group) as stream:
        # A dictionary of numbers that hardly repeat costs as much as the rest, and makes the file larger.
        schema = result.score_table.schema
        repeated = [field.name for field in schema if not pa.types.is_floating(field.type)]
        pq.write_table(result.score_table, stream, compression="zstd", use_dictionary=repeated)
    write_alerts_jsonl(out / "alerts.jsonl", result.alerts, group=group)
    write_alerts_csv(out / "alerts.csv", result.alerts, group=group)
    write_rejects_csv(out / "rejects.csv", result.engine.arrow(REJECTED), group=group)
    write_report(out / "report.html", result.run, result.alerts, result.series, nights=nights, group=group)


def readers(out: Path) -> str | None:
    """Name of the group that a folder is for (mode 2750), or None: what stands in any other is its owner's alone."""
    from onlooker.store.access import reading_group

    mode = out.stat().st_mode
    return reading_group(out) if mode & stat.S_ISGID and not mode & stat.S_IRWXO else None


def write_run(run: Run, out: Path) -> None:
    """Write run.json: last of all, so that its presence means that the rest is whole."""
    from onlooker.outputs import write_run_json

    write_run_json(out / "run.json", run, group=readers(out))
