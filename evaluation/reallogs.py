"""Public logs of people at work on case records: CSV files of timestamp, agent_id, customer_id and team in a folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pandas as pd

from evaluation.counted import Counted, cached, count
from onlooker.config import Settings

COLUMNS = ["timestamp", "agent_id", "customer_id", "team"]


def names(folder: Path) -> list[str]:
    """The logs of a folder."""
    return sorted(path.name.removesuffix(".csv.gz") for path in folder.glob("*.csv.gz"))


def load(folder: Path, name: str) -> pd.DataFrame:
    """One log, in the order of its times, with `day` at midnight."""
    frame = pd.read_csv(folder / f"{name}.csv.gz", dtype=str)[COLUMNS]
    frame["timestamp"] = pd.to_datetime(frame.timestamp).dt.tz_localize(None)
    frame["day"] = frame.timestamp.dt.normalize()
    return frame.sort_values("timestamp", kind="stable").reset_index(drop=True)


def write(frame: pd.DataFrame, path: Path) -> Path:
    """A log as a file that the product reads: all events are views, and a column `ticket_id` is kept."""
    text = frame.drop(columns="day").assign(action="view", timestamp=frame.timestamp.dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    text.to_csv(path, index=False)
    return path


def counted(frame: pd.DataFrame, name: str) -> Counted:
    """Count a log by way of a file, as a scan would."""
    with tempfile.TemporaryDirectory() as place:
        return count(name, [write(frame, Path(place) / f"{name}.csv")], Settings())


def without_misuse(folder: Path, name: str, cache: Path) -> Counted:
    """A log as it is, counted."""
    return cached(cache, f"real-{name}", lambda: counted(load(folder, name), name))
