"""Time zones of agents: from wall clocks to instants, and from instants to local days and hours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from onlooker.engines.missing_tables import make_missing
from onlooker.engines.protocol import Engine
from onlooker.errors import UsageError
from onlooker.ingest.load import STORED
from onlooker.ingest.quoting import literal
from onlooker.ingest.reading_macros import define_cases, define_zones
from onlooker.ingest.records import temporary
from onlooker.ingest.side_tables.shift_days import TABLE as SHIFT_DAYS
from onlooker.ingest.side_tables.shift_days import day_of_shift, in_shift, make_shift_days
from onlooker.ingest.times import Zone, zone_named
from onlooker.ingest.validate import DAY, HOUR
from onlooker.schema.days import AFTER_ALL, BEFORE_ALL
from onlooker.schema.tables import CTX_OFFSETS, CTX_ROSTER, EVENTS

if TYPE_CHECKING:
    import pyarrow as pa

BEGINNING, END = -(2**62), 2**62
"""Instants before and after all others."""


def zones_of(engine: Engine, select: str) -> tuple[dict[str, Zone], list[str]]:
    """The zones that `select` names, and the names that are no zones."""
    zones: dict[str, Zone] = {}
    unknown = []
    for (name,) in engine.rows(f"SELECT DISTINCT zone FROM ({select}) WHERE zone IS NOT NULL ORDER BY zone"):
        try:
            zones[name] = zone_named(name)
        except UsageError:
            unknown.append(name)
    return zones, unknown


def instant_sql(w: str, o: str, naive: str) -> str:
    """SQL: the instant of the wall clock `w` with the offset `o`, or with `naive` taken off where there is none."""
    return f"CASE WHEN {o} IS NULL THEN {w} - ({naive}) ELSE {w} - {o} * 1000000 END"


def naive_sql(w: str, zone: str) -> str:
    """SQL: microseconds to take from the wall clock `w` in the zone that the expression `zone` names."""
    return f"side_naive({w}, {zone})"


def define_naive(engine: Engine, zones: Mapping[str, Zone], default: Zone | None) -> None:
    """Define what `naive_sql` calls, for the `zones` by name; `default` is that of all others."""
    define_zones(engine, *zones.values(), default)
    cases = [f"WHEN z = {literal(name)} THEN {known.of_wall('w')}" for name, known in zones.items()]
    define_cases(engine, "side_naive", "w, z", cases, default.of_wall("w") if default else "0")


def make_offsets(engine: Engine, site_zones: Mapping[str, str], zones: dict[str, Zone]) -> None:
    """Make `ctx_offsets` from `ctx_agents`, and for agents without a zone from the zone of their site.

    A site has the zone that `site_zones` gives, else the one that all its agents with a zone share.
    """
    zones |= {name: zone_named(name) for name in site_zones.values() if name not in zones}
    pairs = ", ".join(f"({literal(site)}, {literal(zone)})" for site, zone in site_zones.items())
    given = f"SELECT * FROM (VALUES {pairs}) AS v(site, zone)" if pairs else "SELECT '' AS site, '' AS zone WHERE false"
    shared = """SELECT site, min(zone) AS zone FROM ctx_agents WHERE site IS NOT NULL
        GROUP BY site HAVING min(zone) = max(zone)"""
    sites = f"SELECT * FROM ({given}) UNION ALL SELECT * FROM ({shared}) WHERE site NOT IN (SELECT site FROM ({given}))"
    temporary(engine, "side_sites", sites)
    if not zones:
        engine.table(CTX_OFFSETS.name, CTX_OFFSETS.nothing)
        return
    engine.take("side_zones", _spans(zones))
    # Who is not in the agents table is placed by the log.
    others = f"""SELECT agent_id, max_by(site, us) AS site, {BEFORE_ALL} AS from_day, {AFTER_ALL} AS to_day FROM events
        WHERE site IS NOT NULL AND agent_id NOT IN (SELECT agent_id FROM ctx_agents) GROUP BY agent_id"""
    ((known,),) = engine.rows("SELECT count(*) FROM side_sites")
    rows = "SELECT agent_id, site, zone, from_day, to_day FROM ctx_agents"
    if known:
        rows += f" UNION ALL SELECT agent_id, site, NULL, from_day, to_day FROM ({others})"
    placed = f"""SELECT a.agent_id, coalesce(a.zone, s.zone) AS zone, a.from_day, a.to_day FROM ({rows}) a
        LEFT JOIN side_sites s ON s.site = a.site"""
    # A row holds from midnight on, there. The days of the log alone are wanted.
    start, end = (_midnight(f"p.{day}_day") for day in ("from", "to"))
    spans = f"""SELECT p.agent_id, greatest(z.start_us, {start}) AS start_us, least(z.end_us, {end}) AS end_us,
            z.offset_us
        FROM ({placed}) p JOIN side_zones z ON z.zone = p.zone"""
    needed = f"""SELECT agent_id, start_us, min(offset_us) AS offset_us FROM ({spans})
        WHERE start_us < end_us AND end_us > (SELECT coalesce(min(us) - {30 * DAY}, {BEGINNING}) FROM events)
        GROUP BY agent_id, start_us"""
    # Midnight of a move from zone to zone is not one instant; no event may fall between, or into both.
    engine.table(
        CTX_OFFSETS.name,
        f"""SELECT agent_id, start_us,
            coalesce(lead(start_us) OVER (PARTITION BY agent_id ORDER BY start_us), {END}::BIGINT) AS end_us, offset_us
        FROM ({needed})""",
    )
    for name in ("side_zones", "side_sites"):
        engine.drop(name)


def _midnight(day: str) -> str:
    bounded = f"CASE WHEN {day} = {BEFORE_ALL} THEN {BEGINNING} WHEN {day} = {AFTER_ALL} THEN {END}"
    return f"{bounded} ELSE {day}::BIGINT * {DAY} - z.offset_us END"


def _spans(zones: Mapping[str, Zone]) -> pa.Table:
    """Zone, first instant, instant of its end and offset, all in microseconds."""
    import pyarrow as pa

    found = []
    for name, zone in zones.items():
        starts = [BEGINNING, *(start * 1_000_000 for start in zone.starts[1:])]
        ends = [*starts[1:], END]
        for start, end, offset in zip(starts, ends, zone.offsets, strict=True):
            found.append({"zone": name, "start_us": start, "end_us": end, "offset_us": offset * 1_000_000})
    return pa.Table.from_pylist(found)


def localise(engine: Engine) -> tuple[int, int] | None:
    """Decide day and hour of EVENTS by the zones of `ctx_offsets`, where the agent's is known, and by the roster.

    To be called after `read_logs` and `read_context`. `events` stays a view. Returns the first and the last local day,
    or None when neither a zone nor a shift is known, or no event, and nothing has changed.
    """
    make_missing(engine, (CTX_OFFSETS, CTX_ROSTER))
    zones = bool(engine.rows(f"SELECT 1 FROM {CTX_OFFSETS.name} LIMIT 1"))
    shifts = make_shift_days(engine)
    if not (zones or shifts) or not engine.rows(f"SELECT 1 FROM {EVENTS.name} LIMIT 1"):
        return None
    there = set(engine.columns(STORED))
    local = "e.us + z.offset_us"
    day = f"CASE WHEN z.offset_us IS NULL THEN e.day ELSE CAST(({local}) // {DAY} AS INTEGER) END"
    replaced = {
        "day": day_of_shift("e", "s", day) if shifts else day,
        "hour": f"CASE WHEN z.offset_us IS NULL THEN e.hour ELSE CAST(({local}) // {HOUR} % 24 AS INTEGER) END",
    }
    columns = ", ".join(
        f"{replaced.get(c.name, f'e.{c.name}' if c.name in there else f'NULL::{c.type}')} AS {c.name}"
        for c in EVENTS.columns
    )
    engine.drop(EVENTS.name)
    engine.view(
        EVENTS.name,
        f"""SELECT {columns} FROM {STORED} e LEFT JOIN {CTX_OFFSETS.name} z
        ON z.agent_id = e.agent_id AND e.us >= z.start_us AND e.us < z.end_us"""
        + (f" LEFT JOIN {SHIFT_DAYS} s ON {in_shift('e', 's')}" if shifts else ""),
    )
    ((first, last),) = engine.rows(f"SELECT min(day), max(day) FROM {EVENTS.name}")
    return first, last
