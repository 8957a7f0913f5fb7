"""Whom the agents who stand out in a trace opened since it began: victims, and those who are to be warned first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literals
from onlooker.investigate.exposed_customers import KINDS, PRIORITIES, Exposed
from onlooker.investigate.onset import find_onset
from onlooker.investigate.stored_visits import UNEXPLAINED, Span, waiting_events
from onlooker.investigate.trace import DAILY, Trace
from onlooker.investigate.victim_cover import STANDS_OUT
from onlooker.schema.days import instant, iso
from onlooker.schema.explanations import IS_WITHOUT
from onlooker.store import Store
from onlooker.visits.build_visits import OPENED

if TYPE_CHECKING:
    import pyarrow as pa

JUDGED = """
SELECT agent_id, customer_id, day, first_us, last_us, reveals, exports, edits, explanation
FROM {visits} WHERE agent_id IN ({agents})"""
WAITING = """
SELECT agent_id, customer_id, day, min(us) AS first_us, max(us) AS last_us,
       count(*) FILTER (WHERE action = 'reveal') AS reveals, count(*) FILTER (WHERE action = 'export') AS exports,
       count(*) FILTER (WHERE action = 'edit') AS edits, CAST(NULL AS VARCHAR) AS explanation
FROM {events} WHERE {opened} AND agent_id IN ({agents}) GROUP BY agent_id, customer_id, day"""
SEEN = """
SELECT s.*, coalesce({unexplained}, false) AS unexplained,
       CASE WHEN s.day < o.onset THEN 3 WHEN coalesce({without}, true) THEN 1 ELSE 2 END AS priority
FROM ({parts}) s JOIN onsets o ON o.agent_id = s.agent_id AND s.day >= o.earliest"""
EXPOSED = """
SELECT x.customer_id, v.customer_id IS NOT NULL AS victim, x.priority, x.agents, {tier} AS tier, {region} AS region,
       x.first_us, x.last_us, x.visits, x.unexplained, x.reveals, x.exports, x.edits
FROM (SELECT customer_id, min(priority) AS priority, count(DISTINCT agent_id) AS agents, min(first_us) AS first_us,
             max(last_us) AS last_us, count(*) AS visits, count(*) FILTER (WHERE unexplained) AS unexplained,
             CAST(sum(reveals) AS BIGINT) AS reveals, CAST(sum(exports) AS BIGINT) AS exports,
             CAST(sum(edits) AS BIGINT) AS edits
      FROM opened_since GROUP BY customer_id) x
LEFT JOIN victims v ON v.customer_id = x.customer_id{customers}"""
CUSTOMERS = " LEFT JOIN ctx_customers c ON c.customer_id = x.customer_id"
ORDER = "SELECT * FROM exposed ORDER BY victim, priority, unexplained DESC, first_us, customer_id"
COUNTS = "count(*) AS exposed, count(*) FILTER (WHERE NOT victim) AS not_yet_victims"
OF_AGENTS = """
SELECT s.agent_id, count(DISTINCT s.customer_id) AS exposed,
       count(DISTINCT s.customer_id) FILTER (WHERE v.customer_id IS NULL) AS not_yet_victims
