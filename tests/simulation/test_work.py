"""Ordinary work looks like ordinary work, and keeps the rules of the house."""

import numpy as np
import pandas as pd
import pytest

from onlooker.simulation import Simulated, simulate
from simulation.seen import daily, events, outside_shifts


@pytest.fixture(scope="module")
def house() -> Simulated:
    return simulate(agents=60, days=100, seed=3)


@pytest.fixture(scope="module")
def log(house: Simulated) -> pd.DataFrame:
    return events(house)


def test_nobody_works_outside_shifts(house: Simulated) -> None:
    assert not outside_shifts(house).any()


def test_agents_handle_some_twenty_five_customers_a_day_each_at_an_own_pace(log: pd.DataFrame) -> None:
    own = daily(log).mean(axis=1)
    assert 20 < own.mean() < 32
    assert own.std() / own.mean() > 0.2


def test_counts_are_overdispersed_and_agents_differ_in_it(log: pd.DataFrame) -> None:
    counts = daily(log)
    mean, variance = counts.mean(axis=1), counts.var(axis=1)
    dispersion = (variance - mean) / mean**2
    assert (variance > mean).mean() > 0.9
    assert dispersion.quantile(0.9) > 2 * dispersion.quantile(0.1)


def test_one_view_in_ten_has_no_ticket_and_few_have_a_ticket_of_another_customer(
    house: Simulated, log: pd.DataFrame
) -> None:
    seen = log.dropna(subset="customer_id")
    visits = seen.drop_duplicates(["agent_id", "day", "customer_id", "ticket_id"])
    assert 0.07 < visits.ticket_id.isna().mean() < 0.14
    customer = house.tickets.to_pandas().set_index("ticket_id").customer_id
    named = visits.dropna(subset="ticket_id")
    assert 0.004 < (named.ticket_id.map(customer) != named.customer_id).mean() < 0.02


def test_customers_come_back_and_pass_from_hand_to_hand(log: pd.DataFrame) -> None:
    visits = log.dropna(subset="customer_id").drop_duplicates(["agent_id", "day", "customer_id"])
    hands = visits.groupby(["customer_id", "day"]).agent_id.transform("size")
    assert 0.1 < (hands > 1).mean() < 0.5
    assert visits.duplicated(["agent_id", "customer_id"]).mean() > 0.08
    by_customer = visits.drop_duplicates(["customer_id", "day"]).groupby("customer_id").size()
    assert (by_customer > 1).mean() > 0.2


def test_weekends_are_thin_and_days_have_a_common_effect(log: pd.DataFrame) -> None:
    counts = daily(log)
    weekday = pd.to_datetime(counts.columns).day_of_week
    at_work = counts.notna().sum()
    assert at_work[weekday >= 5].mean() < 0.7 * at_work[weekday == 2].mean()
    effect = np.log((counts + 0.5).div(counts.mean(axis=1) + 0.5, axis=0)).median()[weekday < 5]
    assert 0.05 < effect.std() < 0.3


def test_visits_leave_one_to_a_dozen_lines_over_minutes(log: pd.DataFrame) -> None:
    worked = log.dropna(subset=["customer_id", "ticket_id"]).groupby(["agent_id", "day", "customer_id"]).local
    assert 1.5 < worked.size().mean() < 3.5
    assert 1 < (worked.max() - worked.min())[worked.size() > 1].median().total_seconds() / 60 < 10
    assert set(log.action) <= {"view", "search", "list", "reveal", "export", "edit"}
    assert (log.action == "search").eq(log.customer_id.isna()).all()


def test_tickets_are_opened_before_they_are_shown_and_closed_after(house: Simulated, log: pd.DataFrame) -> None:
    tickets = house.tickets.to_pandas().set_index("ticket_id")
    assert tickets.index.is_unique
    shown = log.dropna(subset="ticket_id")
    assert (shown.timestamp >= shown.ticket_id.map(tickets.opened)).mean() > 0.9999
    closed = tickets.closed.dropna()
    assert (closed > tickets.opened[closed.index]).all()
    assert 0 < tickets.closed.isna().mean() < 0.05


def test_sites_keep_their_own_time(house: Simulated, log: pd.DataFrame) -> None:
    zones = house.agents.to_pandas().set_index("agent_id").zone
    day_shift = log[log.agent_id.map(zones) == "Europe/Vienna"]
    assert day_shift.local.dt.hour.between(6, 21).mean() > 0.98


@pytest.mark.parametrize(("agents", "days"), [(1, 1), (1, 30), (2, 2), (7, 3), (40, 1)])
def test_small_houses_work(agents: int, days: int) -> None:
    small = simulate(agents=agents, days=days, seed=1)
    assert small.agents.num_rows == agents
    assert small.truth.num_rows == 0
