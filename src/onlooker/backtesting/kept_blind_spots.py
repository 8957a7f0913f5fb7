"""Where blind spots are kept, and who may read them: in a store with every reading on record, else the owner alone."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onlooker.atomic_files import write_whole
from onlooker.backtesting.blind_spots import BlindSpots, find_blind_spots
from onlooker.backtesting.write_backtest import check_out
from onlooker.config import Settings
from onlooker.errors import UsageError
from onlooker.store import Store
from onlooker.store.access import reading_group
from onlooker.store.layout import BLIND_SPOTS
from onlooker.store.recorded_look_ups import record_look

PRIVATE = 0o700


def measure_into_store(
    store: Path, logs: Sequence[str | os.PathLike[str]], settings: Settings, who: str | None = None, **how: Any
) -> None:
    """Measure blind spots and keep them in a store, which must be there; the history says who measured."""
    with Store.open(store, "decide") as opened:
        opened.record("blind spots", {"measured from": [os.fspath(one) for one in logs]}, "", who)
    _write(store / BLIND_SPOTS, find_blind_spots(logs, settings, **how), reading_group(store))


def measure_into_folder(out: Path, logs: Sequence[str | os.PathLike[str]], settings: Settings, **how: Any) -> None:
    """Measure blind spots and write them into `out`, a new or an empty folder that its owner alone may open."""
    check_out(out)
    found = find_blind_spots(logs, settings, **how)
    out.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    out.chmod(PRIVATE)
    _write(out / BLIND_SPOTS, found, None)


def read_blind_spots(store: Path, reason: str = "", who: str | None = None) -> dict[str, Any]:
    """The blind spots that a store keeps, after the reading is in its history. Raises UsageError if that cannot be."""
    if not record_look(store, "blind spots", {"read": BLIND_SPOTS}, reason, who):
        raise UsageError(
            f"{store} can't be written, and blind spots are shown only where the reading goes on record",
            "Ask somebody who may write the store.",
        )
    path = store / BLIND_SPOTS
    if not path.exists():
        raise UsageError(
            f"{store} has no blind spots yet", f"Measure them: onlooker backtest LOGS --blind-spots --store {store}"
        )
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def _write(path: Path, found: BlindSpots, group: str | None) -> None:
    with write_whole(path, group=group) as stream:
        json.dump(found.record(), stream, ensure_ascii=True, indent=1, allow_nan=False)
        stream.write("\n")
