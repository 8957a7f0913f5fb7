"""Scans that several tests look at, made once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from onlooker.simulation import Campaign, simulate, write_logs

from .command import DEMO, Ran, onlooker


@dataclass(frozen=True)
class Scanned:
    """A finished `onlooker scan`: what it said, and the folder it wrote."""

    ran: Ran
    out: Path
    logs: tuple[Path, ...]


@pytest.fixture(scope="session")
def tiny_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six agents over three days, one of whom opens 30 customers a day where the others open five."""
    lines = ["timestamp,agent_id,customer_id,action"]
    for day in (5, 6, 7):
        for number, agent in enumerate(("m.busy", "a.one", "b.two", "c.three", "d.four", "e.five")):
            seen = 30 if agent == "m.busy" else 5
            lines += [f"2026-01-{day:02d}T09:{k:02d}:00Z,{agent},c{number}_{k},view" for k in range(seen)]
    path = tmp_path_factory.mktemp("tiny") / "tiny.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def small_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain CSV file: 16 invented agents over 50 days, one of them loud for the last ten."""
    folder = tmp_path_factory.mktemp("small")
    made = simulate(agents=16, days=50, seed=11, pace=10, depth=0.5, campaigns=(Campaign("loud", 1, start=0.8),))
    (path,) = write_logs(made, folder, period="all", compress=False, side_tables=())
    return path


@pytest.fixture(scope="session")
def small(small_log: Path, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    folder = tmp_path_factory.mktemp("small_scan")
    ran = onlooker("scan", small_log, "--out", "result", cwd=folder)
    return Scanned(ran, folder / "result", (small_log,))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    logs = tuple(sorted(DEMO.glob("*.csv.gz")))
    folder = tmp_path_factory.mktemp("demo_scan")
    return Scanned(onlooker("scan", *logs, "--out", "result", cwd=folder), folder / "result", logs)
