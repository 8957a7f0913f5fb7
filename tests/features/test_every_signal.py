"""One battery for every count of AGENT_DAYS: a new one sits it without a line here."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from onlooker.engines.duck import DuckEngine
from onlooker.features import COUNTS, build_agent_days, build_event_days
from onlooker.schema.evidence import CUSTOMERS
from onlooker.schema.tables import EVENTS
from onlooker.scoring.weights.paper_planting import UNKNOWN_SIGNAL, Pools, parts_of_visits, profile
from onlooker.visits.build_visits import build_visits

FIRST, DAYS = 20_000, 24
DAY_US = 86_400_000_000
NAMES = [feature.name for feature in COUNTS]
COUNTED_OVER_VISITS = [feature.name for feature in COUNTS if feature.source in ("visits", "hours")]


def log(seed: int = 1, agents: int = 7) -> pd.DataFrame:
    """Ordinary work of some people and a bot: tickets, searches, edits, exports, visits at night."""
    rng = np.random.default_rng(seed)
    rows = agents * DAYS * 12
    agent, day = rng.integers(agents, size=rows), rng.integers(DAYS, size=rows)
    minute = np.where(rng.random(rows) < 0.04, rng.integers(0, 360, rows), rng.integers(540, 1020, rows))
    action = rng.choice(["view", "search", "edit", "export", "reveal"], size=rows, p=[0.7, 0.1, 0.1, 0.05, 0.05])
    action[(agent == 1) & (day == DAYS - 2)] = "search"  # more searches than records opened
    customer, ticket = rng.integers(400, size=rows), rng.integers(900, size=rows)
    return pd.DataFrame(
        {
            "us": (FIRST + day) * DAY_US + minute * 60_000_000 + rng.integers(0, 60_000_000, rows),
            "agent_id": [f"A{number}" for number in agent],
            "customer_id": [None if what == "search" else f"C{c}" for what, c in zip(action, customer, strict=True)],
            "action": action,
            "day": (FIRST + day).astype(np.int32),
            "hour": (minute // 60).astype(np.int32),
            "ticket_id": [f"T{t}" if t < 700 else None for t in ticket],
            "fields": rng.choice(["name", "card_number"], size=rows),
            "actor_type": np.where(agent == 0, "ai", "human"),
        }
    )


def counted(events: pd.DataFrame) -> pd.DataFrame:
    """AGENT_DAYS of the events, by agent and day."""
    with DuckEngine(memory="500MB", threads=1) as engine:
        engine.connection.register("given", pa.Table.from_pandas(events, preserve_index=False))
        names = (f"CAST({c.name if c.name in events else 'NULL'} AS {c.type}) AS {c.name}" for c in EVENTS.columns)
        engine.table("events", f"SELECT {', '.join(names)} FROM given")
        build_event_days(engine)
        build_visits(engine, FIRST)
        build_agent_days(engine)
        found = pd.DataFrame(engine.arrow("SELECT * FROM agent_days").to_pydict())
    return found.set_index(["agent_id", "day"])[NAMES].sort_index()


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    return log()


@pytest.fixture(scope="module")
def ordinary(events: pd.DataFrame) -> pd.DataFrame:
    return counted(events)


@pytest.fixture(scope="module")
def shuffled(events: pd.DataFrame) -> pd.DataFrame:
    return counted(events.sample(frac=1.0, random_state=3))


@pytest.fixture(scope="module")
def renamed(events: pd.DataFrame) -> pd.DataFrame:
    other = events.assign(
        agent_id=[f"x.{a}" for a in events.agent_id],
        customer_id=[f"{c[::-1]}-k" if isinstance(c, str) else None for c in events.customer_id],
        ticket_id=[f"{t[::-1]}-m" if isinstance(t, str) else None for t in events.ticket_id],
    )
    return counted(other).rename(index=lambda name: name.removeprefix("x."), level="agent_id").sort_index()


@pytest.fixture(scope="module")
def cut_short(events: pd.DataFrame) -> pd.DataFrame:
    return counted(events[events.day < FIRST + DAYS // 2])


@pytest.fixture(scope="module")
def with_more(events: pd.DataFrame) -> pd.DataFrame:
    """Agent A3 opens 40 customers more on the last day, whom nobody else ever sees."""
    more = events[(events.agent_id == "A3") & (events.action == "view")].iloc[:1]
    extra = pd.concat([more] * 40, ignore_index=True).assign(
        us=(FIRST + DAYS - 1) * DAY_US + 12 * 3_600_000_000 + np.arange(40) * 61_000_000,
        day=np.int32(FIRST + DAYS - 1), hour=np.int32(12), customer_id=[f"N{i}" for i in range(40)], ticket_id=None,
    )  # fmt: skip
    return counted(pd.concat([events, extra], ignore_index=True))


OF_NAMES = {"in_sequence"}
"""What customers are called is what these count."""


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_does_not_matter(name: str, ordinary: pd.DataFrame, shuffled: pd.DataFrame) -> None:
    assert ordinary[name].equals(shuffled[name])


@pytest.mark.parametrize("name", sorted({*NAMES} - OF_NAMES))
def test_what_people_customers_and_tickets_are_called_does_not_matter(
    name: str, ordinary: pd.DataFrame, renamed: pd.DataFrame
) -> None:
    assert ordinary[name].equals(renamed[name])


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_later_changes_nothing(name: str, ordinary: pd.DataFrame, cut_short: pd.DataFrame) -> None:
    assert len(cut_short) > 50
    assert ordinary[name].reindex(cut_short.index).equals(cut_short[name])


@pytest.mark.parametrize("name", NAMES)
def test_it_is_a_count(name: str, ordinary: pd.DataFrame) -> None:
    assert (ordinary[name] >= 0).all()


@pytest.mark.parametrize("name", COUNTED_OVER_VISITS)
def test_more_visits_never_lower_it(name: str, ordinary: pd.DataFrame, with_more: pd.DataFrame) -> None:
    here = ("A3", FIRST + DAYS - 1)
    assert with_more[name][here] >= ordinary[name][here]
    assert with_more[CUSTOMERS][here] == ordinary[CUSTOMERS][here] + 40  # or this would have tested nothing


def test_a_log_without_a_line_and_one_of_one_agent_are_counted(events: pd.DataFrame) -> None:
    assert counted(events.iloc[:0]).empty
    alone = counted(events[events.agent_id == "A2"])
    assert set(alone.index.get_level_values("agent_id")) == {"A2"}
    assert alone[NAMES].notna().all().all()


def test_an_ordinary_log_moves_what_needs_no_side_table(ordinary: pd.DataFrame) -> None:
    moved = {feature.name for feature in COUNTS if feature.scored and not feature.needs_context}
    assert {name for name in moved if not ordinary[name].any()} == set()


def test_planting_on_paper_knows_every_scored_signal() -> None:
    scored = tuple(feature.name for feature in COUNTS if feature.scored)
    brought = dict(zip(scored, profile(scored, Pools(50, 40, 30), 0.4321), strict=True))
    assert [name for name, value in brought.items() if value == UNKNOWN_SIGNAL and name != "reveals"] == []


def test_a_share_of_visits_is_asked_of_counts_of_visits_only() -> None:
    scored = [feature for feature in COUNTS if feature.scored]
    shares = parts_of_visits(tuple(feature.name for feature in scored))
    wrong = [
        feature.name
        for feature, share in zip(scored, shares, strict=True)
        if share and feature.source not in ("visits", "hours")
    ]
    assert wrong == []
