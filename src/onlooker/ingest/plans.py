"""How the raw columns of one file are selected, straight from the file by the engine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput
from onlooker.ingest.normalise import LONGEST, SEPARATOR
from onlooker.ingest.quoting import identifier, literal, strings
from onlooker.ingest.sniff import Sniff

ALONE = "hive_partitioning=false"
"""A file is read alone: one in a folder of the name agent_id=x would else have that for its agents."""


@dataclass(frozen=True)
class Plan:
    """A SELECT of line, flaw, text, whole and a column per mapped name, for `judge.judged`.

    `whole` is everything the line says, as a list of strings: what must be equal for two lines to be one.
    """

    raw: str
    mapping: dict[str, str]
    numbered: bool = False
    """`line` and `text` are there, not only promised."""
    timed: bool = False

    @property
    def mapped(self) -> tuple[str, ...]:
        """Names of EVENTS that the file has."""
        return tuple(self.mapping)


def lines_of(path: Path) -> str:
    """A table function that gives each line of a text whole, as `text`; an empty one is NULL."""
    return (
        f"read_csv({literal(str(path))}, auto_detect=false, header=false, delim='{SEPARATOR}', quote='', escape='', "
        f"strict_mode=false, compression='none', columns={{'text': 'VARCHAR'}}, max_line_size={5 * LONGEST}, {ALONE})"
    )


def named(mapping: dict[str, str], names: tuple[str, ...], cell: str) -> str:
    """The mapped columns; `cell` makes SQL of a column's place, as in `c{}`, counted from 1."""
    return ", ".join(f"{cell.format(names.index(column) + 1)} AS {name}" for name, column in mapping.items())


def whole(names: tuple[str, ...], cell: str) -> str:
    """Names and values of all columns, in an order that does not depend on the file's."""
    order = sorted(range(len(names)), key=lambda place: names[place])
    values = ", ".join(f"coalesce({cell.format(place + 1)}::VARCHAR, '')" for place in order)
    return f"[{literal(chr(31).join(sorted(names)))}, {values}]"


def csv_plan(path: Path, sniff: Sniff, mapping: dict[str, str]) -> Plan:
    """Delimited text that is in order: any damage makes the engine refuse it."""
    columns = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(1, len(sniff.names) + 1))
    source = (
        f"read_csv({literal(str(path))}, auto_detect=false, header=true, delim={literal(sniff.delimiter)}, quote='\"', "
        f"escape='\"', strict_mode=true, compression='none', columns={{{columns}}}, max_line_size={5 * LONGEST}, "
        f"{ALONE})"
    )
    head = f"NULL::BIGINT AS line, NULL::VARCHAR AS flaw, NULL::VARCHAR AS text, {whole(sniff.names, 'c{}')} AS whole"
    return Plan(f"SELECT {head}, {named(mapping, sniff.names, 'c{}')} FROM {source}", mapping)


def json_plan(source: str, sniff: Sniff, mapping: dict[str, str], numbered: bool = False) -> Plan:
    """JSON objects, one per row of `source`, which has `text` and, if `numbered`, `line`."""
    paths = dict(zip(sniff.names, sniff.paths, strict=True))
    wanted = strings("$" + "".join(f".{identifier(key)}" for key in paths[column]) for column in mapping.values())
    # Each JSON function parses the text again: an ordinary line is parsed twice.
    cells = f"CASE WHEN valid THEN json_extract_string(text, [{wanted}]) END"
    flaw = """CASE WHEN contains(text, chr(0)) THEN 'NUL byte' WHEN NOT valid THEN 'not valid JSON'
        WHEN NOT starts_with(text, '{') AND json_type(text) <> 'OBJECT' THEN 'not a JSON object' END"""
    names = ", ".join(f"v[{place}] AS {name}" for place, name in enumerate(mapping, 1))
    line, marked = ("line", "flaw AS marked") if numbered else ("NULL::BIGINT AS line", "NULL::VARCHAR AS marked")
    lines = f"SELECT {line}, {marked}, text, json_valid(text) AS valid FROM {source} WHERE trim(text) <> ''"
    rows = f"SELECT line, coalesce(marked, {flaw}) AS flaw, text, {cells} AS v FROM ({lines})"
    return Plan(f"SELECT line, flaw, text, [text] AS whole, {names} FROM ({rows})", mapping, numbered)


def array_source(path: Path) -> str:
    """The elements of a JSON array, numbered from 1 in the place of lines."""
    objects = (
        f"read_json_objects({literal(str(path))}, format='array', compression='none', maximum_object_size=16777216, "
        f"{ALONE})"
    )
    return f"SELECT row_number() OVER () AS line, NULL::VARCHAR AS flaw, json::VARCHAR AS text FROM {objects}"


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


def parquet_plan(path: Path, types: dict[str, str], mapping: dict[str, str]) -> Plan:
    """Typed columns; a real timestamp is taken as it is, the rest as text."""
    names = tuple(types)
    stamp = identifier(mapping["timestamp"])
    kind = types[mapping["timestamp"]]
    timed = kind.startswith(("TIMESTAMP", "DATE"))
    others = {name: column for name, column in mapping.items() if name != "timestamp"}
    columns = ", ".join(f"{identifier(column)}::VARCHAR AS {name}" for name, column in others.items())
    offset = "0" if "TIME ZONE" in kind else "NULL::INTEGER"
    when = f"epoch_us({stamp}::{'TIMESTAMPTZ' if 'TIME ZONE' in kind else 'TIMESTAMP'}) AS w, {offset} AS o"
    if not timed:
        when = f"{stamp}::VARCHAR AS timestamp"
    values = ", ".join(f"coalesce({identifier(name)}::VARCHAR, '')" for name in sorted(names))
    everything = f"[{literal(chr(31).join(sorted(names)))}, {values}]"
    text = f"array_to_string([{', '.join(f'{identifier(name)}::VARCHAR' for name in names)}], ',')"
    head = f"file_row_number + 1 AS line, NULL::VARCHAR AS flaw, {text} AS text, {everything} AS whole"
    source = parquet(path, numbered=True)
    return Plan(f"SELECT {head}, {when}, {columns} FROM {source}", mapping, numbered=True, timed=timed)


def parquet_sample(engine: Engine, path: Path, names: tuple[str, ...]) -> list[tuple[str | None, ...]]:
    """The first rows as text."""
    columns = ", ".join(f"{identifier(name)}::VARCHAR" for name in names)
    return engine.rows(f"SELECT {columns} FROM {parquet(path)} LIMIT 1000")
