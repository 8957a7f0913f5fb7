"""Ids that can hardly be those of agents and customers: far too few for the events, or one for each event."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from onlooker.engines.protocol import Engine
from onlooker.ingest.ids import folded_sql
from onlooker.ingest.mapping_question import option
from onlooker.ingest.records import temporary

FEW, MANY = 3, 1000
"""At most this many ids, in at least this many events, are in doubt."""
EACH = 200
"""From this number of events on, a log with a different id in every event is in doubt."""
MOST_FOLDED = 300_000
"""The most ids that are compared without case and marks."""
ID_NOUNS = {"agent_id": "agent", "customer_id": "customer"}


def doubtful_ids(
    engine: Engine, counts: Mapping[str, int], mapping: Mapping[str, str], confirmed: Collection[str]
) -> tuple[list[str], list[str]]:
    """Sentences about the ids of EVENTS: doubts, and notes where the user said which column it is (`confirmed`)."""
    doubts: list[str] = []
    notes: list[str] = []
    for name, noun in ID_NOUNS.items():
        into = notes if name in confirmed else doubts
        if name not in mapping:  # of some logs no line names a customer
            continue
        for said in _odd(engine, counts, name, noun, mapping[name]):
            right = option(name, mapping[name])
            asked = f" --map {name}=COLUMN names another column; {right} says that this one is right."
            into.append(said if into is notes else said + asked)
    return doubts, notes


def distinct_ids(engine: Engine) -> dict[str, int]:
    """Make the tables of different ids that `alike_ids` looks at, and drops; how many `agents` and `customers`."""
    for name, noun in ID_NOUNS.items():
        temporary(engine, f"ingest_{noun}s", f"SELECT DISTINCT {name} FROM events WHERE {name} IS NOT NULL")
    return {f"{noun}s": int(engine.rows(f"SELECT count(*) FROM ingest_{noun}s")[0][0]) for noun in ID_NOUNS.values()}


def alike_ids(engine: Engine, counts: Mapping[str, int]) -> list[str]:
    """Notes on ids that are the same when case, marks and `.0` are ignored; very many customers are not compared."""
    notes = []
    for name, noun in ID_NOUNS.items():
        if counts[f"{noun}s"] > MOST_FOLDED:
            engine.drop(f"ingest_{noun}s")
            continue
        groups = f"""SELECT count(*) AS n, min({name}) AS one, max({name}) AS other
            FROM ingest_{noun}s GROUP BY {folded_sql(name)} HAVING n > 1"""
        ((spellings, people, one, other),) = engine.rows(
            f"SELECT coalesce(sum(n), 0), count(*), min_by(one, one), min_by(other, one) FROM ({groups})"
        )
        engine.drop(f"ingest_{noun}s")
        if people:
            notes.append(
                f"{spellings:,} {noun} ids are {people:,} if case, marks and .0 are ignored, such as {one} and "
                f"{other}: they count apart. Where they are one, the setting join_ids joins them, or an "
                "identities table says so."
            )
    return notes


def _odd(engine: Engine, counts: Mapping[str, int], name: str, noun: str, column: str) -> Iterator[str]:
    events, distinct = counts["events"], counts[f"{noun}s"]
    if 1 <= distinct <= FEW and events >= MANY:
        rows = engine.rows(f"SELECT DISTINCT {name} FROM events WHERE {name} IS NOT NULL ORDER BY {name}")
        shown = ", ".join(str(value)[:40] for (value,) in rows)
        yield f"All {events:,} events are of {distinct} {noun}{'s' * (distinct != 1)} ({column}: {shown})."
    elif distinct == events and events >= EACH:
        yield f"Each of the {events:,} events has {'an' if noun == 'agent' else 'a'} {noun} of its own ({column})."
