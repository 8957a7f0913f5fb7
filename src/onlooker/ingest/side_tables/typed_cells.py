"""Raw text of a side table -> typed values, and the reason where a row can't be used, as one SELECT."""

from __future__ import annotations

from onlooker.ingest.actions import actor_type_sql
from onlooker.ingest.ids import id_sql
from onlooker.ingest.quoting import cleaned, identifier, literal, strings
from onlooker.ingest.reject_reasons import LONGEST_ID
from onlooker.ingest.side_tables.spec import Cell, Side, words
from onlooker.ingest.times import offset_sql, wall_sql
from onlooker.ingest.validate import DAY

NO_DATE = ("0000-00-00", "0000-00-00 00:00:00")
"""What databases write for no date."""
LONGEST_CONTACT = 25 * 3_600_000_000
"""A contact of more than a day, and what two offsets of a night of changing clocks add, is a mistake of the table."""
CLOCK = r"\d{1,2}:\d\d(:\d\d)?"
EVENTS = ("holiday", "outage", "project", "sample")
DIRECTIONS = ("inbound", "outbound")


def typed(raw: str, side: Side, mapped: tuple[str, ...], typed_values: bool = False) -> str:
    """Every row of `raw` with line, text, whole, the typed columns of `side`, and its `reason`, NULL for a good row.

    `raw` is a SELECT of line, flaw, text, whole and one text column per name in `mapped`. An instant becomes two
    columns: the wall clock `_w` in microseconds and its offset `_o` in seconds, NULL where the row does not say.
    """
    names = ", ".join(f"{_clean(cell, typed_values)} AS {_q(cell.name)}" for cell in side.cells if cell.name in mapped)
    absent = ", ".join(f"NULL::VARCHAR AS {_q(cell.name)}" for cell in side.cells if cell.name not in mapped)
    columns = ", ".join(part for part in (names, absent) if part)
    rows = f"SELECT line, flaw, text, whole, {columns} FROM ({raw})"
    if side.name == "roster":
        rows = _on_the_day(rows)
    values = ", ".join(_value(cell) for cell in side.cells)
    read = f"SELECT line, flaw, text, whole, {values}, {_unread(side)} AS unread FROM ({rows})"
    return f"SELECT * EXCLUDE (flaw, unread), {_reason(side)} AS reason FROM ({read})"


def columns_of(side: Side) -> str:
    """The typed columns of a side table, as `typed` names them."""
    return ", ".join(name for cell in side.cells for name in _columns(cell))


def _columns(cell: Cell) -> list[str]:
    return [f"{cell.name}_w", f"{cell.name}_o"] if cell.kind == "instant" else [_q(cell.name)]


def _q(name: str) -> str:
    return identifier(name)


def _clean(cell: Cell, typed_values: bool) -> str:
    if cell.kind in ("day", "instant"):
        return f"side_dated({_q(cell.name)})"
    if cell.kind == "id":
        return id_sql(_q(cell.name), typed=typed_values)
    return cleaned(_q(cell.name))


def _on_the_day(rows: str) -> str:
    """Shifts that say their times as a clock beside a `day`; one that ends before it starts ends on the next day."""
    start = f"CASE WHEN {_is_clock('shift_start')} THEN day || ' ' || {_clock('shift_start')} ELSE shift_start END"
    late = f"{_clock('shift_end')} <= {_clock('shift_start')}"
    next_day = f"CASE WHEN {late} THEN strftime({_date('day')} + INTERVAL 1 DAY, '%Y-%m-%d') ELSE day END"
    end = f"CASE WHEN {_is_clock('shift_end')} THEN {next_day} || ' ' || {_clock('shift_end')} ELSE shift_end END"
    return f"SELECT * REPLACE ({start} AS shift_start, {end} AS shift_end) FROM ({rows})"


def _is_clock(x: str) -> str:
    return f"day IS NOT NULL AND side_is_clock({x})"


def _clock(x: str) -> str:
    """SQL: `9:00` as `09:00:00`, which sorts by time."""
    return f"side_clock({x})"


def _date(x: str) -> str:
    """SQL: the timestamp of midnight that begins the date `x`, NULL if it is none."""
    return f"make_timestamp(({_day(x)})::BIGINT * {DAY})"


def _day(x: str) -> str:
    """SQL: the date `x` as a day number, as written: a date has no zone."""
    return f"side_day({x})"


