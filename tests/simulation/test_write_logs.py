"""The files: local times with offsets, cut by local dates, the same bytes again."""

import csv
import gzip
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from onlooker.errors import UsageError
from onlooker.simulation import Campaign, Simulated, simulate, write_logs
from onlooker.simulation.zone_clock import epoch_second, offset_of_instant, offset_of_wall


@pytest.fixture(scope="module")
def log() -> Simulated:
    # Summer time begins at one of the two sites on 2026-03-29.
    return simulate(
        agents=12, days=10, seed=1, start="2026-03-25", campaigns=(Campaign("slow", start=0.2, if_possible=True),)
    )


def rows(paths: list[Path]) -> list[dict[str, str]]:
    found = []
    for path in paths:
        with gzip.open(path, "rt") as lines:
            found += list(csv.DictReader(lines))
    return found


@pytest.mark.parametrize("period", ["all", "month", "week", "day"])
@pytest.mark.parametrize("local", [True, False])
def test_files_hold_all_lines_at_their_instants(log: Simulated, tmp_path: Path, period: str, local: bool) -> None:
    paths = write_logs(log, tmp_path, period=period, local=local)
    read = rows(paths)
    instants = sorted(int(datetime.fromisoformat(row["timestamp"]).timestamp()) for row in read)
    assert instants == (log.events["timestamp"].to_numpy() // 1_000_000).tolist()
    assert {row["timestamp"][19:] for row in read} == ({"+08:00", "+01:00", "+02:00"} if local else {"Z"})
    for path in paths if period == "day" else []:
        assert {row["timestamp"][:10] for row in rows([path])} == {path.name[7:17]}


def test_the_same_bytes_again(log: Simulated, tmp_path: Path) -> None:
    one, other = write_logs(log, tmp_path / "1"), write_logs(log, tmp_path / "2")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]


def test_side_tables_and_columns(log: Simulated, tmp_path: Path) -> None:
    sides = ("agents", "tickets", "roster", "incidents", "truth")
    paths = write_logs(log, tmp_path, columns=("timestamp", "agent_id"), compress=False, side_tables=sides)
    assert paths[0].read_text().startswith("timestamp,agent_id\n2026-03-25T")
    for side in sides:
        with (tmp_path / f"{side}.csv").open() as lines:
            assert len(list(csv.DictReader(lines))) == getattr(log, side).num_rows
    assert "Z," in (tmp_path / "tickets.csv").read_text()


def test_an_unknown_period_is_refused(log: Simulated, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_logs(log, tmp_path, period="fortnight")


def test_clocks_follow_their_zone() -> None:
    midnight = epoch_second(datetime(2026, 3, 29).date())
    wall = midnight + 3600 * np.arange(6)
    assert offset_of_wall("Europe/Vienna", wall).tolist() == [3600, 3600, 3600, 7200, 7200, 7200]
    assert offset_of_instant("Europe/Vienna", wall).tolist() == [3600, 7200, 7200, 7200, 7200, 7200]
    assert offset_of_wall("Asia/Kolkata", wall).tolist() == [19800] * 6
