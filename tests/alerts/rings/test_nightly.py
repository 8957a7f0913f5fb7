"""Runs on a store name the same teams on the same nights as one scan of everything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.alerts.rings.test_scan import SETTINGS, SIZE

from onlooker.nightly import scan_into
from onlooker.scanning.run import scan
from onlooker.simulation import Campaign, simulate, write_logs

pytestmark = pytest.mark.full  # minutes of nights on a store

LONG_AGO = 1_000_000_000


def cut(path: Path, dates: list[str]) -> list[Path]:
    """The log in files that end before each of the dates of UTC, and one with the rest."""
    header, *lines = path.read_text().splitlines()
    lines.sort()
    files = []
    for number, (since, until) in enumerate(zip(["", *dates], [*dates, "9"], strict=True)):
        part = [line for line in lines if since <= line.strip('"') < until]
        file = path.with_name(f"part-{number}.csv")
        file.write_text("\n".join([header, *part]) + "\n")
        os.utime(file, (LONG_AGO, LONG_AGO))
        files.append(file)
    return files


def test_runs_one_after_the_other_name_the_same_teams(tmp_path: Path) -> None:
    made = simulate(**SIZE, campaigns=(Campaign("ring", 6, start=0.6),))
    (path,) = write_logs(made, tmp_path, period="all", compress=False, side_tables=(), local=False)
    parts = cut(Path(path), ["2026-03-20", "2026-03-22", "2026-03-24", "2026-03-30"])
    with scan([path], SETTINGS) as done:
        at_once = {alert.id: alert.record_to_keep() for alert in done.alerts if alert.kind == "ring"}
    assert at_once
    found = {}
    for number, part in enumerate(parts):
        with scan_into(tmp_path / "store", [part], SETTINGS, closed=number == len(parts) - 1) as night:
            found |= {alert.id: alert.record_to_keep() for alert in night.alerts if alert.kind == "ring"}
    assert found == at_once
