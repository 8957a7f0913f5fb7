"""One side table: its files -> a table of typed rows on the engine, the bad ones among the rejects."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UnusableInput, UsageError
from onlooker.ingest.columns import plain_name
from onlooker.ingest.containers import parts_of
from onlooker.ingest.files import LogFile, find_files
from onlooker.ingest.normalise import normalise
from onlooker.ingest.plans import json_plan, lines_of, parquet, parquet_columns
from onlooker.ingest.quoting import identifier, literal
from onlooker.ingest.records import Records, flawed_lines, number_lines, temporary
from onlooker.ingest.reject_reasons import SHOWN
from onlooker.ingest.side_tables.spec import Side, aliases
from onlooker.ingest.side_tables.typed_cells import columns_of, typed
from onlooker.ingest.sniff import sniff
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.survey import Facts, survey
from onlooker.schema.findings import InputFile
from onlooker.schema.tables import REJECTS


@dataclass(frozen=True)
class Loaded:
    """What came of one side table; its rows are in the temporary table `staged`."""

    side: Side
    inputs: tuple[InputFile, ...]
    mapping: dict[str, str]
    rows: int
    """Rows used."""
    lines: int
    rejected: int
    duplicates: int
    """Rows that say the same twice."""
    overruled: int
    """Rows that a later row about the same thing replaces."""
    notes: tuple[str, ...]

    @property
    def staged(self) -> str:
        """Name of the table of typed rows: file_no, line and the columns that `cells.columns_of` names."""
        return f"side_{self.side.name}"


@dataclass(frozen=True)
class _Source:
    file: LogFile
    sniff: Sniff
    mapping: dict[str, str]
    link: Path


def load_side(
    engine: Engine, folder: Path, side: Side, path: str | os.PathLike[str], wishes: Mapping[str, str]
) -> Loaded:
    """Read the file (or folder, or glob) `path`; bad rows go to `rejects`.

    Raises UsageError for what can't be carried out as asked and UnusableInput for a file that is no table at all.
    """
    sources = []
    found = (part.file for file in find_files([path], folder, None) for part in parts_of(file, folder))
    for number, file in enumerate(found):
        link = folder / f"side-{side.name}-{number}"
        link.unlink(missing_ok=True)
        link.symlink_to(file.path.resolve())
        sources.append(_source(engine, file, link))
    _check_wishes(side, wishes, sources)
    sources = [replace(s, mapping=recognise_side(side, s.file.shown, s.sniff.names, wishes)) for s in sources]
    temporary(engine, f"side_{side.name}", f"SELECT 0 AS file_no, {_typed_nothing(side)} LIMIT 0")
    inputs, notes = [], []
    for number, source in enumerate(sources):
        one, told = _load(engine, side, source, number)
        inputs.append(one)
        notes += told
    duplicates, overruled = _unique(engine, side)
    lines, rejected = sum(i.rows for i in inputs), sum(i.rejected for i in inputs)
    mapping: dict[str, str] = {}
    for source in sources:
        mapping = source.mapping | mapping
    rows = lines - rejected - duplicates - overruled
    return Loaded(side, tuple(inputs), mapping, rows, lines, rejected, duplicates, overruled, tuple(notes))


def _source(engine: Engine, file: LogFile, link: Path) -> _Source:
    seen = sniff(file.path, file.shown)
    if seen.format == "parquet":
        seen = replace(seen, names=tuple(parquet_columns(engine, link, file.shown)))
    return _Source(file, seen, {}, link)


def recognise_side(side: Side, shown: str, names: tuple[str, ...], wishes: Mapping[str, str]) -> dict[str, str]:
    """Column of `side` -> column of the file. Raises UsageError where a required one isn't found."""
    mapping = {name: column for name, column in wishes.items() if column in names}
    plain = {plain_name(column): column for column in reversed(names) if column not in mapping.values()}
    # Own names first, for all columns: `agent` may not take what is called agent_id.
    for name in side.names:
        if name not in mapping and plain_name(name) in plain:
            mapping[name] = plain.pop(plain_name(name))
    for name in side.names:
        found = next((a for a in aliases()[side.name].get(name, ()) if plain_name(a) in plain), None)
        if name not in mapping and found:
            mapping[name] = plain.pop(plain_name(found))
    missing = [cell.name for cell in side.cells if cell.required and cell.name not in mapping]
    if missing:
        raise UsageError(
            f"{shown}: no column of the {side.name} table recognised as {' or '.join(missing)} among: "
            f"{', '.join(names)}",
            f'Name them in onlooker.toml, under [context.columns.{side.name}]: {missing[0]} = "COLUMN".',
        )
    return mapping


def _check_wishes(side: Side, wishes: Mapping[str, str], sources: list[_Source]) -> None:
    unknown = [name for name in wishes if name not in side.names]
    if unknown:
        there = ", ".join(side.names)
        raise UsageError(f"the {side.name} table has no {' or '.join(unknown)} to map to", f"There are: {there}.")
    present = {name for source in sources for name in source.sniff.names}
    absent = [column for column in wishes.values() if column not in present]
    if absent:
        there = ", ".join(dict.fromkeys(name for source in sources for name in source.sniff.names))
        raise UsageError(f"the {side.name} table has no column {' or '.join(absent)}", f"Its columns: {there}.")