def _value(cell: Cell) -> str:
    name = _q(cell.name)
    if cell.kind == "day":
        return f"{_day(name)} AS {name}"
    if cell.kind == "instant":
        return f"{wall_sql(name)} AS {cell.name}_w, {offset_sql(name)} AS {cell.name}_o"
    if cell.kind == "flag":
        return f"side_flag({name}) AS {name}"
    if cell.kind == "actor":
        return f"{actor_type_sql(name)} AS {name}"
    if cell.kind in ("event", "direction"):
        return f"side_{cell.kind}({name}) AS {name}"
    return name


def _unread(side: Side) -> str:
    """SQL: the first column that holds something which is not understood."""
    cases = []
    for cell in side.cells:
        name = _q(cell.name)
        readers = {
            "day": _day(name), "instant": wall_sql(name), "flag": f"side_flag({name})", "event": f"side_event({name})",
            "direction": f"side_direction({name})",
        }  # fmt: skip
        read = readers.get(cell.kind)
        if read:
            cases.append(f"WHEN {name} IS NOT NULL AND {read} IS NULL THEN {literal(cell.name)}")
        if cell.kind == "id":
            cases.append(f"WHEN length({name}) > {LONGEST_ID} THEN {literal(cell.name)}")
    return f"CASE {' '.join(cases)} END" if cases else "NULL::VARCHAR"


def macros() -> dict[str, str]:
    """What `typed` calls (see reading_macros)."""
    yes, no = strings(words()["yes"]), strings(words()["no"])
    kinds, ways = (
        " ".join(f"WHEN lower(x) IN ({strings(words()[kind])}) THEN {literal(kind)}" for kind in several)
        for several in (EVENTS, DIRECTIONS)
    )
    return {
        "side_dated(x)": f"CASE WHEN x IN ({strings(NO_DATE)}) THEN NULL ELSE {cleaned('x')} END",
        "side_day(x)": rf"""(CASE WHEN regexp_full_match(x, '(19|20)\d{{6}}') THEN epoch_us(try_strptime(x, '%Y%m%d'))
            WHEN regexp_full_match(x, '\d{{1,2}}\.\d{{1,2}}\.\d{{4}}') THEN epoch_us(try_strptime(x, '%d.%m.%Y'))
            ELSE {wall_sql("x")} END // {DAY})::INTEGER""",
        "side_flag(x)": f"CASE WHEN lower(x) IN ({yes}) THEN true WHEN lower(x) IN ({no}) THEN false END",
        "side_event(x)": f"CASE {kinds} END",
        "side_direction(x)": f"CASE {ways} END",
        "side_is_clock(x)": f"regexp_full_match(x, {literal(CLOCK)})",
        "side_clock(x)": "left(lpad(x, CASE WHEN length(x) < 6 THEN 5 ELSE 8 END, '0') || ':00', 8)",
    }


def _reason(side: Side) -> str:
    needed = [cell for cell in side.cells if cell.required]
    missing = " ".join(f"WHEN {_columns(cell)[0]} IS NULL THEN {literal(f'no {cell.name}')}" for cell in needed)
    unread = "WHEN unread IS NOT NULL THEN unread || ' not understood'"
    return f"CASE WHEN flaw IS NOT NULL THEN flaw {unread} {missing} {EXTRA.get(side.name, '')} END"


_OPEN = "site IS NULL AND queue IS NULL AND team IS NULL AND agent_id IS NULL AND customers IS NULL"
EXTRA = {
    "roster": "WHEN shift_end_w <= shift_start_w AND shift_end_o IS NOT DISTINCT FROM shift_start_o "
    "THEN 'the shift ends before it starts' "
    f"WHEN shift_end_w - shift_start_w > {2 * DAY} THEN 'a shift of more than two days'",
    "contacts": """WHEN end_w < start_w AND end_o IS NOT DISTINCT FROM start_o THEN 'ends before it begins' """
    f"WHEN end_w - start_w > {LONGEST_CONTACT} THEN 'a contact of more than a day'",
    "leave": """WHEN "to" < "from" THEN 'ends before it begins'""",
    "identities": "WHEN valid_to < valid_from THEN 'ends before it begins'",
    "tickets": "WHEN closed_w < opened_w AND closed_o IS NOT DISTINCT FROM opened_o THEN 'closed before it was opened'",
    "calendar": """WHEN coalesce("to", expires) < "from" THEN 'ends before it begins' """
    f"WHEN kind IN ('project', 'sample') AND {_OPEN} "
    "THEN 'names neither people nor customers: it would explain every visit'",
}
"""What else is wrong with a row, by table."""
