"""What is common to all campaigns: nobody does the impossible, and no planted visit explains another."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from onlooker.errors import UsageError
from onlooker.simulation import CAMPAIGN_KINDS, Campaign, Nuisance, Simulated, ordinary, simulate, world_named
from onlooker.simulation.campaigns import Days, kind_named
from simulation.seen import events

NAMES = tuple(kind.name for kind in CAMPAIGN_KINDS)


@cache
def house() -> tuple[Simulated, pd.DataFrame]:
    """One log of a call centre's mechanics with all kinds of campaigns."""
    world = world_named("call_centre")
    made = simulate(
        agents=80, days=80, seed=5, mechanics=world.mechanics, campaigns=[Campaign(name, apart=True) for name in NAMES],
        nuisances=(*ordinary(80), Nuisance("gig", 3, start=0.0)),
    )  # fmt: skip
    labels = made.labels(np.arange(len(made))).to_pandas()
    return made, events(made).assign(label=labels.label, campaign=labels.campaign)


def of(name: str) -> pd.DataFrame:
    """The planted lines of one kind."""
    log = house()[1]
    return log[log.planted & (log.label == name)]


def insiders(name: str) -> pd.DataFrame:
    told = house()[0].insiders.to_pandas()
    return told[told.kind == name]


@pytest.mark.parametrize("name", NAMES)
def test_every_kind_is_planted_and_told(name: str) -> None:
    told = insiders(name)
    assert len(told) == kind_named(name).agents
    assert set(of(name).agent_id) >= set(told.agent_id) or name == "login_spellings"
    assert (told.visits > 0).all()
    assert len(kind_named(name).story) > 20


def test_no_customer_is_planted_twice_unless_a_campaign_is_about_it() -> None:
    made, _ = house()
    visits = made.work.visits
    repeated = {n for n, c in enumerate(made.campaigns) if kind_named(c.kind).victims}
    planted = (visits.campaign >= 0) & ~np.isin(visits.campaign, list(repeated))
    frame = pd.DataFrame(
        {"c": visits.customer, "a": visits.agent, "d": visits.day, "n": visits.lines, "t": visits.ticket}
    )
    frame = frame[planted].drop_duplicates(["c", "a", "d"])
    assert frame.duplicated("c").mean() < 0.06
    # where too few customers are left: a glance under no ticket, which explains nothing
    assert ((frame.n > 1) | (frame.t >= 0)).groupby(frame.c).sum().max() == 1


@pytest.mark.parametrize("name", ["stalked", "same_victims"])
def test_repeated_looks_at_the_same_customers_are_glances(name: str) -> None:
    assert of(name).groupby(["agent_id", "day", "customer_id"]).ticket_id.count().sum() == 0
    visits = house()[0].work.visits
    number = NAMES.index(name)
    assert (visits.lines[visits.campaign == number] == 1).all()


def test_nobody_opens_more_than_a_shift_has_time_for() -> None:
    made, _ = house()
    visits, plan = made.work.visits, made.plan
    people = (plan.role[visits.agent, visits.day] != 4) & (visits.kind == 6)
    keys, planted = np.unique(np.c_[visits.agent, visits.day][people], axis=0, return_counts=True)
    assert (planted <= plan.hours[keys[:, 0], keys[:, 1]] * 3600 / 75).all()
    assert plan.works[keys[:, 0], keys[:, 1]].all()  # and nobody comes on leave


def test_the_breach_takes_a_hundred_and_five_a_day_and_never_more_than_two_hundred() -> None:
    assert 80 < of("breach").groupby("session_id").customer_id.nunique().mean() < 125
    log = house()[1]
    whole = log[log.session_id.isin(of("breach").session_id)].groupby("session_id").customer_id.nunique()
    assert whole.max() <= 200


def test_few_unexplained_is_about_thirty_customers_in_a_month() -> None:
    years = simulate(agents=30, days=120, seed=3, campaigns=(Campaign("few_unexplained", 8, start=0.0),))
    a_month = years.insiders.to_pandas().visits / 120 * 30
    assert 20 < a_month.mean() < 36


def test_high_value_looks_at_eighteen_of_the_highest_tier() -> None:
    tiers = house()[0].customers.to_pandas().set_index("customer_id").tier
    assert set(of("high_value").customer_id.dropna().map(tiers)) == {"platinum"}
    assert 10 < insiders("high_value").customers.mean() < 27


def test_a_ring_has_a_lead_and_recruits_who_begin_one_after_the_other() -> None:
    made, _ = house()
    told = insiders("ring_recruits")
    agents = made.agents.to_pandas().set_index("agent_id")
    assert agents.role[told.agent_id.iloc[0]] == "team_lead"
    assert agents.team[told.agent_id].nunique() == 1
    assert told["first"].is_monotonic_increasing
    assert told["first"].nunique() >= 4


def test_the_person_behind_an_ai_account_keeps_office_hours() -> None:
    assert set(of("behind_ai").actor_type) == {"ai"}
    assert of("behind_ai").local.dt.hour.between(9, 17).all()


def test_who_hoards_is_gone_afterwards() -> None:
    told = insiders("before_leaving").iloc[0]
    log = house()[1]
    last = house()[0].agents.to_pandas().set_index("agent_id").leave_date[told.agent_id]
    assert told["last"] <= log[log.agent_id == told.agent_id].day.max() <= last < "2026-03-23"
    daily = of("before_leaving").groupby("day").customer_id.nunique()
    assert daily.iloc[-2:].mean() > 2 * daily.iloc[:2].mean()


def test_searching_opens_nothing() -> None:
    assert set(of("search_only").action) == {"search"}
    assert of("search_only").customer_id.notna().all()