FROM opened_since s LEFT JOIN victims v ON v.customer_id = s.customer_id
WHERE s.priority < 3 GROUP BY s.agent_id"""


def expose(engine: Engine, store: Store, found: Trace, span: Span, *, customers: bool) -> Exposed | None:
    """Whom those who stand out in `found` opened; None if nobody does. `customers` says that there is a table of them.

    Reads the tables that the trace left on `engine`: `pooled`, `meetings`, `victims`.
    """
    out = found.agents[found.agents["q_value"] <= STANDS_OUT]
    onsets = _onsets(engine, out["agent_id"].tolist()) if len(out) else []
    if not onsets:
        return None
    import pyarrow as pa

    engine.take("onsets", pa.Table.from_pylist(onsets))
    names = [one["agent_id"] for one in onsets]
    _find_opened(engine, store, Span(min(one["earliest"] for one in onsets), span.last), names)
    engine.table(
        "exposed",
        EXPOSED.format(
            customers=CUSTOMERS if customers else "", tier="c.tier" if customers else "CAST(NULL AS VARCHAR)",
            region="c.region" if customers else "CAST(NULL AS VARCHAR)",
        ),
    )  # fmt: skip
    counted = {row["agent_id"]: row for row in engine.arrow(OF_AGENTS).to_pylist()}
    facts = out.set_index("agent_id")
    agents = tuple(
        {
            "agent_id": one["agent_id"], "victims": int(facts.loc[one["agent_id"], "victims"]),
            "expected": float(facts.loc[one["agent_id"], "expected"]),
            **{name: iso(one[name]) for name in ("onset", "earliest", "latest")},
            **{name: counted[one["agent_id"]][name] for name in ("exposed", "not_yet_victims")},
        }
        for one in onsets
    )  # fmt: skip
    since = "FROM exposed WHERE priority < 3"
    ((total, not_yet),) = engine.rows(f"SELECT {COUNTS} {since}")
    ((perhaps,),) = engine.rows("SELECT count(*) FROM exposed WHERE priority = 3")
    regions = f"SELECT region, {COUNTS} {since} GROUP BY region ORDER BY exposed DESC, region NULLS LAST"
    kinds = " UNION ALL ".join(
        f"SELECT '{kind}' AS kind, {COUNTS} {since} AND {condition}" for kind, condition in KINDS.items()
    )
    return Exposed(
        agents, total, not_yet, perhaps,
        tuple(engine.arrow(f"SELECT priority, {COUNTS} FROM exposed GROUP BY priority ORDER BY priority").to_pylist()),
        tuple(engine.arrow(regions).to_pylist()) if customers else (),
        tuple(sorted(engine.arrow(kinds).to_pylist(), key=lambda row: list(KINDS).index(row["kind"]))),
        _with_instants(engine.arrow(ORDER)),
    )  # fmt: skip


def _onsets(engine: Engine, agents: Sequence[str]) -> list[dict[str, Any]]:
    """agent_id, onset, earliest, latest as day numbers, in the order of `agents`."""
    daily = engine.arrow(DAILY.format(agents=literals(agents))).to_pandas()
    rows = []
    for agent in agents:
        mine = daily[daily["agent_id"] == agent]
        onset = find_onset(*(mine[name].to_numpy(kind) for name, kind in DAILY_TYPES))
        if onset:
            rows.append({"agent_id": agent, "onset": onset.day, "earliest": onset.earliest, "latest": onset.latest})
    return rows


DAILY_TYPES = (("day", np.int64), ("met", np.float64), ("expected", np.float64))


def _find_opened(engine: Engine, store: Store, span: Span, agents: Sequence[str]) -> None:
    """Make `opened_since`: the visits of `agents` from the earliest day on which it may have begun."""
    named = literals(agents)
    visits, events = store.select("visits", span.first, span.last), waiting_events(store, span)
    parts = [JUDGED.format(visits=visits, agents=named)] if visits else []
    parts += [WAITING.format(events=events, opened=OPENED, agents=named)] if events else []
    select = SEEN.format(parts=" UNION ALL ".join(parts), unexplained=UNEXPLAINED, without=IS_WITHOUT)
    engine.table("opened_since", select)


def _with_instants(table: pa.Table) -> pa.Table:
    import pyarrow as pa

    for us, name in (("first_us", "first_seen"), ("last_us", "last_seen")):
        place = table.schema.names.index(us)
        times = pa.array([instant(one) for one in table[us].to_pylist()], pa.string())
        table = table.set_column(place, name, times)
    return table


def headlines(found: Trace, exposed: Exposed) -> Iterator[str]:
    """What it says, for people: a line for each agent, then whom to warn."""
    before = " before the fraud" if found.left_out else ""
    for one in exposed.agents:
        yield (
            f"{one['agent_id']} met {one['victims']:,} of {found.victims:,}{before}, {one['expected']:,.1f} expected; "
            f"since about {one['onset']} (between {one['earliest']} and {one['latest']}); {one['exposed']:,} exposed, "
            f"{one['not_yet_victims']:,} not yet victims"
        )
    yield f"Warn these first: {exposed.not_yet_victims:,} customers who were opened since then and are not on the list."
    for row in exposed.by_priority:
        yield f"  {row['priority']}  {row['not_yet_victims']:>7,}  {PRIORITIES[row['priority']]}"
    if exposed.by_region:
        regions = (f"{row['region'] or 'not known'} {row['not_yet_victims']:,}" for row in exposed.by_region)
        yield f"by region: {', '.join(regions)}"
    kinds = (f"{row['kind']} {row['not_yet_victims']:,}" for row in exposed.by_kind)
    yield f"by what was done with the record: {', '.join(kinds)}"
