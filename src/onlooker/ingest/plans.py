"""How the raw columns of one file are selected, straight from the file by the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput
from onlooker.ingest.chosen_lines import ALL_LINES, Only
from onlooker.ingest.normalise import LONGEST, SEPARATOR
from onlooker.ingest.paths import pointer
from onlooker.ingest.quoting import identifier, literal, strings
from onlooker.ingest.sniffed import Place, Sniff
from onlooker.ingest.times import Order

ALONE = "hive_partitioning=false"
"""A file is read alone: one in a folder of the name agent_id=x would else have that for its agents."""


@dataclass(frozen=True)
class Plan:
    """A SELECT of line, flaw, text, whole and a column per mapped name, for `validate.judged`.

    `whole` is everything the line says, as a list of strings: what must be equal for two lines to be one.
    """

    raw: str
    mapping: dict[str, str]
    numbered: bool = False
    """`line` and `text` are there, not only promised."""
    timed: bool = False
    typed: bool = False
    """Whether values had types, of which the text may show more than was meant: 12.0 for 12."""
    order: Order = ""
    """Of day and month in dates such as 03/04/2026."""
    left_out: str = ""
    """SELECT of how many lines `raw` leaves out because the user does not want them."""

    @property
    def mapped(self) -> tuple[str, ...]:
        """Names of EVENTS that the file has."""
        return tuple(self.mapping)


def chosen(select: str, rows: str, condition: str) -> tuple[str, str]:
    """`select` from `rows`, only of those that meet `condition` or have a flaw; and how many that leaves out."""
    if not condition:
        return f"SELECT {select} FROM {rows}", ""
    left = f"flaw IS NULL AND NOT coalesce({condition}, false)"
    return f"SELECT {select} FROM {rows} WHERE NOT ({left})", f"SELECT count(*) FROM {rows} WHERE {left}"


def lines_of(path: Path, longest: int = LONGEST) -> str:
    """A table function that gives each line of a text whole, as `text`; an empty one is NULL."""
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header=false, delim='{SEPARATOR}', quote='', escape='', "
        f"strict_mode=false, compression='none', columns={{'text': 'VARCHAR'}}, max_line_size={5 * longest}, {ALONE})"
    )


def named(mapping: dict[str, str], sniff: Sniff, cell: str) -> str:
    """The mapped columns; `cell` makes SQL of a cell's place, as in `c{}`, counted from 1."""
    return ", ".join(f"{sniff.sql(column, cell.format)} AS {name}" for name, column in mapping.items())


def whole(names: tuple[str, ...], cell: str) -> str:
    """Names and values of all columns, in an order that does not depend on the file's."""
    order = sorted(range(len(names)), key=lambda place: names[place])
    values = ", ".join(f"coalesce({cell.format(place + 1)}::VARCHAR, '')" for place in order)
    return f"[{literal(chr(31).join(sorted(names)))}, {values}]"


