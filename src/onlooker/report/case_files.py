"""The folder of the pages of cases: what the pages are called, and which are still of the report."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from onlooker.alerts.listed_cases import Listed, morning_list
from onlooker.errors import UsageError
from onlooker.outputs.output import Output
from onlooker.outputs.own_files import refuse_foreign_file
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.findings import Alert

FOLDER = "cases"
ENDING = ".html"
BEGINS, HAS = b"<!doctype html>", b"<title>Onlooker"

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,79}")


def page_name(case: Listed) -> str:
    """`case-1f0c93aa17.html`: by the case, without a store by the most telling alert."""
    identity = case.telling.case_id or case.telling.id
    if _PLAIN.fullmatch(identity):
        return identity + ENDING
    return f"case-{sha256(identity.encode(errors='surrogatepass')).hexdigest()[:16]}{ENDING}"


def page_files(alerts: Sequence[Alert], evidence: Sequence[CaseEvidence]) -> tuple[str, ...]:
    """The pages of the cases that `alerts` are of, as seen from the report, in the order of the list."""
    known = {one.about for one in evidence}
    cases = morning_list(alerts).everything
    return tuple(f"{FOLDER}/{page_name(one)}" for one in cases if (one.agent_id, one.telling.case_id) in known)


def refuse_foreign_pages(out: Path) -> None:
    """Raise UsageError if the folder of pages in `out` is a link or no folder, or has a page of somebody else."""
    folder = out / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            f"{folder} is in the way: a scan writes a page of each case into a folder of that name",
            "Name another folder with --out, or move it.",
        )
    for path in _pages(folder):
        refuse_foreign_file(path, Output(path.name, "", lambda *_: None, BEGINS, HAS))


def remove_others(folder: Path, written: Collection[str]) -> None:
    """Remove the pages in `folder` that are none of `written`: of cases that the report does not tell of any more.

    What is no page stays; the folder goes where nothing is left in it.
    """
    for path in _pages(folder):
        if path.name not in written:
            path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _pages(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ()
