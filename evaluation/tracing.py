"""Whether tracing names the right agents where few of their victims are known, and nobody where there is none.

    python -m evaluation.tracing --seeds 10 --quiet-runs 400

Worlds: queues at sites, customers of a queue and often of an agent of their own, some of whom call far more often than
others. Bad agents open further customers of all queues on half of the days; a few of these turn up among victims of
unrelated fraud, who are drawn from all customers, those who call often more often. Each world is a real store that
`investigate.trace` is asked about.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from onlooker.engines.duck import DuckEngine
from onlooker.investigate.fraud_dates import Victims
from onlooker.investigate.stored_visits import Span
from onlooker.investigate.trace import trace
from onlooker.schema.tables import AGENT_DAYS, VISITS, Table
from onlooker.store import Commit, Store

FIRST, DAYS = 20_500, 28
BAD = 8
QUEUE = 40
"""Agents of a queue; two queues share a site."""
OF_AN_AGENT = 3
"""One of so many visits is to a customer of the agent's own."""
SURE = 0.05
TYPES = {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "VARCHAR": pa.string(), "BOOLEAN": pa.bool_()}


@dataclass(frozen=True)
class World:
    """Meetings: agent, customer and day as numbers; what the bad agents took; how often each customer calls."""

    meetings: pd.DataFrame
    taken: dict[int, np.ndarray]
    calls: np.ndarray


def main(arguments: list[str] | None = None) -> None:
    options = parsed(arguments)
    for daily in options.daily:
        hits = {known: [] for known in options.known}
        for seed in range(options.seeds):
            made = world(seed, options.agents, daily)
            with tempfile.TemporaryDirectory() as folder, stored(Path(folder) / "store", made) as store:
                for known in options.known:
                    hits[known].append(precision(store, made, known, options.unrelated, seed))
        for known, found in hits.items():
            print(
                f"{daily} taken a day, {known:.0%} known: precision at {BAD} {np.mean(found):.3f} {found}", flush=True
            )
    if named := quiet(options):
        print(f"{sum(named)} of {len(named)} lists without a bad agent name anybody at q <= {SURE}", flush=True)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.tracing", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--agents", type=int, default=2_000)
    parser.add_argument("--daily", type=int, nargs="*", default=[50], help="customers taken on a day of theft")
    parser.add_argument("--known", type=float, nargs="*", default=[0.02, 0.05], help="share of the taken ones known")
    parser.add_argument("--unrelated", type=int, default=500, help="victims of other fraud")
    parser.add_argument("--quiet-runs", type=int, default=400)
    parser.add_argument("--quiet-agents", type=int, default=400)
    return parser.parse_args(arguments)


