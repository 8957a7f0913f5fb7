"""The lines of the log behind a night, read again from the inputs that are still there and still the same."""

from __future__ import annotations

import gzip
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.store import Store
from onlooker.store.parquet_files import checksum

MOST = 200
"""Lines that are shown."""
NO_TEXT = {".parquet", ".xlsx", ".zip", ".xz", ".bz2"}
"""Inputs whose lines can't be read again one by one."""

SEEN = "SELECT DISTINCT customer_id, us FROM {events} WHERE agent_id = {agent} AND day = {day}"
VISITED = "SELECT customer_id, {us} AS us FROM {visits} WHERE agent_id = {agent} AND day = {day}"


@dataclass(frozen=True)
class SourceLine:
    """One line of an input."""

    path: str
    line: int
    """From 1."""
    text: str


@dataclass(frozen=True)
class Found:
    """The lines, and what must be said of inputs that could not be read again."""

    lines: tuple[SourceLine, ...]
    missing: tuple[str, ...]


def source_lines(engine: Engine, store: Store, agent: str, day: int, offset_us: int) -> Found:
    """Lines that name the agent, a customer of that day, and a time at which the agent looked at this customer.

    Only inputs whose bytes are those that were taken in are read; the others are named.
    """
    times = times_of(looks_of(engine, store, agent, day), offset_us)
    lines: list[SourceLine] = []
    missing: list[str] = []
    for path, sha256 in store.inputs_of(day):
        if why := why_not(Path(path), sha256):
            missing.append(f"{path}: {why}.")
        else:
            lines += matching(Path(path), agent, times)
    if len(lines) > MOST:
        missing.append(f"{len(lines) - MOST:,} more lines are not shown.")
    return Found(tuple(lines[:MOST]), tuple(missing))


def looks_of(engine: Engine, store: Store, agent: str, day: int) -> list[tuple[str, int]]:
    """Customer and instant of each line of the day; where events are not kept, of the first and last of visits."""
    where = {"agent": literal(agent), "day": day}
    if events := store.select("events", day, day):
        return [(str(who), int(us)) for who, us in engine.rows(SEEN.format(events=events, **where)) if who is not None]
    visits = store.select("visits", day, day)
    ends = ("first_us", "last_us") if visits else ()
    rows = (row for us in ends for row in engine.rows(VISITED.format(us=us, visits=visits, **where)))
    return [(str(who), int(us)) for who, us in rows]


def times_of(looks: Sequence[tuple[str, int]], offset_us: int) -> Mapping[str, frozenset[str]]:
    """Customer -> how a line may write the instants: UTC or local clock, with 24 or 12 hours, or seconds since 1970."""
    found: dict[str, set[str]] = {}
    for customer, us in looks:
        texts = found.setdefault(customer, {str(us // 1_000_000)})
        for offset in {0, offset_us}:
            clock = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us + offset)
            texts |= {f"{clock:%H:%M:%S}", f"{clock.hour % 12 or 12}:{clock:%M:%S}"}
    return {customer: frozenset(texts) for customer, texts in found.items()}


def why_not(path: Path, sha256: str) -> str:
    """Why an input can't be read again; empty where it can."""
    if path.suffix.lower() in NO_TEXT:
        return "has no lines of text"
    if not path.is_file():
        return "is not there any more"
    if checksum(path) != sha256:
        return "is not as it was when it was taken in"
    return ""


def matching(path: Path, agent: str, times: Mapping[str, frozenset[str]]) -> Iterator[SourceLine]:
    """The lines of one file that are behind the night."""
    with opened(path) as stream:
        for number, text in enumerate(stream, 1):
            if agent in text and any(who in text and any(one in text for one in when) for who, when in times.items()):
                yield SourceLine(str(path), number, text.rstrip("\r\n"))


@contextmanager
def opened(path: Path) -> Iterator[Iterable[str]]:
    """A file of text, plain, .gz or .zst; what is no UTF-8 is replaced."""
    if path.suffix == ".zst":
        import zstandard

        with zstandard.open(path, "rt", encoding="utf-8", errors="replace") as text:
            yield text
    elif path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as text:
            yield text
    else:
        with path.open(encoding="utf-8", errors="replace") as text:
            yield text
