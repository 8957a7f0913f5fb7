"""Side tables -> the tables of CONTEXT on an engine, and an account of how they were understood."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping

from onlooker.ingest.engine_with_folder import EngineWithFolder
from onlooker.ingest.quoting import strings
from onlooker.ingest.reading_macros import define, define_macros
from onlooker.ingest.side_tables.build_context import Builder
from onlooker.ingest.side_tables.history_cuts import make_cuts
from onlooker.ingest.side_tables.identities import Systems, make_identities
from onlooker.ingest.side_tables.join_rates import LEAST_RATE, join_rates, judge_tickets
from onlooker.ingest.side_tables.side_table_reading import ContextReading, SideReading
from onlooker.ingest.side_tables.spec import SIDES, words
from onlooker.ingest.side_tables.staged_files import Loaded, load_side
from onlooker.ingest.side_tables.typed_cells import macros
from onlooker.ingest.times import zone_named
from onlooker.schema.tables import CONTEXT, REJECTS

Path = str | os.PathLike[str] | None


def read_context(
    engine: EngineWithFolder,
    *,
    agents: Path = None,
    identities: Path = None,
    tickets: Path = None,
    roster: Path = None,
    leave: Path = None,
    customers: Path = None,
    calendar: Path = None,
    contacts: Path = None,
    columns: Mapping[str, Mapping[str, str]] | None = None,
    timezone: str | None = None,
    site_zones: Mapping[str, str] | None = None,
    high_tiers: Collection[str] | None = None,
    least_rate: float = LEAST_RATE,
    join_ids: bool = False,
) -> ContextReading:
    """Read side tables into the tables of CONTEXT; those not given are there too, empty. EVENTS must be there.

    `columns` maps, by table, its columns to columns of the file where they would not be recognised. `timezone` (IANA)
    is that of wall clocks without an offset; in roster and contacts the agent's own zone comes first. `site_zones` says
    the zone of sites, `high_tiers` which tiers of customers are high ones. Below `least_rate` of ids found, tickets are
    not judged by their table. `join_ids` is as in `read_logs`.
    Bad rows are added to `rejects`. Raises UsageError for what can't be carried out as
    asked, and UnusableInput for a file that can't be read as a table.
    """
    paths = {
        "agents": agents, "identities": identities, "tickets": tickets, "roster": roster, "leave": leave,
        "customers": customers, "calendar": calendar, "contacts": contacts,
    }  # fmt: skip
    zone = zone_named(timezone) if timezone else None
    define_macros(engine, zone, join_ids=join_ids)
    define(engine, macros())
    for table in CONTEXT:
        engine.drop(table.name)
    loaded = {
        side.name: load_side(engine, engine.folder, side, path, (columns or {}).get(side.name, {}))
        for side in SIDES
        if (path := paths[side.name]) is not None
    }
    staged = {name: one.staged for name, one in loaded.items()}
    systems = make_identities(engine, staged.get("identities"))
    builder = Builder(engine, systems, zone)
    builder.agents(staged.get("agents"), site_zones or {})
    builder.tickets(staged.get("tickets"))
    builder.roster(staged.get("roster"))
    builder.leave(staged.get("leave"))
    builder.customers(staged.get("customers"), high_tiers or words()["high"])
    builder.calendar(staged.get("calendar"))
    builder.contacts(staged.get("contacts"), loaded["contacts"].mapping if "contacts" in loaded else ())
    if "identities" in staged and systems == Systems():
        builder.notes.append("The identities table changes nothing: it knows none of the log's agents and customers.")
    make_cuts(engine)
    for name in staged.values():
        engine.drop(name)
    rates = join_rates(engine, loaded)
    told = judge_tickets(engine, "tickets" in loaded, rates, least_rate)
    ((rules,),) = engine.rows("SELECT count(*) FROM ctx_ticket_span")
    notes = [note for one in loaded.values() for note in _notes(one)]
    return ContextReading(
        tables={name: _reading(one) for name, one in loaded.items()},
        join_rates=rates,
        ticket_rules=rules > 0,
        notes=(*notes, *builder.notes, *told),
        rejects_by_reason=_reasons(engine, loaded.values()),
    )


def _reading(one: Loaded) -> SideReading:
    return SideReading(one.inputs, one.mapping, one.rows, one.lines, one.rejected, one.duplicates, one.overruled)


def _reasons(engine: EngineWithFolder, loaded: Collection[Loaded]) -> dict[str, int]:
    files = strings(file.path for one in loaded for file in one.inputs)
    if not files:
        return {}
    counted = f"""SELECT reason, count(*) AS n FROM {REJECTS.name} WHERE file IN ({files})
        GROUP BY reason ORDER BY n DESC, reason"""
    return {reason: int(number) for reason, number in engine.rows(counted)}


def _notes(one: Loaded) -> list[str]:
    notes = list(one.notes)
    if one.rejected:
        notes.append(f"{one.rejected:,} of {one.lines:,} rows of the {one.side.name} table could not be used.")
    if one.duplicates:
        notes.append(f"{one.duplicates:,} rows of the {one.side.name} table repeat another one and were counted once.")
    if one.overruled:
        notes.append(
            f"{one.overruled:,} rows of the {one.side.name} table contradict a later row about the same thing, which "
            "counts."
        )
    return notes
