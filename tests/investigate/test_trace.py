"""Tracing: who met more of some customers than the work explains. Statistics are tested as statistics."""

from __future__ import annotations

import json
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from scipy import stats
from tests.store.days import lines_told

import onlooker
from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.investigate import victims_met
from onlooker.store import Store

from .world import CUSTOMERS, DAYS, FIRST, site_of, wait, world

tracing = import_module("onlooker.investigate.trace")  # its function has that name in the package


def test_whoever_looked_them_up_comes_first_and_the_busiest_does_not(bent, taken):
    found = onlooker.trace(taken, bent.place)
    first, second = found.agents.iloc[0], found.agents.iloc[1]
    assert (first.agent_id, first.victims, first.unexplained) == ("q1-07", len(taken), len(taken))
    assert first.q_value < 1e-6 and second.q_value > 0.1
    busiest = found.agents.set_index("agent_id").loc["q0-00"]
    assert busiest.victims > 15 and busiest.p_value > 0.05
    assert (found.victims, found.met, found.active) == (len(taken), len(taken), 40)
    assert (found.first, found.last) == ("2026-02-16", "2026-03-15")


def test_a_handful_of_customers_is_enough(bent, taken):
    first = onlooker.trace(taken[:8], bent.place).agents.iloc[0]
    assert (first.agent_id, first.victims) == ("q1-07", 8) and first.q_value < 0.05


def test_what_is_counted_and_expected_can_be_counted_again(bent, taken):
    found = onlooker.trace(taken, bent.place).agents.set_index("agent_id")
    mine = bent.meetings[bent.meetings.customer_id.isin(taken)]
    counted = mine.groupby("agent_id").customer_id.nunique()
    assert found.victims.to_dict() == counted.to_dict()

    # A meeting is shared out over the agents of that day, queue and site, by the customers whom they first met then.
    def place(agents: pd.Series) -> pd.Series:
        return agents.str[:2] + agents.map(site_of)

    first = bent.meetings[bent.meetings.own_gap.isna()]
    volume = first.groupby(["agent_id", "day"]).size()
    total = first.assign(place=place(first.agent_id)).groupby(["place", "day"]).size()
    expected = dict.fromkeys(bent.meetings.agent_id.unique(), 0.0)
    firsts = mine.sort_values("day").drop_duplicates(["agent_id", "customer_id"])
    for (where, day), number in firsts.groupby([place(firsts.agent_id), "day"]).size().items():
        for (agent, when), met in volume.items():
            if when == day and agent[:2] + site_of(agent) == where:
                expected[agent] += number * met / total[where, day]
    assert found.expected.to_dict() == pytest.approx({agent: expected[agent] for agent in found.index})
    assert sum(expected.values()) == pytest.approx(counted.sum())


@pytest.mark.parametrize("of", ["anywhere", "one queue", "one site", "one week"])
def test_customers_taken_at_random_accuse_nobody(quiet, of):
    rng = np.random.default_rng(3)
    pool = quiet.meetings
    pool = pool[pool.agent_id.str.startswith("q0")] if of == "one queue" else pool
    pool = pool[pool.agent_id.map(site_of) == "odd"] if of == "one site" else pool
    pool = pool[pool.day < FIRST + 7] if of == "one week" else pool
    until = "2026-02-22" if of == "one week" else None
    lists = [rng.choice(pool.customer_id.unique(), 200, replace=False) for _ in range(10)]
    found = [onlooker.trace(list(ids), quiet.place, last=until).agents for ids in lists]
    p = np.concatenate([agents.p_value for agents in found])
    assert len(p) > 180
    assert (p <= 0.05).mean() < 0.06 and (p <= 0.005).mean() < 0.01
    assert np.mean([agents.q_value.min() <= 0.1 for agents in found]) <= 0.2


def test_on_a_day_that_is_not_over_agents_are_compared_as_on_others(tmp_path):
    """A machine among people, and people of whom the log of that day says less than the agents table did before."""
    place = world(tmp_path / "store").place
    people = [f"q{queue}-{number:02}" for queue in (0, 1) for number in range(20)]
    victims = [f"W{n:03}" for n in range(20)]
    by_people = [(one, f"W{(n % 10):03}" if n % 2 else f"Y{n}") for n, one in enumerate(people)]
    by_machine = [("bot", one) for one in (*victims, *(f"X{n}" for n in range(200)))]
    rows = pd.DataFrame([*by_people, *by_machine], columns=["agent_id", "customer_id"])
    rows["day"] = FIRST + DAYS
    rows["actor_type"] = rows["agent_id"].map({"bot": "ai"})
    wait(place, rows)
    found = onlooker.trace(victims, place, "2026-03-16")
    assert (found.first, found.last, found.active) == ("2026-03-16", "2026-03-16", 41)
    agents = found.agents.set_index("agent_id")
    # Alone of its kind, the machine is expected to have met whom it met; the people's meetings are shared among them,
    # in the queue and site of their last judged day, where all met as many.
    assert agents.loc["bot", "expected"] == pytest.approx(20)
    assert set(agents.index) == {"bot", *(one for one in people if site_of(one) == "odd")}
    assert agents.drop("bot").expected.tolist() == pytest.approx([1.0] * 20)


