"""A night with far more than ever is told and decided strictly; it is whole, so the run vouches for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.command import onlooker

from onlooker.checks.completeness import in_doubt, why_in_doubt
from onlooker.config import Settings
from onlooker.nightly import scan_into
from onlooker.scanning.run import scan
from onlooker.store import Store

from .organisation import write

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
WEEKS = 3
SETTINGS = Settings(threads=2, combinations=0, daily_cap=11)


def day(folder: Path, number: int, visits: int, first: int | None = None) -> Path:
    """A file of a day: eight agents who look at `visits` customers each, the first at `first` if it is given."""
    at = MONDAY + timedelta(days=number)
    lines = [
        f"{(at + timedelta(minutes=i)).isoformat()},agent{agent},C{name},view,T{name},t,q,s,r,human,E{name}"
        for agent in range(8)
        for i in range(visits if agent or first is None else first)
        for name in [f"{number}-{agent}-{i}"]
    ]
    return write(folder / f"{at:%Y-%m-%d}.csv", lines)


def test_a_surge_is_told_and_kept_and_the_run_vouches_for_its_nights(tmp_path: Path) -> None:
    usual = [day(tmp_path / "logs", number, 5) for number in range(7 * WEEKS)]
    surge, after = day(tmp_path / "logs", 7 * WEEKS, 8, first=12), day(tmp_path / "logs", 7 * WEEKS + 1, 5)
    what = (
        "the log has 68 events, 1.7 times as many as on the busiest such weekday of 8 weeks; "
        "alerts of that night need stronger evidence."
    )
    said = f"2026-01-26: {what}"
    with scan_into(tmp_path / "store", usual, SETTINGS, closed=True) as first:
        assert not [note for note in first.run.notes if "need stronger evidence" in note]
    with scan_into(tmp_path / "store", [surge], SETTINGS, closed=True) as night:
        assert said in night.run.notes
        assert night.run.vouched and not night.run.doubts
        assert [(alert.agent_id, f"About that night: {what}" in alert.against) for alert in night.alerts] == [
            ("agent0", True)
        ]
    with Store.open(tmp_path / "store") as store:
        *others, last = store.nights()
        assert last.record["surges"] == [said]
        assert why_in_doubt(last.record) and not any(why_in_doubt(other.record) for other in others)
        assert in_doubt(store.nights()) == {last.day: (said,)}
    explained = onlooker("explain", "agent1", "--date", "2026-01-26", "--store", tmp_path / "store", cwd=tmp_path)
    assert f"  surge: {said}\n" in explained.out
    whole_night = onlooker("explain", "agent1", "--date", "2026-01-23", "--store", tmp_path / "store", cwd=tmp_path)
    assert "surge" not in whole_night.out and whole_night.status == 0
    with scan([*usual, surge, after], SETTINGS) as whole:
        assert said in whole.run.notes
