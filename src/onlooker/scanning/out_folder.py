"""The folder that a scan writes its files into: for its owner, or for the readers of the folder that it lies in."""

from __future__ import annotations

from pathlib import Path

from onlooker.errors import UsageError
from onlooker.outputs.own_files import refuse_foreign_files
from onlooker.report.case_files import refuse_foreign_pages
from onlooker.scanning.outputs import OUTPUTS
from onlooker.store.access import check_name, make_folder, refuse_if_open_to_all
from onlooker.store.layout import DATABASE


def check_out(out: Path) -> None:
    """Raise UsageError if a scan may not write into `out`. Changes nothing."""
    check_name(out)
    refuse_stores(out)
    if out.exists() and not out.is_dir():
        raise UsageError(f"{out} is not a folder", "Name a folder with --out.")
    refuse_if_open_to_all(out)
    refuse_foreign_files(out, OUTPUTS)
    refuse_foreign_pages(out)


def refuse_stores(path: Path) -> None:
    """Raise UsageError if `path` is a store or lies in one."""
    for folder in (real := path.resolve(), *real.parents):
        if (folder / DATABASE).exists():
            raise UsageError(f"{path} lies in the store {folder}, where nothing else is written", "Name another place.")


def refuse_names_in(out: Path, store: Path | None = None) -> None:
    """Raise UsageError where ids would lie in the folder `out`, which may show none: a `store`, or an earlier state."""
    if store is not None and store.resolve().is_relative_to(out.resolve()):
        raise UsageError(
            f"the store {store} has ids, and may not lie in {out}, which shows none",
            "Name another folder with --store or --out.",
        )
    if (out / "store" / DATABASE).exists():
        raise UsageError(
            f"{out / 'store'} has ids of an earlier scan, and {out} is to show none",
            "Remove it, or name another folder with --out.",
        )


def make_out(out: Path) -> None:
    """Make `out` if it is not there, with mode 0700, or 2750 inside a folder that was made for a group."""
    if not out.is_dir():
        make_folder(out)