def test_where_customers_have_agents_of_their_own_these_are_not_taken_for_more(tmp_path):
    """All customers of some agents: each of these met all of his or hers, and so did the others with theirs."""
    rng = np.random.default_rng(5)
    own = pd.DataFrame(
        {
            "agent_id": [f"q0-{n:02}" for n in range(20) for _ in range(140)],
            "customer_id": [f"P{n:02}-{k:03}" for n in range(20) for k in range(140)],
            "day": FIRST + np.arange(2800) % 28,
            "explanation": "ticket",
        }
    )
    place = world(tmp_path / "store", extra=own).place
    portions = rng.integers(20, 140, 20)
    ids = [f"P{n:02}-{k:03}" for n, portion in enumerate(portions) for k in range(portion)]
    agents = onlooker.trace(ids, place).agents
    greatest = agents[agents.victims == portions.max()].iloc[0]
    by_chance = stats.binom.sf(greatest.victims - 1, agents.victims.sum(), greatest.expected / agents.victims.sum())
    assert by_chance < 1e-4 and agents.q_value.min() > 0.05


def test_the_tail_is_that_of_the_distributions_it_names():
    met, expected = np.array([5.0, 0.0, 3.0]), np.array([0.5, 0.5, 0.0])
    chances = np.array([40.0, 40.0, 40.0])
    tail = tracing.tail
    assert tail(met, expected, chances)[0] == pytest.approx(stats.binom.sf(4, 40, 0.5 / 40), rel=1e-9)
    assert tail(met, expected, chances, 0.25)[0] == pytest.approx(stats.nbinom.sf(4, 4, 4 / 4.5), rel=1e-9)
    # Nobody met, and nobody to compare with, are no evidence.
    assert tail(met, expected, chances)[1:].tolist() == [1, 1]


def test_q_values_are_those_of_benjamini_and_hochberg():
    p = np.array([0.02, 0.001, 0.5, 0.03])
    expected = stats.false_discovery_control(p)
    assert tracing.benjamini_hochberg(p) == pytest.approx(expected)


def test_customers_nobody_met_are_counted_and_more_than_fit_into_a_query_are_read(quiet, monkeypatch):
    ids = [f"C{number:05}" for number in range(0, CUSTOMERS, 40)] + ["nobody's", "C'); DROP"]
    some = onlooker.trace(ids, quiet.place)
    monkeypatch.setattr(victims_met, "WRITTEN_OUT", 10)
    same = onlooker.trace(ids, quiet.place)
    pd.testing.assert_frame_equal(some.agents, same.agents)
    assert some.victims - some.met >= 2
    nothing = onlooker.trace(["nobody's"], quiet.place)
    assert (nothing.met, len(nothing.agents)) == (0, 0)
    assert onlooker.trace(ids, quiet.place, "2031-01-01").agents.empty
    with pytest.raises(UsageError, match="is not a date"):
        onlooker.trace(ids, quiet.place, "soon")


def test_one_customer_taken_for_a_file_is_told(quiet):
    with pytest.raises(UsageError, match="no such file: C00001"):
        onlooker.trace("C00001", quiet.place)


def test_a_question_about_nobody_is_an_error_and_not_on_record(quiet):
    with Store.open(quiet.place) as store:
        before = store.history_head()
    for nobody in ([], ["", " "], iter(())):
        with pytest.raises(UsageError, match="no customer is given"):
            onlooker.trace(nobody, quiet.place)
    for ask in (onlooker.exposure, onlooker.explain):
        with pytest.raises(UsageError, match="no agent is given"):
            ask(" ", quiet.place)
    with Store.open(quiet.place) as store:
        assert store.history_head() == before


def test_the_command_is_the_function_and_the_look_is_in_the_history(bent, taken, tmp_path):
    place = world(tmp_path / "store", extra=bent.meetings[bent.meetings.explanation == "unexplained"]).place
    victims = tmp_path / "victims.csv"
    victims.write_text("case;customer_id\n" + "".join(f"{n};{one}\n" for n, one in enumerate(taken)))
    options = ["--store", str(place), "--as", "ana", "--reason", "the numbers on the telephone"]
    ran = CliRunner().invoke(cli, ["trace", str(victims), "--json", *options], catch_exceptions=False)
    document = json.loads(ran.stdout)
    assert document["agents"] == onlooker.trace(taken, place).record()["agents"]
    assert list(document["agents"][0])[:5] == ["agent_id", "victims", "expected", "p_value", "q_value"]
    piped = CliRunner().invoke(cli, ["trace", "-", *options], input="\n".join(taken), catch_exceptions=False)
    assert piped.stdout.splitlines()[2].split()[:2] == ["q1-07", "150"]
    with Store.open(place) as store:
        looked = lines_told(store)[0]
    assert (looked.who, looked.what, looked.why) == ("ana", "trace", "the numbers on the telephone")
    assert looked.about == {"customers": 150, "from": None, "to": None}
