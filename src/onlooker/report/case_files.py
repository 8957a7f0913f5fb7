"""The folder with the pages of cases: what the pages are called, and which of them the report still leads to."""

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
    """The pages of the cases of `alerts`, as paths from the folder of the report, in the order of the list."""
    known = {one.about for one in evidence}
    return tuple(f"{FOLDER}/{page_name(one)}" for one in morning_list(alerts).everything if one.about in known)


def refuse_foreign_pages(out: Path) -> None:
    """Raise UsageError if the folder of pages in `out` is a link or a file, or has a page that no scan wrote."""
    folder = out / FOLDER
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UsageError(
            f"{folder} is in the way: a scan writes a page of each case into a folder of that name",
            "Name another folder with --out, or move it.",
        )
    for path in _pages(folder):
        refuse_foreign_file(path, Output(path.name, "", lambda *_: None, BEGINS, HAS))


def remove_others(folder: Path, written: Collection[str]) -> None:
    """Remove the pages in `folder` that are not among `written`: their cases are no longer in the report.

    Files that are no pages stay; the folder is removed when nothing is left in it.
    """
    for path in _pages(folder):
        if path.name not in written:
            path.unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _pages(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ()