def _load(engine: Engine, side: Side, source: _Source, number: int) -> tuple[InputFile, list[str]]:
    shown = source.file.shown
    try:
        raw, facts = _raw(engine, side, source, number)
        said, rows = f"side_lines_{side.name}", f"side_rows_{side.name}"
        engine.view(said, raw)
        temporary(
            engine,
            rows,
            typed(f"SELECT * FROM {said}", side, tuple(source.mapping), source.sniff.format not in ("csv", "tsv")),
        )
    except EngineError as error:
        raise UnusableInput(f"{shown} can't be read: {error.said}") from error
    names = columns_of(side)
    reject = f"SELECT {literal(shown)}, line, reason, left(text, {SHOWN}) FROM {rows} WHERE reason IS NOT NULL"
    engine.rows(f"INSERT INTO {REJECTS.name} {reject} ORDER BY line")
    engine.rows(f"INSERT INTO side_{side.name} SELECT {number}, line, whole, {names} FROM {rows} WHERE reason IS NULL")
    ((lines, bad),) = engine.rows(f"SELECT count(*), count(reason) FROM {rows}")
    for table in (said, rows, *_steps(side, number)):
        engine.drop(table)
    remarks = [*source.sniff.notes, *([facts.note] if facts.note else []), *([] if lines else ["has no rows"])]
    kind = "jsonl" if source.sniff.format == "json rows" else source.sniff.format
    read = InputFile(
        shown, facts.bytes, facts.sha256, lines, bad, kind, source.sniff.compression, facts.encoding, "; ".join(remarks)
    )
    return read, [f"{shown} {remark}." for remark in remarks]


def _raw(engine: Engine, side: Side, source: _Source, number: int) -> tuple[str, Facts]:
    """A SELECT of line, flaw, text, whole and the mapped columns, always with true line numbers."""
    seen, mapping, key = source.sniff, source.mapping, f"{side.name}_{number}"
    if seen.format == "parquet":
        return _parquet(source), survey(source.link)
    target = source.link.with_name(f"{source.link.name}.lines")
    facts = normalise(source.link, target, seen.layout)
    quoted = {identifier(name): column for name, column in mapping.items()}
    if seen.format in ("csv", "tsv"):
        return Records(engine, key, seen).plan(lines_of(target), quoted).raw, facts
    longest = seen.layout.longest
    if seen.format == "web log":
        raise UnusableInput(f"{source.file.shown} is a web server's log, and no table")
    lines = number_lines(engine, lines_of(target, longest), key)
    return json_plan(flawed_lines(lines, longest), seen, quoted, numbered=True).raw, facts


def _parquet(source: _Source) -> str:
    columns = ", ".join(f"{identifier(c)}::VARCHAR AS {identifier(name)}" for name, c in source.mapping.items())
    values = ", ".join(f"{identifier(name)}::VARCHAR" for name in source.sniff.names)
    head = f"file_row_number + 1 AS line, NULL::VARCHAR AS flaw, array_to_string([{values}], ',') AS text"
    cells = ", ".join(f"coalesce({identifier(name)}::VARCHAR, '')" for name in source.sniff.names)
    return f"SELECT {head}, [{cells}] AS whole, {columns} FROM {parquet(source.link, numbered=True)}"


def _steps(side: Side, number: int) -> list[str]:
    return [f"ingest_{step}_{side.name}_{number}" for step in ("lines", "odd", "pairs", "spans", "inside")]


def _typed_nothing(side: Side) -> str:
    raw = "NULL::BIGINT AS line, NULL::VARCHAR AS flaw, NULL::VARCHAR AS text, NULL::VARCHAR[] AS whole"
    return f"line, whole, {columns_of(side)} FROM ({typed(f'SELECT {raw}', side, ())})"


def _unique(engine: Engine, side: Side) -> tuple[int, int]:
    """Leave one row of those that say the same, and the last one of those with the same key; how many went each way."""
    names = columns_of(side)
    staged = f"side_{side.name}"
    ((before,),) = engine.rows(f"SELECT count(*) FROM {staged}")
    turn = "row_number() OVER (PARTITION BY {} ORDER BY file_no DESC, line DESC) = 1"
    temporary(engine, staged, f"SELECT file_no, line, {names} FROM {staged} QUALIFY {turn.format('whole')}")
    ((distinct,),) = engine.rows(f"SELECT count(*) FROM {staged}")
    if side.key:
        key = ", ".join(identifier(name) for name in side.key)
        temporary(engine, staged, f"SELECT * FROM {staged} QUALIFY {turn.format(key)}")
    ((after,),) = engine.rows(f"SELECT count(*) FROM {staged}")
    return before - distinct, distinct - after
