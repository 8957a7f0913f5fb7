"""Every campaign does what its name says. Seeds are fixed; margins are some four standard errors wide."""

from functools import cache

import pandas as pd
import pytest

from onlooker.simulation import Campaign, Simulated, Taste, simulate
from simulation.seen import daily, events, outside_shifts

SIMULATED_KINDS = (
    "loud",
    "bursts",
    "slow",
    "off_hours",
    "snoop",
    "only_live",
    "creeping",
    "few_days",
    "ring",
    "same_victims",
)


@cache
def house() -> tuple[Simulated, pd.DataFrame]:
    """One log with all kinds, four agents each."""
    simulated = simulate(agents=90, days=90, seed=8, campaigns=[Campaign(kind, 4) for kind in SIMULATED_KINDS])
    return simulated, events(simulated)


def planted(kind: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The log, in which only this kind's views count as planted, and the kind's truth."""
    simulated, log = house()
    truth = simulated.truth.to_pandas()
    truth = truth[truth.campaign == kind]
    return log.assign(planted=log.planted & log.agent_id.isin(truth.agent_id)), truth


def with_taste(taste: Taste) -> pd.DataFrame:
    return events(simulate(agents=20, days=60, seed=8, campaigns=(Campaign("slow", 4, taste=taste),)))


def usual(log: pd.DataFrame, agents: pd.Series) -> pd.Series:
    """Mean distinct customers of ordinary work."""
    return daily(log[~log.planted & log.agent_id.isin(agents)]).mean(axis=1)


def worked_late(log: pd.DataFrame, agents: pd.Series) -> pd.Series:
    """Days worked in the time of the campaign."""
    late = log[~log.planted & (log.day >= "2026-02-28") & log.agent_id.isin(agents)]
    return late.groupby("agent_id").day.nunique()


def per_day_worked(kind: str) -> pd.Series:
    """Planted views per day worked in the campaign's time, relative to the own usual number."""
    log, truth = planted(kind)
    agents = truth.agent_id
    return truth.groupby("agent_id").views.sum() / worked_late(log, agents) / usual(log, agents)


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [
        ("slow", 0.22, 0.36),
        ("bursts", 1.1, 1.9),
        ("ring", 0.48, 0.7),
        ("creeping", 0.38, 0.62),
        ("only_live", 0.22, 0.36),
    ],
)
def test_volume_relative_to_own_work(kind: str, least: float, most: float) -> None:
    assert least < per_day_worked(kind).mean() < most


def test_loud_reaches_two_hundred_and_never_more() -> None:
    log, truth = planted("loud")
    shifts = log[log.session_id.isin(log[log.planted].session_id)]
    total = shifts.groupby("session_id").customer_id.nunique()
    assert set(truth.agent_id) == set(shifts.agent_id)
    assert 90 < total.mean() < 115
    assert 170 < total.max() <= 200


def test_slow_is_never_loud() -> None:
    log, truth = planted("slow")
    assert (truth.views < 1.0 * truth.agent_id.map(usual(log, truth.agent_id))).all()


def test_off_hours_are_off_hours() -> None:
    log, truth = planted("off_hours")
    assert outside_shifts(house()[0])[log.planted].mean() > 0.97
    share = truth.groupby("agent_id").size() / worked_late(log, truth.agent_id)
    assert 0.25 < share.mean() < 0.55


def test_other_campaigns_keep_to_shifts() -> None:
    simulated, log = house()
    honest_hours = log.planted & ~log.agent_id.isin(planted("off_hours")[1].agent_id)
    assert not outside_shifts(simulated)[honest_hours].any()


def test_snoop_looks_on_half_of_the_days() -> None:
    log, truth = planted("snoop")
    share = truth.groupby("agent_id").size() / worked_late(log, truth.agent_id)
    assert 0.35 < share.mean() < 0.65


def test_only_live_looks_at_customers_in_work() -> None:
    log, _ = planted("only_live")
    work = log[~log.planted].dropna(subset="customer_id")
    touched = set(zip(work.customer_id, work.day, strict=True))
    for row in log[log.planted].dropna(subset="customer_id").itertuples():
        tomorrow = pd.Timestamp(row.day) + pd.Timedelta(days=1)  # a colleague's night shift may end tomorrow
        days = pd.date_range(end=tomorrow, periods=17).strftime("%Y-%m-%d")
        assert any((row.customer_id, day) in touched for day in days)


def test_anybody_means_mostly_dormant_customers() -> None:
    log = with_taste(Taste(1, 0, 0))
    known = set(log[~log.planted].customer_id.dropna())
    who = log[log.planted].customer_id.dropna().drop_duplicates()
    assert who.isin(known).mean() < 0.5


def test_creeping_creeps() -> None:
    _, truth = planted("creeping")
    half = truth.day < "2026-03-18"
    assert truth[~half].views.sum() > 2 * truth[half].views.sum()


def test_few_days_are_few() -> None:
    log, truth = planted("few_days")
    assert truth.groupby("agent_id").size().between(3, 6).all()  # a night shift may spread over one day more
    assert truth.groupby("agent_id").views.max().mean() > 1.1 * usual(log, truth.agent_id).mean()


def test_a_ring_is_one_team() -> None:
    simulated = simulate(agents=30, days=60, seed=1, campaigns=(Campaign("ring"),))
    truth = simulated.truth.to_pandas()
    teams = simulated.agents.to_pandas().set_index("agent_id").team
    assert truth.agent_id.nunique() == 3
    assert teams[truth.agent_id.unique()].nunique() == 1


def test_same_victims_are_six() -> None:
    log, truth = planted("same_victims")
    victims = log[log.planted].groupby("agent_id").customer_id.nunique()
    assert (victims <= 6).all()
    assert (truth.groupby("agent_id").views.sum() > 2 * victims).all()


def test_taste_decides_on_depth_and_tickets() -> None:
    deep, shallow = with_taste(Taste(glance=0.0)), with_taste(Taste(glance=1.0, borrowed=0.5))
    lines = [log[log.planted].groupby(["agent_id", "day", "customer_id"]).size().mean() for log in (deep, shallow)]
    assert lines[0] > 1.5
    assert lines[1] < 1.1
    assert deep[deep.planted].ticket_id.isna().all()
    assert 0.4 < shallow[shallow.planted].ticket_id.notna().mean() < 0.6


def test_agents_can_be_named() -> None:
    plain = simulate(agents=20, days=40, seed=2)
    name = plain.agents["agent_id"].to_pylist()[3]
    bent = simulate(agents=20, days=40, seed=2, campaigns=(Campaign("loud", (name,)), Campaign("slow", 5)))
    truth = bent.truth.to_pandas()
    assert set(truth[truth.campaign == "loud"].agent_id) == {name}
    assert truth[truth.campaign == "slow"].agent_id.nunique() == 5
