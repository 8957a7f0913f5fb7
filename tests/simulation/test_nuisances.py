"""Every nuisance does what its name says, and none of it is misuse."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from onlooker.simulation import NUISANCE_KINDS, Nuisance, Simulated, ordinary, simulate, world_named
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


def test_a_hiring_wave_shadows_for_two_weeks_without_tickets_and_without_hire_dates() -> None:
    simulated, log, who = with_(Nuisance("hiring_wave", 6, start=0.4))
    agents = simulated.agents.to_pandas().set_index("agent_id")
    assert agents.hire_date[who].isna().all()
    first = log[log.agent_id.isin(who)].groupby("agent_id").day.min()
    assert (first >= DAYS[32]).all() and first.max() <= DAYS[42]
    own = log[log.agent_id.isin(who) & log.customer_id.notna()]
    trainee = own.role == "trainee"
    assert own[trainee].ticket_id.isna().mean() > 0.95
    assert own[~trainee].ticket_id.notna().mean() > 0.8
    assert own[trainee].groupby("agent_id").day.agg(lambda days: days.max() <= max(DAYS[51], "")).all()


def test_a_leaver_is_gone_and_the_table_knows_the_last_day() -> None:
    simulated, log, who = with_(Nuisance("leaver", 3, start=0.5))
    last = simulated.agents.to_pandas().set_index("agent_id").leave_date[who]
    assert last.isin([DAYS[39], DAYS[40]]).all()  # a night shift may end on the day after
    assert (log[log.agent_id.isin(who)].groupby("agent_id").day.max()[who] <= last).all()


def test_leave_is_in_its_table() -> None:
    simulated, _, who = with_(Nuisance("leave", 3, start=0.5))
    table = simulated.leave.to_pandas()
    assert set(table.agent_id) == set(who)
    assert set(table["from"]) == {DAYS[40]}
    assert set(table["to"]) == {DAYS[53]}


def test_a_reorganisation_moves_people_to_other_teams_from_a_day_on() -> None:
    simulated, log, _ = with_(Nuisance("reorganisation", start=0.5))
    agents = simulated.agents.to_pandas()
    moved = agents[agents.valid_from.notna()]
    assert 5 <= len(moved) <= 20
    assert set(moved.valid_from) == {DAYS[40]}
    one = log[log.agent_id == moved.agent_id.iloc[0]]
    assert one[one.day > DAYS[40]].team.nunique() == 1
    assert set(one[one.day > DAYS[40]].team) == {moved.team.iloc[0]}


def test_a_new_queue_opens() -> None:
    world = world_named("call_centre")
    simulated = simulate(
        agents=30, days=40, seed=4, mechanics=world.mechanics, nuisances=(Nuisance("new_queue", 4, start=0.5),)
    )
    log = events(simulated)
    returns = log[log.queue == "returns"]
    assert returns.day.min() >= DAYS[20]
    assert set(returns.agent_id) == set(simulated.incidents["agent_id"].to_pylist())


@pytest.mark.parametrize(
    ("kind", "label", "least"), [("audit", "audit", 20), ("call_backs", "call-back", 8), ("training", "training", 6)]
)
def test_work_of_another_kind_has_no_tickets_and_is_labelled(kind: str, label: str, least: int) -> None:
    simulated, log, [who] = with_(Nuisance(kind, start=0.5))
    seen = log[simulated.labels(np.arange(len(log)))["label"].to_pandas() == label].dropna(subset="customer_id")
    assert set(seen.agent_id) == {who}
    assert seen.ticket_id.isna().all()
    assert seen.groupby("day").customer_id.nunique().median() >= least


def test_a_migration_runs_at_night_under_a_persons_login() -> None:
    simulated, log, [who] = with_(Nuisance("migration", start=0.5, days=7, strength=0.2))
    seen = log[simulated.labels(np.arange(len(log)))["label"].to_pandas() == "migration"]
    assert set(seen.agent_id) == {who}
    assert set(seen.actor_type) == {"human"}
    assert seen.groupby("day").customer_id.nunique().max() > 500
    hours = seen.local.dt.hour
    assert hours.min() == 1 and hours.max() <= 7
    assert "project" in simulated.calendar["kind"].to_pylist()


def test_late_tickets_are_missing_on_a_third_of_the_visits() -> None:
    _, log, _ = with_(Nuisance("late_tickets", start=0.5, days=10))
    day = pd.to_datetime(log.timestamp, unit="us").dt.strftime("%Y-%m-%d")
    inside = day.between(DAYS[40], DAYS[49])
    assert 0.3 < log.ticket_id[inside].isna().mean() - log.ticket_id[~inside].isna().mean() + 0.1 < 0.5


def test_lost_ids_leave_lines_without_an_agent() -> None:
    _, log, _ = with_(Nuisance("lost_ids", start=0.5))
    nameless = log.agent_id.isna()
    assert set(pd.to_datetime(log.timestamp[nameless], unit="us").dt.strftime("%Y-%m-%d")) == set(DAYS[40:42])


def test_a_lost_file_is_a_day_without_a_line_and_a_doubled_one_has_all_lines_twice() -> None:
    _, lost, _ = with_(Nuisance("file_lost", start=0.5))
    simulated, doubled, _ = with_(Nuisance("file_doubled", start=0.5))
    on = {"lost": lost, "doubled": doubled, "plain": plain()}
    lines = {
        name: int((pd.to_datetime(log.timestamp, unit="us").dt.strftime("%Y-%m-%d") == DAYS[40]).sum())
        for name, log in on.items()
    }
    assert lines["lost"] == 0
    assert lines["doubled"] == 2 * lines["plain"] > 0
    assert simulated.labels(np.arange(len(doubled)))["copy"].to_pandas().sum() == lines["plain"]


def test_a_skewed_clock_is_ahead_at_its_site() -> None:
    _, log, _ = with_(Nuisance("clock_skew", start=0.5, where="brunnhof"))
    both = plain().merge(log, on="event_id", suffixes=("", "_skewed"))
    ahead = (both.timestamp_skewed - both.timestamp) / 60_000_000
    assert set(ahead.unique()) == {0, 47}
    assert set(both.site[ahead > 0]) == {"brunnhof"}


def test_nuisances_of_an_ordinary_organisation_are_no_misuse() -> None:
    simulated = simulate(agents=60, days=60, seed=1, nuisances=ordinary(60))
    assert simulated.truth.num_rows == 0
    assert not np.any(simulated.planted)
    assert set(simulated.incidents["kind"].to_pylist()) == {n.kind for n in ordinary(60)}


def test_every_kind_has_a_test() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert [kind.name for kind in NUISANCE_KINDS if f'"{kind.name}"' not in text] == []
