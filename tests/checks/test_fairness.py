"""Alert rates by group: who belongs to which, and when a group stands out."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from onlooker.checks.fairness import DAYS, design_effect, fairness, group_rates, wilson
from onlooker.engines.duck import DuckEngine
from onlooker.schema.findings import GroupRate

LAST = 20_500  # a Monday is day 20_493


def log(
    people: dict[str, tuple[str, tuple[int, ...], int, int | None]],
    alerts: frozenset[str] = frozenset(),
    span: int = DAYS,
    actor: str = "human",
) -> tuple[GroupRate, ...]:
    """Rates of a log in which each agent has a site, hours of work, a first day and a hire day.

    Who is in `alerts` is alerted on every tenth day.
    """
    days, hours, scores = [], [], []
    for agent, (site, when, first, hired) in people.items():
        for day in range(max(LAST - span + 1, first), LAST + 1):
            days.append((agent, day, site or None, actor, hired, len(when)))
            hours += [(agent, day, hour, 3) for hour in when]
            scores.append((agent, day, 0.001 if day % 10 == 0 else 0.5, agent in alerts and day % 10 == 0))
    agent_days, agent_hours, found = (
        pa.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
        for names, rows in (
            (("agent_id", "day", "site", "actor_type", "hire_day", "hours"), days),
            (("agent_id", "day", "hour", "visits"), hours),
            (("agent_id", "date", "p_value", "alerted"), scores),
        )
    )
    found = found.set_column(1, "date", found["date"].cast("int32").cast(pa.date32()))
    with DuckEngine() as engine:
        for name, table in (("agent_days", agent_days), ("agent_hours", agent_hours)):
            engine.connection.register(f"given_{name}", table)
            engine.table(name, f"SELECT * FROM given_{name}")
        return fairness(engine, found)


def by(rates: tuple[GroupRate, ...], by: str) -> dict[str, GroupRate]:
    return {rate.group: rate for rate in rates if rate.by == by}


EARLY, NIGHT = (7, 8, 9, 10, 11), (22, 23, 0, 1, 2)


def test_groups_of_a_log():
    people = {f"a{n}": ("bayview", EARLY, 0, None) for n in range(6)}
    people |= {f"b{n}": ("altura", NIGHT, 0, LAST - 100) for n in range(5)}
    people |= {f"c{n}": ("altura", NIGHT, LAST - 29, None) for n in range(5)}
    rates = log(people, alerts=frozenset({"a0"}))
    assert {g: r.agents for g, r in by(rates, "site").items()} == {"bayview": 6, "altura": 10}
    assert {g: r.agents for g, r in by(rates, "shift").items()} == {"middle at 06-12 h": 6, "middle at 00-06 h": 10}
    assert by(rates, "part-time") == {}, "all work seven days a week: nothing to compare"
    new = by(rates, "tenure")["under 60 days"]
    # Hired 100 days ago is new for the first 49 of the 90 days, first seen 30 days ago for all of them.
    assert (new.agents, new.agent_days) == (10, 5 * 49 + 5 * 30)
    assert by(rates, "site")["bayview"].alerts == 9
    assert by(rates, "site")["bayview"].alerts_per_1000 == round(1000 * 9 / 540, 2)
    assert by(rates, "site")["bayview"].surprising_per_1000 == 100.0


def test_a_small_group_is_not_shown():
    people = {f"a{n}": ("bayview", EARLY, 0, None) for n in range(6)}
    people |= {f"b{n}": ("altura", EARLY, 0, None) for n in range(4)}
    assert log(people) == ()


def test_programs_are_not_counted():
    people = {f"a{n}": ("bayview" if n % 2 else "altura", EARLY, 0, None) for n in range(12)}
    assert log(people, actor="human")
    assert log(people, actor="ai") == ()


def test_alerts_by_the_ninety_days_only():
    people = {f"a{n}": ("bayview" if n % 2 else "altura", EARLY, 0, None) for n in range(12)}
    assert log(people, frozenset({"a1"}), span=150) == log(people, frozenset({"a1"}))


def drawn(rng: np.random.Generator, factor: float, agents: int = 60, days: int = 60) -> GroupRate:
    """The first half of the agents is alerted on `factor` times as often; the days of an agent hang together."""
    agent = np.repeat(np.arange(agents), days)
    rate = 0.01 * rng.gamma(2, 1 / 2, agents) * np.where(np.arange(agents) < agents // 2, factor, 1.0)
    hit = rng.random(agents * days) < rate[agent]
    label = np.where(agent < agents // 2, "one", "other")
    return group_rates(agent, {"site": np.unique(label, return_inverse=True)}, hit, np.zeros(len(hit), dtype=bool))[0]


def test_a_group_with_six_times_the_alerts_stands_out_and_an_ordinary_one_does_not():
    rng = np.random.default_rng(1)
    # In 600 draws 6 times as many stood out in 99 %, chance alone in none: either fails with less than 0.1 %.
    assert sum(drawn(rng, 6.0).stands_out for _ in range(50)) >= 45
    assert sum(drawn(rng, 1.0).stands_out for _ in range(50)) <= 2


def test_the_interval_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(2)
    held = [rate.low <= 10.0 <= rate.high for rate in (drawn(rng, 1.0) for _ in range(300))]
    # 95 % and some; below 90 % with a probability of less than 0.1 % if it is true.
    assert np.mean(held) >= 0.90


def test_wilson_as_published():
    low, high = wilson(0, 20)
    assert (round(low, 3), round(high, 3)) == (0.0, 0.161)
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_the_design_effect_of_days_that_are_all_alike_is_their_number():
    agent = np.repeat(np.arange(200), 10)
    assert round(design_effect(agent, agent % 2 == 0)) == 10
    assert design_effect(agent, np.zeros(2000, dtype=bool)) == 1.0