def csv_plan(path: Path, sniff: Sniff, mapping: dict[str, str], only: Only = ALL_LINES) -> Plan:
    """Delimited text that is in order: any damage makes the engine refuse it."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(1, len(sniff.cells) + 1))
    source = (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, delim={literal(sniff.delimiter)}, quote='\"', "
        f"escape='\"', strict_mode=true, compression='none', columns={{{columns}}}, max_line_size={5 * LONGEST}, "
        f"{ALONE})"
    )
    if only:
        source = f"(SELECT *, NULL::VARCHAR AS flaw FROM {source})"
    flaw = "flaw" if only else "NULL::VARCHAR AS flaw"
    head = f"NULL::BIGINT AS line, {flaw}, NULL::VARCHAR AS text, {whole(sniff.cells, 'c{}')} AS whole"
    condition = only.sql(lambda column: sniff.sql(column, "c{}".format))
    raw, left_out = chosen(f"{head}, {named(mapping, sniff, 'c{}')}", source, condition)
    return Plan(raw, mapping, left_out=left_out)


def json_plan(
    source: str, sniff: Sniff, mapping: dict[str, str], numbered: bool = False, only: Only = ALL_LINES
) -> Plan:
    """JSON objects, one per row of `source`, which has `text` and, if `numbered`, `line`."""
    places = sniff.places_of([*mapping.values(), *only.columns])
    wanted = strings(pointer(place) for place in places if isinstance(place, tuple))
    # Each JSON function parses the text again: an ordinary line is parsed twice.
    cells = f"CASE WHEN valid THEN json_extract_string(text, [{wanted}]) END"
    flaw = """CASE WHEN contains(text, chr(0)) THEN 'NUL byte' WHEN NOT valid THEN 'not valid JSON'
        WHEN NOT starts_with(text, '{') AND json_type(text) <> 'OBJECT' THEN 'not a JSON object' END"""

    def cell(place: Place) -> str:
        return f"v[{places.index(place) + 1}]"

    names = ", ".join(f"{sniff.sql(column, cell)} AS {name}" for name, column in mapping.items())
    line, marked = ("line", "flaw AS marked") if numbered else ("NULL::BIGINT AS line", "NULL::VARCHAR AS marked")
    lines = f"SELECT {line}, {marked}, text, json_valid(text) AS valid FROM {source} WHERE trim(text) <> ''"
    rows = f"SELECT line, coalesce(marked, {flaw}) AS flaw, text, {cells} AS v FROM ({lines})"
    condition = only.sql(lambda column: sniff.sql(column, cell))
    raw, left_out = chosen(f"line, flaw, text, [text] AS whole, {names}", f"({rows})", condition)
    return Plan(raw, mapping, numbered, typed=True, left_out=left_out)


def parquet(path: Path, *, numbered: bool = False) -> str:
    """A table function that gives the rows of a Parquet file, `numbered` ones with file_row_number, from 0."""
    return f"read_parquet({literal(str(path))}, {ALONE}{', file_row_number=true' if numbered else ''})"


def damaged_parquet(path: Path, shown: str, error: EngineError) -> UnusableInput:
    """What the engine says of a Parquet file that it read at `path`, under the name that the user gave it."""
    said = error.said.replace(str(path), shown)
    return UnusableInput(f"{shown} is damaged Parquet: {said}", "Was it written to its end? Write or copy it again.")


def parquet_columns(engine: Engine, path: Path, shown: str) -> dict[str, str]:
    """Column name -> type of a Parquet file. Raises UnusableInput if it is damaged."""
    try:
        rows = engine.rows(f"DESCRIBE SELECT * FROM {parquet(path)}")
    except EngineError as error:
        raise damaged_parquet(path, shown, error) from error
    return {name: kind for name, kind, *_ in rows}


def parquet_rows(engine: Engine, path: Path) -> int:
    """How many rows a Parquet file says it has."""
    ((rows,),) = engine.rows(f"SELECT sum(num_rows) FROM parquet_file_metadata({literal(str(path))})")
    return int(rows)


def parquet_sniff(seen: Sniff, types: dict[str, str], rows: list[tuple[str | None, ...]]) -> Sniff:
    """A Parquet file with the columns that the engine knows, and what is inside of those that hold JSON or records."""
    places: dict[str, tuple[Place, ...]] = {name: (name,) for name in types}
    return replace(seen, names=tuple(types), sample=rows, places=places).opened()


def parquet_text(types: dict[str, str]) -> Callable[[Place], str]:
    """SQL of a column's text; that of records and lists is JSON."""

    def text(place: Place) -> str:
        name = identifier(str(place))
        nested = types[str(place)].startswith(("STRUCT", "MAP", "UNION")) or types[str(place)].endswith("]")
        return f"to_json({name})::VARCHAR" if nested else f"{name}::VARCHAR"

    return text


def parquet_plan(
    path: Path, types: dict[str, str], sniff: Sniff, mapping: dict[str, str], only: Only = ALL_LINES
) -> Plan:
    """Typed columns; a real timestamp is taken as it is, the rest as text."""
    names = tuple(types)
    text_of = parquet_text(types)
    stamp = mapping["timestamp"]
    kind = types.get(stamp, "")
    timed = kind.startswith(("TIMESTAMP", "DATE")) and "clock" not in mapping
    others = {name: column for name, column in mapping.items() if name != "timestamp"}
    columns = ", ".join(f"{sniff.sql(column, text_of)} AS {name}" for name, column in others.items())
    offset = "0" if "TIME ZONE" in kind else "NULL::INTEGER"
    when = f"epoch_us({identifier(stamp)}::{'TIMESTAMPTZ' if 'TIME ZONE' in kind else 'TIMESTAMP'}) AS w, {offset} AS o"
    if not timed:
        day = f"{identifier(stamp)}::DATE::VARCHAR" if kind.startswith("TIMESTAMP") else sniff.sql(stamp, text_of)
        when = f"{day} AS timestamp"
    values = ", ".join(f"coalesce({identifier(name)}::VARCHAR, '')" for name in sorted(names))
    everything = f"[{literal(chr(31).join(sorted(names)))}, {values}]"
    text = f"array_to_string([{', '.join(f'{identifier(name)}::VARCHAR' for name in names)}], ',')"
    head = f"file_row_number + 1 AS line, NULL::VARCHAR AS flaw, {text} AS text, {everything} AS whole"
    source = parquet(path, numbered=True)
    condition = only.sql(lambda column: sniff.sql(column, text_of))
    raw, left_out = chosen(f"{head}, {when}, {columns}", source, condition)
    if condition:
        raw, left_out = (sql.replace("flaw IS NULL AND ", "") for sql in (raw, left_out))
    return Plan(raw, mapping, numbered=True, timed=timed, typed=True, left_out=left_out)


def parquet_sample(engine: Engine, path: Path, types: dict[str, str]) -> list[tuple[str | None, ...]]:
    """The first rows as text."""
    columns = ", ".join(map(parquet_text(types), types))
    return engine.rows(f"SELECT {columns} FROM {parquet(path)} LIMIT 1000")