def world(seed: int, agents: int, daily: int) -> World:
    """Honest work of all agents, five days a week, and `daily` further customers on half of the days of bad ones."""
    rng = np.random.default_rng(seed)
    customers = agents * 100
    calls = rng.gamma(0.5, size=customers)
    own = np.arange(customers) % agents  # a customer's own agent; a queue's customers are those of its agents
    by_queue = [np.flatnonzero(own // QUEUE == queue) for queue in range(-(-agents // QUEUE))]
    rate = rng.gamma(8, 25 / 8, size=agents)
    parts = []
    for agent in range(agents):
        work = np.flatnonzero((np.arange(DAYS) + agent) % 7 < 5)
        day = np.repeat(work, rng.poisson(rate[agent], len(work)))
        mine, pool = np.arange(agent, customers, agents), by_queue[agent // QUEUE]
        whom = drawn(rng, pool, calls, len(day))
        regular = rng.random(len(day)) < 1 / OF_AN_AGENT
        whom[regular] = drawn(rng, mine, calls, int(regular.sum()))
        parts.append(pd.DataFrame({"agent": agent, "customer": whom, "day": day}))
    taken = {}
    for agent in rng.choice(agents, BAD if daily else 0, replace=False):
        day = np.repeat(np.arange(0, DAYS, 2), daily)
        taken[int(agent)] = rng.choice(customers, len(day), replace=False)
        parts.append(pd.DataFrame({"agent": agent, "customer": taken[int(agent)], "day": day}))
    meetings = pd.concat(parts).drop_duplicates().sort_values(["day", "agent", "customer"], ignore_index=True)
    meetings["own_gap"] = meetings.groupby(["agent", "customer"])["day"].diff()
    return World(meetings, taken, calls)


def drawn(rng: np.random.Generator, pool: np.ndarray, calls: np.ndarray, number: int) -> np.ndarray:
    """So many of `pool`, each as often as it calls."""
    edges = np.cumsum(calls[pool])
    return pool[np.searchsorted(edges, rng.random(number) * edges[-1])]


def stored(place: Path, made: World) -> Store:
    """A store of the world, open for reading."""
    rows = made.meetings.assign(
        agent_id="agent-" + made.meetings.agent.astype(str), customer_id="C" + made.meetings.customer.astype(str),
        queue="queue-" + (made.meetings.agent // QUEUE).astype(str), actor_type="human", explanation="ticket",
        site="site-" + (made.meetings.agent // (2 * QUEUE)).astype(str), events=1,
    )  # fmt: skip
    rows["first_us"] = rows["last_us"] = (FIRST + rows.day) * 86_400_000_000 + 32_400_000_000
    with Store.open(place, "write", create=True) as store:
        store.start_run("made", "0")
        with store.begin("made") as writing:
            for day, own in rows.groupby("day"):
                writing.put("visits", table(VISITS, own.assign(day=FIRST + day)), FIRST + day)
                days = own.drop_duplicates("agent_id").assign(day=FIRST + day)
                writing.put("agent_days", table(AGENT_DAYS, days), FIRST + day)
            writing.commit(Commit(nights={FIRST + day: {"alerts": 0} for day in range(DAYS)}))
    return Store.open(place, "read")


def table(declared: Table, rows: pd.DataFrame) -> pa.Table:
    """The declared columns: those that are needed, and what the others hold where nobody asks."""
    nothing = {"BIGINT": 0, "INTEGER": 0, "VARCHAR": "none", "BOOLEAN": False}
    columns = {
        one.name: pa.array(
            rows[one.name] if one.name in rows else [nothing[one.type] if one.required else None] * len(rows),
            TYPES[one.type], from_pandas=True,
        )
        for one in declared.columns
    }  # fmt: skip
    return pa.table(columns)


def precision(store: Store, made: World, known: float, unrelated: int, seed: int) -> float:
    """Of the first agents that tracing names, the share of bad ones."""
    rng = np.random.default_rng((seed, int(1000 * known)))
    ours = [rng.choice(own, max(1, round(known * len(own))), replace=False) for own in made.taken.values()]
    victims = np.unique(np.concatenate([*ours, others(rng, made, unrelated)]))
    first = asked(store, victims)["agent_id"].head(BAD)
    return float(first.isin([f"agent-{one}" for one in made.taken]).mean())


def quiet(options: argparse.Namespace) -> list[bool]:
    """For each list of victims of unrelated fraud alone, whether anybody is named: worlds of ten lists each."""
    named: list[bool] = []
    while len(named) < options.quiet_runs:
        seed = 1_000 + len(named)
        made, rng = world(seed, options.quiet_agents, 0), np.random.default_rng((seed, 1))
        with tempfile.TemporaryDirectory() as folder, stored(Path(folder) / "store", made) as store:
            for number in range(10):
                victims = others(rng, made, (30, 100, 300)[number % 3])
                named.append(bool((asked(store, victims)["q_value"] <= SURE).any()))
    return named


def others(rng: np.random.Generator, made: World, number: int) -> np.ndarray:
    """Victims of fraud that nobody's look-ups led to."""
    return np.unique(drawn(rng, np.arange(len(made.calls)), made.calls, number))


def asked(store: Store, victims: np.ndarray) -> pd.DataFrame:
    """What tracing says of the victims."""
    with DuckEngine(memory="2GB", threads=1) as engine:
        return trace(engine, store, Victims(tuple(f"C{one}" for one in victims)), Span()).agents


if __name__ == "__main__":
    main()
