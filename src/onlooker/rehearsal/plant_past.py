"""Draws visits of some people in the past and puts what they count for into the panel of its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from onlooker.engines.protocol import Engine
from onlooker.rehearsal.count_planted import COUNTED, planted_counts, undone_counts
from onlooker.rehearsal.draw_visits import Drawn, Own, Sample, draw
from onlooker.rehearsal.past_tables import PastTables
from onlooker.schema.days import AFTER_ALL
from onlooker.scoring.panel import Panel
from onlooker.scoring.state_arrays import Names

IN_ORDER = "day", "first_us", "last_us", "events"
"""What the visits of one person are put in order by; the names decide last."""


@dataclass(frozen=True)
class Planted:
    """The counts of a panel with what was planted."""

    counts: NDArray[np.float32]
    touched: NDArray[np.bool_]
    """Rows with planted visits."""


def with_planted(
    engine: Engine, past: PastTables, insiders: Sequence[str], panel: Panel, names: Names, rng: np.random.Generator
) -> Planted:
    """Draw what is planted on `insiders`, and count it; the table `seen` is on `engine`."""
    draw_visits(engine, past, insiders, rng)
    number = {name: place for place, name in enumerate(names.agents)}
    row = {key: place for place, key in enumerate(zip(panel.agent.tolist(), panel.day.tolist(), strict=True))}
    column = {name: place for place, name in enumerate(panel.signals) if name in COUNTED}
    counts, touched = panel.counts.astype(np.float32), np.zeros(len(panel.day), dtype=bool)
    for sign, found in ((1, planted_counts(engine)), (-1, undone_counts(engine))):
        for agent, day, counted in found:
            place = row[number[agent], day]
            touched[place] |= sign > 0
            for name, value in counted.items():
                if name in column:
                    counts[place, column[name]] += sign * value
    return Planted(np.maximum(counts, 0.0), touched)


def draw_visits(engine: Engine, past: PastTables, insiders: Sequence[str], rng: np.random.Generator) -> None:
    """Make the tables `planted` and `undone` on `engine`."""
    visits, seen = past.visits_of(insiders), engine.arrow("SELECT agent_id, customer_id, day, place FROM seen")
    place = dict(zip(seen["customer_id"].to_pylist(), seen["place"].to_pylist(), strict=True))
    customer_of = {number: name for name, number in place.items()}
    rows = [rows_of(visits, name) for name in insiders]
    own = [own_of(visits.take(mine), place) for mine in rows]
    number = {name: i for i, name in enumerate(insiders)}
    drawn = draw(own, sample_of(seen, number), past.since, past.day - 1, rng)
    engine.take("planted", table_of(drawn, insiders, customer_of))
    left = [rows[agent][i] for agent, i in zip(drawn.undone_agent.tolist(), drawn.undone.tolist(), strict=True)]
    engine.take("undone", visits.take(pa.array(left, type=pa.int64())))


def rows_of(visits: pa.Table, agent: str) -> NDArray[np.int64]:
    """Rows of one agent's visits, in an order that no name decides."""
    mine = np.flatnonzero(np.array(visits["agent_id"].to_pylist(), dtype=object) == agent)
    own = visits.take(mine)
    keys = [own[name].to_numpy() for name in IN_ORDER]
    return np.asarray(mine[np.lexsort((np.array(own["customer_id"].to_pylist(), dtype=np.str_), *keys[::-1]))])


def own_of(visits: pa.Table, place: dict[str, int]) -> Own:
    """What one person did."""
    return Own(
        visits["day"].to_numpy().astype(np.int64),
        np.array([place.get(name, -1) for name in visits["customer_id"].to_pylist()], dtype=np.int64),
        visits["events"].to_numpy().astype(np.int64),
    )


def sample_of(seen: pa.Table, number: dict[str, int]) -> Sample:
    """The customers whom a planted visit may go to."""
    day, customer = (seen[name].to_numpy().astype(np.int64) for name in ("day", "place"))
    agent = np.array([number.get(name, -1) for name in seen["agent_id"].to_pylist()], dtype=np.int64)
    order = np.argsort(day, kind="stable")
    first = np.full(int(customer.max(initial=-1)) + 1, AFTER_ALL, dtype=np.int64)
    np.minimum.at(first, customer, day)
    return Sample(len(first), customer[order], agent[order], day[order], first)


def table_of(drawn: Drawn, insiders: Sequence[str], customer_of: dict[int, str]) -> pa.Table:
    """Planted visits with names."""
    return pa.table(
        {
            "agent_id": pa.array([insiders[i] for i in drawn.agent.tolist()], type=pa.string()),
            "customer_id": pa.array([customer_of[i] for i in drawn.customer.tolist()], type=pa.string()),
            "day": pa.array(drawn.day.astype(np.int32)),
            "events": pa.array(drawn.events),
            "odd_hour": pa.array(drawn.odd_hour),
            "ticketed": pa.array(drawn.ticketed),
        }
    )
