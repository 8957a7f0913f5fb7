"""Logs that Spark would read, and understand otherwise than DuckDB does: they are refused, with what to do instead.

Structure is DuckDB's alone: known products, paths into JSON, lists of customers, a header further down.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence

from onlooker.engines.spark import SparkEngine
from onlooker.engines.sql_text import literal
from onlooker.errors import UnusableInput
from onlooker.ingest.columns import REQUIRED
from onlooker.ingest.customer_lists import list_form
from onlooker.ingest.products import recognised
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.spark.opened_log import SparkLog

INSTEAD = "Use --engine duckdb"
MOST = 100
"""Rejected lines that may be a header, looked at."""


def as_sniffed(log: SparkLog) -> Sniff:
    """An opened log as `ingest` describes a file."""
    places = {name: (name,) for name in log.names}
    return Sniff("jsonl", "none", log.names, log.sample, b"", places=places).opened()


def refuse_product(log: SparkLog, seen: Sniff, wanted: Mapping[str, str], formats: str) -> None:
    """Raise UnusableInput for a log of a known product, unless the user names its columns."""
    found = recognised(seen, formats)
    if found and not all(name in wanted for name in REQUIRED):
        raise UnusableInput(
            f"{log.source.shown} is a log of {found.product.title}, which is not read as such on Spark",
            f"{INSTEAD}, or name its columns: {' '.join(f'--map {name}=COLUMN' for name in REQUIRED)}",
        )


def refuse_lists(log: SparkLog, mapping: Mapping[str, str]) -> None:
    """Raise UnusableInput where a line names several customers: here they would be one."""
    column = mapping.get("customer_id")
    if column is None:
        return
    place = log.names.index(column)
    if log.types.get(column, "").startswith("array") or list_form(row[place] for row in log.sample):
        raise UnusableInput(
            f"{log.source.shown} names several customers in one value ({column}), which on Spark would be one customer",
            f"{INSTEAD}, or write a line for each of them.",
        )


def refuse_later_headers(engine: SparkEngine, mapped: Sequence[tuple[SparkLog, Mapping[str, str]]]) -> None:
    """Raise UnusableInput if a rejected line is a header with the columns in another order: what follows is misread."""
    for log, mapping in mapped:
        needed = [mapping[name] for name in REQUIRED if name in mapping]
        if log.source.kind != "csv" or len(needed) < 2:
            continue
        held = " AND ".join(f"instr(text, {literal(name)}) > 0" for name in needed)
        for (text,) in engine.rows(f"SELECT DISTINCT text FROM rejects WHERE {held} LIMIT {MOST}"):
            for delimiter in {log.source.delimiter, ","}:
                cells = [cell.strip() for cell in next(csv.reader([text], delimiter=delimiter), [])]
                if set(needed) <= set(cells) and tuple(cells) != log.names:
                    raise UnusableInput(
                        f"{log.source.shown} has a header further down with other columns: {text[:100]}",
                        f"{INSTEAD}, which reads what follows by it.",
                    )
