"""Every nuisance does what its name says, and none of it is misuse."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from onlooker.simulation import NUISANCE_KINDS, Nuisance, Simulated, ordinary, simulate
from simulation.seen import daily, events

DAYS = pd.date_range("2026-01-05", periods=80).strftime("%Y-%m-%d")


@cache
def plain() -> pd.DataFrame:
    return events(simulate(agents=30, days=80, seed=4))


def with_(*nuisances: Nuisance) -> tuple[Simulated, pd.DataFrame, list[str]]:
    simulated = simulate(agents=30, days=80, seed=4, nuisances=nuisances)
    return simulated, events(simulated), simulated.incidents["agent_id"].to_pylist()


def per_head(log: pd.DataFrame, days: list[str]) -> float:
    return float(daily(log[log.day.isin(days)]).stack().mean())


def test_a_surge_lifts_its_queue_only() -> None:
    _, log, _ = with_(Nuisance("surge", start=0.5, where="billing"))
    days = list(DAYS[40:43])
    for queue, least, most in (("billing", 1.4, 1.8), ("technical", 0.85, 1.15)):
        ratio = per_head(log[log.queue == queue], days) / per_head(plain()[plain().queue == queue], days)
        assert least < ratio < most


def test_an_outage_lifts_everybody() -> None:
    _, log, _ = with_(Nuisance("outage", start=0.51))
    day = DAYS[41]
    assert 1.8 < per_head(log, [day]) / per_head(plain(), [day]) < 2.6


def test_who_is_on_leave_leaves_no_line() -> None:
    simulated, log, who = with_(Nuisance("leave", 5, start=0.4))
    away = log[log.agent_id.isin(who)]
    incident = simulated.incidents.to_pylist()[0]
    # A night shift that began on the eve of the leave may end on its first day.
    inside = away[(away.day > incident["first"]) & (away.day <= incident["last"])]
    assert len(who) == 5
    assert inside.empty
    assert (away.groupby("agent_id").day.max() > incident["last"]).all()


def test_nobody_works_before_the_hire() -> None:
    simulated, log, who = with_(Nuisance("new_hire", 4, start=0.5))
    hired = simulated.agents.to_pandas().set_index("agent_id").hire_date
    assert (hired[who] == DAYS[40]).all()
    assert (log.day >= log.agent_id.map(hired)).all()
    counts = daily(log).loc[who]
    early, late = counts[DAYS[41:52]].mean(axis=1), counts[DAYS[68:80]].mean(axis=1)
    assert (early / late).mean() < 0.75


def test_a_role_change_shows_in_the_log_from_its_day_on() -> None:
    _, log, [who] = with_(Nuisance("role_change", start=0.5))
    roles = log[log.agent_id == who].groupby("role").day.agg(["min", "max"])
    assert roles.loc["team_lead", "min"] >= DAYS[40]
    assert roles.drop("team_lead")["max"].max() <= DAYS[40]


def test_a_queue_change_shows_in_the_log_from_its_day_on() -> None:
    _, log, [who] = with_(Nuisance("queue_change", start=0.5))
    own = log[log.agent_id == who]
    assert own.queue.nunique() == 2
    assert own[own.day < DAYS[40]].queue.nunique() == 1


@pytest.mark.parametrize(("kind", "least", "most"), [("qa_reviewer", 0.85, 1.0), ("team_lead", 0.3, 0.75)])
def test_reviewers_and_leads_view_without_tickets_what_others_work_on(kind: str, least: float, most: float) -> None:
    _, log, [who] = with_(Nuisance(kind, start=0.0))
    own = log[(log.agent_id == who) & log.customer_id.notna()]
    assert least < own.ticket_id.isna().mean() < most
    others = set(log[(log.agent_id != who)].customer_id)
    assert own[own.ticket_id.isna()].customer_id.isin(others).mean() > 0.8


def test_an_ai_agent_works_round_the_clock_with_tickets() -> None:
    simulated, log, [who] = with_(Nuisance("ai_agent", start=0.0))
    own = log[log.agent_id == who]
    assert set(own.actor_type) == {"ai"}
    assert own.local.dt.hour.nunique() == 24
    assert own.day.nunique() >= 80
    assert own.ticket_id.notna().mean() > 0.98
    counts = daily(log)
    assert counts.loc[who].mean() > 6 * counts.drop(who).mean(axis=1).mean()
    assert simulated.agents.to_pandas().set_index("agent_id").actor_type[who] == "ai"


def test_a_gig_worker_has_irregular_days_and_hours() -> None:
    _, log, who = with_(Nuisance("gig", 3, start=0.0))
    own, rest = log[log.agent_id.isin(who)], log[~log.agent_id.isin(who)]
    hours = own.groupby("agent_id").local.agg(lambda times: times.dt.hour.nunique())
    assert (hours >= 20).all()
    spread = rest.groupby("agent_id").local.agg(lambda times: times.dt.hour.nunique())
    assert hours.min() > spread.median()


def test_a_project_looks_at_anybody_without_tickets_for_its_days() -> None:
    simulated, log, [who] = with_(Nuisance("project", start=0.5))
    incident = simulated.incidents.to_pylist()[0]
    own = log[(log.agent_id == who) & log.customer_id.notna()]
    inside = own.day.between(incident["first"], incident["last"])
    assert own[inside].ticket_id.isna().mean() > 0.4
    assert own[~inside].ticket_id.isna().mean() < 0.25


def test_a_logging_gap_takes_hours_away() -> None:
    _, log, _ = with_(Nuisance("logging_gap", start=0.55, where="brunnhof"))
    hour = pd.to_datetime(log.timestamp, unit="us")
    gap = (hour >= f"{DAYS[44]}T06:00") & (hour < f"{DAYS[44]}T15:00")
    assert not (gap & (log.site == "brunnhof")).any()
    assert (gap & (log.site == "elvira")).any()
    assert len(log) < len(plain())


def test_broken_tickets_take_the_ticket_ids_of_a_day() -> None:
    _, log, _ = with_(Nuisance("broken_tickets", start=0.5))
    day = pd.to_datetime(log.timestamp, unit="us").dt.strftime("%Y-%m-%d")
    missing = log.ticket_id.isna().groupby(day).mean()
    assert missing[DAYS[40]] == 1
    assert missing.drop(DAYS[40]).max() < 0.5


def test_duplicates_repeat_whole_lines() -> None:
    simulated, log, _ = with_(Nuisance("duplicates", start=0.5))
    twice = log.duplicated("event_id")
    assert (
        0.2 < twice.sum() / (pd.to_datetime(log.timestamp, unit="us").dt.strftime("%Y-%m-%d") == DAYS[40]).sum() < 0.3
    )
    assert simulated.events.to_pandas().drop_duplicates().shape[0] == len(plain())


def test_every_kind_is_tested_and_ordinary_has_most_of_them() -> None:
    assert {n.kind for n in ordinary(60)} == {kind.name for kind in NUISANCE_KINDS}
    simulated = simulate(agents=60, days=60, seed=1, nuisances=ordinary(60))
    assert simulated.truth.num_rows == 0
    assert not np.any(simulated.planted)
    assert set(simulated.incidents["kind"].to_pylist()) == {kind.name for kind in NUISANCE_KINDS}
