"""The question that settles which column is which: all that is open at once, with candidates and what to type."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onlooker.errors import OnlookerError, UnusableInput, UsageError
from onlooker.ingest.column_values import PAGES, LogSample
from onlooker.ingest.columns import REQUIRED, plain_name
from onlooker.ingest.url_patterns import url_patterns

SHOWN = 6
"""Candidates that are listed."""
_WHO = ("user", "agent", "by", "login", "mail", "person", "staff", "employee", "actor", "owner", "name", "operator")
_WHOSE = (
    "customer",
    "client",
    "account",
    "patient",
    "member",
    "record",
    "object",
    "target",
    "resource",
    "caller",
    "key",
)


class MappingQuestion(UsageError):
    """Which column is which can't be told. `tie` is true if several could be one, and false if none is known."""

    def __init__(self, message: str, hint: str, tie: bool) -> None:
        super().__init__(message, hint)
        self.tie = tie


@dataclass(frozen=True)
class Open:
    """A required column of EVENTS that is not settled."""

    name: str
    ties: tuple[str, ...]
    """Columns that could each be it; none if no column is known to be it."""
    faults: Mapping[str, str]
    """Columns whose names propose it and whose values contradict, with what they hold."""


def ask(log: LogSample, mapping: Mapping[str, str], questions: Sequence[Open]) -> OnlookerError:
    """The error to raise: a question, or UnusableInput where the file has nothing like times."""
    # A column that would be an optional one may as well be what is asked for.
    taken = {column for name, column in mapping.items() if name in REQUIRED}
    free = [name for name in log.names if name not in taken]
    times = log.with_times(free)
    missing = [one.name for one in questions if not one.ties]
    timed = bool(times) or ("timestamp" in mapping and log.times(mapping["timestamp"]))
    if not timed and missing:
        said = f"{log.shown}: no column recognised as {' or '.join(missing)} among: {', '.join(log.names)}"
        return UnusableInput(said, f"Name them, for example: {' '.join(f'--map {name}=COLUMN' for name in missing)}")
    parts = [f"{' and '.join(one.ties)} could each be {one.name}" for one in questions if one.ties]
    if missing:
        parts.append(f"no column recognised as {' or '.join(missing)} among: {', '.join(log.names)}")
    found = {
        "timestamp": times,
        "agent_id": _ranked(log, [n for n in free if n not in times and _person(log, n)], _WHO, few=True),
        "customer_id": _ranked(log, [n for n in free if n not in times and _customer(log, n, mapping)], _WHOSE),
    }
    hint = "\n".join(_hint(log, questions, found))
    return MappingQuestion(f"{log.shown}: {'; '.join(parts)}", hint, tie=any(one.ties for one in questions))


def option(name: str, column: str) -> str:
    """What to type, safe to paste into a shell."""
    return f"--map {shlex.quote(f'{name}={column}')}"


def _hint(log: LogSample, questions: Sequence[Open], found: dict[str, list[str]]) -> Iterator[str]:
    best: dict[str, str] = {}
    for one in questions:
        candidates = one.ties or [c for c in found[one.name] if c not in best.values()]
        if candidates:
            best[one.name] = candidates[0] if one.ties else _part_of(log, candidates[0])
    if len(questions) == 1 and questions[0].ties:
        yield "Say which: " + " or ".join(option(questions[0].name, column) for column in questions[0].ties)
    else:
        typed = (option(one.name, best.get(one.name, "COLUMN")) for one in questions)
        yield f"Say which, for example: {' '.join(typed)}"
    words = {"timestamp": "times", "agent_id": "people", "customer_id": "customers"}
    for name in REQUIRED:
        asked = next((one for one in questions if one.name == name), None)
        if asked and found[name] and not (asked.ties and len(questions) == 1):
            more = f" and {len(found[name]) - SHOWN} more" if len(found[name]) > SHOWN else ""
            listed = ", ".join(f"{column} ({log.example(column)})" for column in found[name][:SHOWN])
            yield f"Looks like {words[name]}: {listed}{more}."
        inside = [column for column in log.names if log.values(column).objects] if asked and not asked.ties else []
        if inside and name == "customer_id":
            yield f"JSON text, in which a path may name it: {', '.join(inside[:SHOWN])}."
        for column, fault in (asked.faults if asked else {}).items():
            yield f"{column} is not taken for {name}: {fault}."


def _part_of(log: LogSample, column: str) -> str:
    """The column, or what in its addresses differs."""
    values = log.values(column)
    patterns = url_patterns(values.texts) if values.no_id == PAGES else []
    return f"{column}~{patterns[0].pattern}" if patterns else column


def _person(log: LogSample, column: str) -> bool:
    values = log.values(column)
    few = not values.enough or 2 <= values.distinct <= len(values.texts) / 3
    return bool(values.texts) and few and not log.no_person(column)


def _customer(log: LogSample, column: str, mapping: Mapping[str, str]) -> bool:
    values = log.values(column)
    pages = values.no_id == PAGES and values.distinct > 1
    unique = values.enough and values.distinct == len(values.texts)
    return bool(values.texts) and not unique and (pages or not log.no_customer(column, mapping.get("agent_id")))


def _ranked(log: LogSample, columns: list[str], words: Sequence[str], few: bool = False) -> list[str]:
    """Names that speak for it first, then e-mail addresses for people, then the more distinct ones for customers."""

    def rank(column: str) -> tuple[bool, bool, int]:
        values = log.values(column)
        unnamed = not any(word in plain_name(column) for word in words)
        return unnamed, not values.mails if few else bool(values.no_id), 0 if few else -values.distinct

    return sorted(columns, key=rank)
