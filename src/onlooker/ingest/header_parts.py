"""A delimited text that has another header further down: each part is read by its own header."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.ingest.chosen_lines import Only
from onlooker.ingest.named_columns import resniffed
from onlooker.ingest.plans import Plan, lines_of
from onlooker.ingest.quoting import literal
from onlooker.ingest.records import Records
from onlooker.ingest.sniffed import Sniff

REQUIRED = ("timestamp", "agent_id", "customer_id")
MOST = 1000
"""More headers than this are no headers."""


@dataclass(frozen=True)
class LaterHeader:
    """A line, counted from 1 in the text that is read, that names the columns anew."""

    line: int
    cells: tuple[str, ...]


def later_headers(engine: Engine, path: Path, sniff: Sniff, mapping: Mapping[str, str]) -> list[LaterHeader]:
    """Lines below the first that hold the names of the columns that are time, agent and customer, each in a cell."""
    needed = _names(sniff, [mapping[name] for name in REQUIRED if name in mapping])
    if len(needed) < 2:
        return []
    numbered = f"SELECT row_number() OVER () AS line, text FROM {lines_of(path)}"
    held = " AND ".join(f"contains(text, {literal(name)})" for name in needed)
    found = []
    for line, text in engine.rows(f"SELECT line, text FROM ({numbered}) WHERE {held} AND line > 1 LIMIT {MOST + 1}"):
        cells = next(csv.reader([text], delimiter=sniff.delimiter, skipinitialspace=True), [])
        names = [cell.strip() for cell in cells]
        if set(needed) <= set(names) and len(set(names)) == len(names):
            found.append(LaterHeader(int(line), tuple(names)))
    return found if len(found) <= MOST else []


def plan_of_parts(
    engine: Engine,
    path: Path,
    key: str,
    sniff: Sniff,
    headers: Sequence[LaterHeader],
    mapping: dict[str, str],
    only: Only,
) -> Plan:
    """One plan for all parts of the text at `path`; columns that a part does not have are empty there."""
    plans = []
    for number, (part, fresh) in enumerate(_parts(path, sniff, headers)):
        seen = fresh.with_paths([*mapping.values(), *only.columns])
        there = {name: column for name, column in mapping.items() if column in seen.names}
        plans.append(Records(engine, f"{key}_{number}", seen).plan(lines_of(part), there, only))
    raw = " UNION ALL BY NAME ".join(f"({plan.raw})" for plan in plans)
    counts = " + ".join(f"({plan.left_out})" for plan in plans if plan.left_out)
    return Plan(raw, mapping, numbered=True, left_out=f"SELECT {counts}" if counts else "")


def told(headers: Sequence[LaterHeader], sniff: Sniff) -> str:
    """What a reader must hear of them."""
    above = max(sniff.layout.above - 1, 0)
    others = [header for header in headers if header.cells != sniff.cells]
    places = ", ".join(str(header.line + above) for header in (others or headers)[:5])
    more = f" and {len(others or headers) - 5:,} more" if len(others or headers) > 5 else ""
    if others:
        return f"has a header with other columns or another order in line {places}{more}, which counts from there on"
    return f"repeats its header in line {places}{more}"


def _names(sniff: Sniff, columns: Sequence[str]) -> list[str]:
    bases = [sniff.paths[column].base if column in sniff.paths else column for column in columns]
    return list(dict.fromkeys(bases))


def _parts(path: Path, sniff: Sniff, headers: Sequence[LaterHeader]) -> Iterator[tuple[Path, Sniff]]:
    """A file for each part, and how it is to be read. Written in one pass."""
    starts = {header.line: header for header in headers}
    above = max(sniff.layout.above - 1, 0)
    parts = [(path.with_name(f"{path.name}-0"), sniff)]
    out = parts[0][0].open("w", encoding="utf-8", newline="\n")
    with path.open(encoding="utf-8", newline="\n") as text:
        for number, line in enumerate(text, 1):
            if number in starts:
                out.close()
                seen = resniffed(sniff, starts[number].cells)
                seen = replace(seen, layout=replace(seen.layout, above=above + number))
                parts.append((path.with_name(f"{path.name}-{len(parts)}"), seen))
                out = parts[-1][0].open("w", encoding="utf-8", newline="\n")
            out.write(line)
    out.close()
    yield from parts