def test_made_up_tickets_are_in_no_table_and_every_record_is_opened_twice() -> None:
    made, _ = house()
    lines = of("made_up_tickets")
    real = set(made.tickets["ticket_id"].to_pylist())
    assert not set(lines.ticket_id.dropna()) & real
    assert lines.ticket_id.notna().mean() > 0.95
    numbers = lines.ticket_id.dropna().str[2:].astype(int)
    known = pd.Series(sorted(real)).str[2:].astype(int)
    assert numbers.between(known.min(), known.max()).mean() > 0.9
    visits = made.work.visits
    own = np.flatnonzero(visits.campaign == NAMES.index("made_up_tickets"))
    _, times = np.unique(np.c_[visits.customer, visits.day][own], axis=0, return_counts=True)
    assert (times == 2).mean() > 0.98


def test_colleagues_tickets_are_those_of_the_customer() -> None:
    made, _ = house()
    tickets = made.tickets.to_pandas().set_index("ticket_id").customer_id
    lines = of("colleagues_tickets").dropna(subset=["ticket_id", "customer_id"])
    assert (lines.ticket_id.map(tickets) == lines.customer_id).all()
    assert len(lines) > 0.6 * len(of("colleagues_tickets"))


def test_a_new_account_has_no_past_and_the_old_one_no_future() -> None:
    told = insiders("new_account").iloc[0]
    log = house()[1]
    old, new = log[log.agent_id == told.person], log[log.agent_id == told.agent_id]
    assert told.agent_id != told.person
    assert old.timestamp.max() < new.timestamp.min()
    assert (~new.planted).sum() > 100  # the honest work goes on under the new login
    assert told.agent_id in house()[0].agents["agent_id"].to_pylist()


def test_spellings_fold_together() -> None:
    told = insiders("login_spellings").iloc[0]
    written = set(of("login_spellings").agent_id)
    assert len(written) == 3
    assert told.person not in written
    assert {w.casefold() for w in written} - {told.person} and all(len(w) == len(told.person) for w in written)


def test_theft_in_place_of_work_leaves_the_volume_as_it_was() -> None:
    plain = simulate(agents=25, days=70, seed=3).work.visits
    bent = simulate(agents=25, days=70, seed=3, campaigns=(Campaign("in_place_of_work", 6),))
    who, during = [i.agent for i in bent.work.insiders], bent.work.insiders[0].first
    before = int((np.isin(plain.agent, who) & (plain.day >= during)).sum())
    visits = bent.work.visits
    mine = np.isin(visits.agent, who) & (visits.day >= during)
    assert 0.9 < mine.sum() / before < 1.1
    assert 0.4 < (mine & (visits.campaign < 0)).sum() / before < 0.6


def test_mimicry_stays_below_the_own_ninetieth_percentile() -> None:
    _, log = house()
    told = insiders("mimicry").iloc[0]
    own = log[log.agent_id == told.agent_id]
    honest = own[~own.planted].groupby("session_id").customer_id.nunique()
    bent = own[own.session_id.isin(of("mimicry").session_id)].groupby("session_id").customer_id.nunique()
    assert bent.max() <= honest.quantile(0.9) + 3
    assert bent.mean() > honest.mean()


def test_a_sequence_goes_through_the_ids_in_order() -> None:
    numbers = house()[0].work.visits
    own = numbers.customer[numbers.campaign == NAMES.index("id_sequence")]
    ids = np.sort(house()[0].around.number[own])
    assert np.median(np.diff(ids)) <= 10
    assert len(np.unique(own)) > 0.95 * len(own)


def test_backdated_lines_reach_the_log_five_days_late() -> None:
    made, _ = house()
    lines = made.shown.lines
    planted = made.work.visits.campaign[lines.visit] == NAMES.index("backdated")
    assert set((lines.written - lines.second)[planted]) == {5 * 86_400}
    assert (np.diff(lines.written) >= 0).all()
    assert set(of("backdated").action) == {"export"}


def test_victims_stand_among_unrelated_fraud() -> None:
    made, log = house()
    victims = made.victims.to_pandas()
    harmed = victims.dropna(subset="campaign")
    assert 0.1 < len(harmed) / len(victims) < 0.4
    first = log[log.planted].groupby("customer_id").day.min()
    met = harmed[harmed.customer_id.isin(first.index)]
    assert len(met) > 0.8 * len(harmed)
    assert (met.fraud_date > met.customer_id.map(first)).mean() > 0.97
    assert victims.customer_id.is_unique


@pytest.mark.parametrize("name", NAMES)
def test_counts_are_whole_and_not_negative_whatever_the_days(name: str) -> None:
    rng = np.random.default_rng(1)
    for today in (np.zeros(0, np.int64), np.zeros(3, np.int64), np.full(9, 400)):
        size = len(today)
        days = Days(30.0, today, np.linspace(0, 1, size), 40.0, np.arange(size), np.full(size, 9.0), np.full(size, 8.0))
        drawn = kind_named(name).counts(days, rng)
        assert len(drawn) == size and (drawn >= 0).all()
        assert np.issubdtype(drawn.dtype, np.integer)


@pytest.mark.parametrize(
    ("campaign", "said"),
    [
        (Campaign("behind_ai"), "behind_ai"),
        (Campaign("gig_insider"), "gig_insider"),
        (Campaign("ring_recruits"), "ring_recruits"),
    ],
)
def test_nobody_eligible_is_an_error_that_says_who_is_needed(campaign: Campaign, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        simulate(agents=10, days=40, campaigns=(campaign,))
    assert "It needs" in raised.value.hint


def test_a_close_name_is_suggested() -> None:
    with pytest.raises(UsageError) as raised:
        Campaign("brech")
    assert raised.value.hint == "Did you mean breach?"
