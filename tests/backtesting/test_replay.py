"""A copy judged from a kept state is judged as a scan of its lines would be, and as a store night after night."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import onlooker
from onlooker.alerts.pattern_alerts import choose
from onlooker.backtesting.honest_log import HonestLog
from onlooker.backtesting.plant_copy import clock_step, plant
from onlooker.backtesting.recount import Recounted, copy_events, recount
from onlooker.backtesting.replay import Base, Judged, alerts, judge_copy
from onlooker.backtesting.run_backtest import honest_base
from onlooker.backtesting.surroundings import read_records
from onlooker.backtesting.tries import Try, drawn, staff_of
from onlooker.simulation.campaigns import kind_named

COLUMNS = ["timestamp", "agent_id", "customer_id", "action", "ticket_id", "team"]


def tried(log: HonestLog, kind: str) -> Try:
    tries, _ = drawn(log, staff_of(log), [kind_named(kind)], 1, 5)
    return tries[0]


def planted(log: HonestLog, kind: str, path: Path) -> tuple[Base, Judged, Recounted]:
    """A copy with one campaign, judged; its lines are written to `path`."""
    one = tried(log, kind)
    base, _ = honest_base(log, [[one]], lambda _what, _share: None)
    plant(log, read_records(log), [one], clock_step(log))
    counted = recount(log, one.point + log.first_day, log.last_day)
    lines = log.engine.arrow(copy_events(log, log.first_day, log.last_day)).to_pandas()
    lines["timestamp"] = pd.to_datetime(lines.us, unit="us").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    lines.sort_values(["us", "agent_id", "customer_id"])[COLUMNS].to_csv(path, index=False)
    return base, judge_copy(base, counted), counted


def raised(log: HonestLog, base: Base, rows: Judged, counted: Recounted) -> set[tuple[str, str]]:
    """Agent and date of the alerts of the replay."""
    ids = [*log.names.agents, *counted.newcomers]
    found = alerts(rows, counted.fired, base.policy, base, base.told[counted.since][base.policy.budget])
    named = choose(counted.hits, base.patterns_told[counted.since], base.policy.quiet_days).raised
    days = [(ids[rows.agent[row]], int(rows.day[row])) for row, _ in found]
    days += [(hits[0].subject, hits[0].day) for hits in named]
    return {(subject, str(np.datetime64(day, "D"))) for subject, day in days}


FULL = ("breach", "in_place_of_work", "new_account", "login_spellings", "from_day_one")


@pytest.mark.parametrize("kind", ["made_up_tickets", *(pytest.param(kind, marks=pytest.mark.full) for kind in FULL)])
def test_a_copy_has_the_p_values_and_the_alerts_of_a_scan_of_its_lines(
    honest: HonestLog, kind: str, tmp_path: Path
) -> None:
    base, rows, counted = planted(honest, kind, tmp_path / "copy.csv")
    ids = [*honest.names.agents, *counted.newcomers]
    replayed = pd.Series(rows.p_value, index=pd.MultiIndex.from_arrays([[ids[a] for a in rows.agent], rows.day]))
    with onlooker.scan(tmp_path / "copy.csv", threads=1) as scan:
        scores = scan.scores
        scores["day"] = (pd.to_datetime(scores.date) - pd.Timestamp(0)).dt.days
        late = scores[scores.day >= counted.since]
        scanned = pd.Series(late.p_value.to_numpy(), index=pd.MultiIndex.from_arrays([late.agent_id, late.day]))
        since = str(np.datetime64(counted.since, "D"))
        told = {(a.agent_id, a.date) for a in scan.alerts if a.kind != "ring" and a.date >= since}
    assert set(replayed.index) == set(scanned.index)
    np.testing.assert_allclose(replayed.sort_index(), scanned.sort_index(), rtol=1e-9)
    assert raised(honest, base, rows, counted) == told


@pytest.mark.full
def test_the_replay_raises_what_a_store_raises_night_after_night(honest: HonestLog, tmp_path: Path) -> None:
    base, rows, counted = planted(honest, "breach", tmp_path / "copy.csv")
    since = str(np.datetime64(counted.since, "D"))
    found: set[tuple[str, str]] = set()
    for part in nights(tmp_path / "copy.csv", since, tmp_path):
        with onlooker.scan(part, store=tmp_path / "store", threads=1) as scan:
            found |= {(a.agent_id, a.date) for a in scan.alerts if a.kind != "ring" and a.date >= since}
    last = str(np.datetime64(honest.last_day, "D"))
    expected = {alert for alert in raised(honest, base, rows, counted) if alert[1] < last}
    assert {alert for alert in found if alert[1] < last} == expected
    assert expected


def nights(path: Path, since: str, folder: Path) -> Iterator[Path]:
    """The log before `since` as one file, and then a file for each night."""
    lines = pd.read_csv(path, dtype=str, keep_default_na=False)
    date = lines.timestamp.str[:10].where(lines.timestamp.str[:10] >= since, "before")
    for name in ["before", *sorted(set(date) - {"before"})]:
        part = folder / f"{name}.csv"
        lines[date == name].to_csv(part, index=False)
        yield part
