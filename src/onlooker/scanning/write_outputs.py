"""Writing the files of a scan into its folder."""

from __future__ import annotations

import stat
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput
from onlooker.outputs import Output, Results, rejects_csv
from onlooker.report import case_page
from onlooker.scanning.out_folder import make_out
from onlooker.scanning.outputs import OUTPUTS, wanted
from onlooker.scanning.result import Scan


@contextmanager
def rejects_kept(engine: Engine, out: Path | None, without_texts: bool = False) -> Iterator[None]:
    """Where no line of the input can be used, write `rejects.csv`, and nothing else, into `out` before saying so."""
    try:
        yield
    except UnusableInput as error:
        try:
            rejected = engine.arrow(rejects_csv.WITHOUT_TEXT if without_texts else rejects_csv.REJECTED)
        except EngineError:  # no file was understood
            raise error from None
        if out is None or not rejected.num_rows:
            raise
        make_out(out)
        path = out / rejects_csv.OUTPUT.file
        rejects_csv.write_rejects_csv(path, rejected, group=readers(out))
        hint = f"{path} has the lines and what is wrong with each. {error.hint}"
        raise UnusableInput(error.message, hint) from error


def write(result: Scan, nights: int, out: Path, also: Collection[str] = ()) -> None:
    """Write the pages of cases and every output but run.json into `out`; a folder that hands its group on shares them.

    Of the outputs that have to be asked for, those of the formats `also`; what an earlier scan left of the others goes.
    """
    make_out(out)
    outputs = wanted(also)
    for output in OUTPUTS:
        if output not in outputs:
            (out / output.file).unlink(missing_ok=True)  # its own: check_out has refused any other
    results = results_of(result, nights)
    case_page.write_case_pages(out, results, readers(out))
    _write(outputs[:-1], results, out)
    case_page.remove_old_pages(out, results)


def write_run(result: Scan, nights: int, out: Path) -> None:
    """Write run.json, once the rest is there."""
    _write(OUTPUTS[-1:], results_of(result, nights), out)


def results_of(result: Scan, nights: int) -> Results:
    """What outputs are made from."""
    return Results(
        result.run, result.alerts, result.series, result.score_table, result.engine, nights, result.of_the_night,
        result.hours, evidence=result.evidence, without_texts=result.names.private,
    )  # fmt: skip


def _write(outputs: tuple[Output, ...], results: Results, out: Path) -> None:
    for output in outputs:
        output.write(out / output.file, results, readers(out))


def readers(out: Path) -> str | None:
    """Name of the group that a folder is for (mode 2750), or None: what stands in any other is its owner's alone."""
    from onlooker.store.access import reading_group

    mode = out.stat().st_mode
    return reading_group(out) if mode & stat.S_ISGID and not mode & stat.S_IRWXO else None
