"""Who did or looked up what, when and why: append-only, each entry chained to the one before.

The chain covers a salted digest of each entry's text, not the text itself, so that a person's name can be erased from
the texts later without breaking the chain. An erased text is lawful only if an entry of the erasure names it.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from onlooker.store.database import transaction
from onlooker.store.sealed_rows import digest_of, rows_sealed, seal, seal_is_due

START = "0" * 64
ERASURE = "forget"
"""What an entry says that removes texts of others."""


@dataclass(frozen=True)
class Entry:
    """One thing that somebody did."""

    seq: int
    at: str
    """UTC, ISO."""
    who: str
    what: str
    """A verb: scan, explain, trace, exposure, verdict, suppress, export, prune, forget ..."""
    about: Mapping[str, Any]
    """What it concerned, such as {"agent": ...}; empty when erased."""
    why: str
    hash: str
    erased: bool = False

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {**self.__dict__, "about": dict(self.about)}


def person() -> str:
    """Who is at the keyboard: whoever called sudo, else the user of this process, by number if it has no name."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (KeyError, OSError):  # a container that was told to run as some number
        return f"uid {os.getuid()}"


def append(db: sqlite3.Connection, who: str, what: str, about: Mapping[str, Any] | None = None, why: str = "") -> Entry:
    """Add one entry, which seals the rows that changed with it. Inside a transaction it stands or falls with that."""
    salt, at = secrets.token_hex(16), datetime.now(UTC).isoformat(timespec="microseconds")
    text = canonical({"about": dict(about or {}), "why": why})
    digest = _digest(salt, text)
    with transaction(db):
        last = db.execute("SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous = (last[0] + 1, last[1]) if last else (1, START)
        changes = seal(db)
        rows = digest_of(changes)
        link = _link(previous, (seq, at, who, what, digest), rows)
        values = (seq, at, who, what, digest, previous, link, rows)
        db.execute("INSERT INTO history VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
        db.execute("INSERT INTO history_texts VALUES (?, ?, ?)", (seq, salt, text))
        db.executemany("INSERT INTO history_rows VALUES (?, ?, ?, ?)", [(seq, *change) for change in changes])
    return Entry(seq, at, who, what, dict(about or {}), why, link)


def seal_what_is_left(db: sqlite3.Connection) -> None:
    """Add an entry for rows that changed without one. Inside a transaction."""
    if seal_is_due(db):
        append(db, person(), "changed")


def entries(db: sqlite3.Connection, after: int = 0) -> Iterator[Entry]:
    """All entries with a number above `after`, oldest first."""
    rows = db.execute(
        "SELECT h.seq, at, who, what, text, hash FROM history h LEFT JOIN history_texts t ON t.seq = h.seq"
        " WHERE h.seq > ? ORDER BY h.seq",
        (after,),
    )
    for seq, at, who, what, text, link in rows:
        told: dict[str, Any] = json.loads(text) if text else {"about": {}, "why": ""}
        yield Entry(seq, at, who, what, told["about"], told["why"], link, erased=text is None)


def head(db: sqlite3.Connection) -> tuple[int, str]:
    """Number and hash of the last entry: kept elsewhere, it shows later that nothing was cut off the end."""
    row = db.execute("SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1").fetchone()
    return (row[0], row[1]) if row else (0, START)


def verify(db: sqlite3.Connection, known: tuple[int, str] | None = None) -> list[str]:
    """What is wrong with the chain, in sentences; empty if nothing is. `known` is a head noted earlier."""
    faults, previous, expected, missing, lawful, seen = [], START, 1, set(), set(), known in (None, (0, START))
    rows = db.execute(
        f"SELECT h.seq, at, who, what, digest, previous, hash, {rows_sealed(db)}, salt, text FROM history h"
        " LEFT JOIN history_texts t ON t.seq = h.seq ORDER BY h.seq"
    )
    for seq, at, who, what, digest, before, link, sealed, salt, text in rows:
        if seq != expected or before != previous:
            faults.append(f"history: entry {seq} does not follow the entry before it")
        if link != _link(before, (seq, at, who, what, digest), sealed):
            faults.append(f"history: entry {seq} was changed")
        if text is None:
            missing.add(seq)
        elif digest != _digest(salt, text):
            faults.append(f"history: the text of entry {seq} was changed")
        elif what == ERASURE:
            lawful.update(json.loads(text)["about"].get("texts", ()))
        seen = seen or known == (seq, link)
        previous, expected = link, seq + 1
    faults += [f"history: the text of entry {seq} is gone, and no erasure names it" for seq in sorted(missing - lawful)]
    if not seen and known is not None:
        faults.append(f"history: entry {known[0]} is not the one that was noted; the end may have been cut off")
    return faults


def canonical(value: Any) -> str:
    """JSON with one spelling for one value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(salt: str, text: str) -> str:
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def _link(previous: str, entry: tuple[int, str, str, str, str], rows: str) -> str:
    named = dict(zip(("seq", "at", "who", "what", "digest"), entry, strict=True)) | ({"rows": rows} if rows else {})
    return hashlib.sha256(f"{previous}{canonical(named)}".encode()).hexdigest()
