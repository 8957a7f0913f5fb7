"""Every world works as its story says, and counts in it waver as they do in real logs. Seeds are fixed."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from onlooker.simulation import WORLDS, Simulated, simulate, world_named
from onlooker.simulation.organisation import AGENT, SENIOR
from simulation.seen import events

NAMES = tuple(world.name for world in WORLDS)


@cache
def lived_in(name: str, agents: int = 36, days: int = 70) -> Simulated:
    """A small version of a world, with all that happens in it and no misuse."""
    world = world_named(name)
    return simulate(
        agents=agents,
        days=days,
        seed=2,
        start=world.start,
        sites=world.sites,
        mechanics=world.mechanics,
        nuisances=world.nuisances(agents, days),
    )


@cache
def log(name: str, agents: int = 36, days: int = 70) -> pd.DataFrame:
    made = lived_in(name, agents, days)
    return events(made).assign(label=made.labels(np.arange(len(made)))["label"].to_pandas())


def counts(made: Simulated) -> pd.DataFrame:
    """Distinct customers of people to whom nothing happens: one row per agent, missing where nobody was at work."""
    plan, visits = made.plan, made.work.visits
    plain = np.isin(plan.role, (AGENT, SENIOR)).all(1) & ~plan.staff.gig & (np.array(plan.staff.actor) == "human")
    frame = pd.DataFrame({"agent": visits.agent, "day": visits.day, "customer": visits.customer})
    daily = frame[plain[frame.agent]].groupby(["agent", "day"]).customer.nunique().unstack()
    return daily[daily.notna().sum(axis=1) >= 25]


def dispersion(daily: pd.DataFrame) -> float:
    """Median over agents of (variance - mean) / mean^2."""
    mean = daily.mean(axis=1)
    return float(((daily.var(axis=1) - mean) / mean**2).median())


def autocorrelation(daily: pd.DataFrame) -> float:
    """Median over agents of the correlation of log counts on successive days worked."""
    logs = [np.log(row.dropna().to_numpy() + 0.5) for _, row in daily.iterrows()]
    return float(np.median([np.corrcoef(one[1:], one[:-1])[0, 1] for one in logs]))


# Five public logs of people at work on cases (BPI Challenge 2012, 2013 and 2015, an Italian help desk, CoSeLoG; 12 to
# 44 agents each with 25 days or more) have these medians over agents. Dispersion: 0.59, 0.98, -0.21, 0.08, -0.28, where
# the first two have more than four cases a day, the others one to three. Autocorrelation: 0.00, 0.66, 0.00, 0.18, 0.07.
SLOW = {"chat_desk", "clinic", "legacy"}
BUSY = tuple(name for name in NAMES if name not in {"small_office", "demo"})


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.full if n in SLOW else ()) for n in BUSY])
def test_counts_are_as_overdispersed_and_autocorrelated_as_in_real_logs(name: str) -> None:
    daily = counts(lived_in(name, 24, 150))
    assert 0.15 < dispersion(daily) < 1.0
    assert -0.02 < autocorrelation(daily) < 0.66


def test_a_small_office_is_as_steady_as_real_ones() -> None:
    daily = counts(lived_in("small_office", 12, 365))
    assert -0.3 < dispersion(daily) < 0.3
    assert -0.1 < autocorrelation(daily) < 0.2


def test_a_small_office_has_about_three_lines_a_day_and_is_closed_at_weekends() -> None:
    seen = log("small_office")
    lines = seen[seen.role == "agent"].groupby(["agent_id", "day"]).size()
    assert 2 < lines.mean() < 5
    assert (pd.to_datetime(seen.day).dt.day_of_week < 5).all()


def test_a_call_centre_is_in_three_zones_with_all_kinds_of_visits() -> None:
    made, seen = lived_in("call_centre"), log("call_centre")
    assert seen.site.nunique() == made.agents.to_pandas().zone.nunique() == 3
    kinds = {"work", "status call", "household", "quality sample", "audit", "call-back", "training", "migration"}
    assert kinds <= set(seen.label)
    tickets = made.tickets.to_pandas().set_index("ticket_id").customer_id
    household = seen[(seen.label == "household") & seen.ticket_id.notna()]
    assert (household.ticket_id.map(tickets) != household.customer_id).mean() > 0.9


def test_a_clinic_has_few_patients_many_looks_at_each_and_no_tickets() -> None:
    seen = log("clinic").dropna(subset="customer_id")
    assert seen.ticket_id.isna().all()
    assert lived_in("clinic").tickets.num_rows == 0
    assert seen.groupby("customer_id").size().median() > 15
    assert (seen.groupby(["customer_id", "day"]).agent_id.nunique() > 1).mean() > 0.25
    assert {"nurse", "physician", "ward_lead"} <= set(seen.role)
    starts = lived_in("clinic").roster.to_pandas()
    hours = pd.to_datetime(starts.shift_start, unit="us", utc=True).dt.tz_convert("Europe/Warsaw").dt.hour
    assert (hours.groupby(starts.agent_id).apply(lambda own: own.isin([5, 6, 13, 14, 21, 22]).mean()) > 0.6).all()
    assert hours.groupby(starts.agent_id).nunique().median() >= 5  # each person comes to every shift in turn


def test_at_a_chat_desk_ai_agents_touch_most_customers() -> None:
    seen = log("chat_desk", 24, 30).dropna(subset="customer_id")
    by_ai = seen[seen.actor_type == "ai"].customer_id.unique()
    assert seen.customer_id.drop_duplicates().isin(by_ai).mean() > 0.6
    people = seen[(seen.actor_type == "human") & (seen.label == "work")]
    assert people.customer_id.isin(by_ai).mean() > 0.5


def test_gig_workers_come_at_any_hour_and_have_short_histories() -> None:
    made, seen = lived_in("gig_market"), log("gig_market")
    gig = [login for login, is_gig in zip(made.plan.staff.login, made.plan.staff.gig, strict=True) if is_gig]
    hours = seen[seen.agent_id.isin(gig)].groupby("agent_id").local.agg(lambda times: times.dt.hour.nunique())
    assert len(gig) == 18
    assert hours.median() == 24
    days = seen.groupby("agent_id").day.nunique()
    assert days.median() < 40


def test_a_legacy_log_shows_minutes_searches_by_name_and_lost_ids() -> None:
    seen = log("legacy")
    assert (seen.timestamp % 60_000_000 == 0).all()
    searches = seen[seen.action == "search"]
    assert 0.3 < searches.customer_id.notna().mean() < 0.7
    assert 0 < seen.agent_id.isna().mean() < 0.01
    assert seen.event_id.duplicated().sum() > 100


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_of_every_world_tells_what_happens(name: str) -> None:
    made = lived_in(name, 24, 30)
    assert {"kind", "first", "last"} <= set(made.incidents.column_names)
    assert set(made.incidents["kind"].to_pylist()) == {n.kind for n in world_named(name).nuisances(24, 30)}
    assert not made.planted.any()
