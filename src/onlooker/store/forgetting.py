"""Erasing one person, customer or agent, from everything the store keeps, with a record that it was done.

An id is erased from the fields that hold ids of its kind, and from sentences, where it stands as a word of its own. A
word such as `agent` stands in sentences and means nobody: unless the store knows it as an id, they are left.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onlooker.store import catalogue
from onlooker.store import history_chain as history
from onlooker.store.catalogue import StoredFile
from onlooker.store.database import transaction
from onlooker.store.faults import damaged, told
from onlooker.store.holds import refuse_if_held
from onlooker.store.layout import BLOBS, KEY, TABLES, file_name
from onlooker.store.parquet_files import write_blob
from onlooker.store.personal_fields import RECORDS, Kind
from onlooker.store.rewriting import Change, delete_damaged
from onlooker.store.scrubbing import ERASED, Person

TEXTS = (
    ("alert_lines", "rowid", "text", "text"), ("alerts", "id", "because", "text"), ("holds", "id", "reason", "text"),
    ("holds", "id", "author", "author"), ("holds", "id", "released_by", "author"),
    ("verdicts", "id", "author", "author"),
)  # fmt: skip
"""Table, key and column of every sentence or name that may, and the field of a record that it is like."""


@dataclass(frozen=True)
class Forgotten:
    """What an erasure did; it does not say whom."""

    kind: Kind
    rows: int
    """Rows removed from the tables."""
    files: int
    """Files written anew."""
    records: int
    """Alerts, cases and the like that no longer name the person."""
    texts: int
    """Entries of the history whose text is gone; that they happened stays."""
    kept: int
    """Entries of the history that name the person as who did something: what people did stays."""
    mark: str
    """Keyed hash, the same for the same person: who knows the id and the key can see that it was erased."""
    left: int = 0
    """Records and texts of the history with a sentence that has the id as a word, left as they are: no field has it."""

    @property
    def found(self) -> bool:
        """Whether the store held anything about the person."""
        return bool(self.rows or self.files or self.records or self.texts)


def forget(
    root: Path, db: sqlite3.Connection, kind: Kind, person: str, *, author: str, why: str, sentences: bool = False
) -> Forgotten:
    """Erase `person` from every table, file and record of the store. Raises StoreHeld under a legal hold.

    With `sentences` an id that is a plain word goes from sentences even where no field has it as an id.
    """
    refuse_if_held(db)
    with told(root), Change(root, db) as change:
        whom = Person(kind, person)
        rows, files = _from_tables(db, change, f"{kind}_id", person)
        blobs = _from_blobs(db, change, whom)
        left = 0
        if whom.is_a_word and not (sentences or rows or blobs or _is_known(db, whom)):
            left = sum(1 for _ in _changes(db, whom)) + len(_texts_about(db, whom))
            whom = Person(kind, person, in_sentences=False)
        with transaction(db):
            change.apply()
            records = (_from_keys(db, person) if kind == "agent" else 0) + _from_records(db, whom)
            texts = _from_history(db, whom)
            mark = _mark(root, kind, person)
            ((kept,),) = db.execute("SELECT count(*) FROM history WHERE who = ?", (person,))
            about = {"kind": kind, "mark": mark, "rows": rows, "records": records, "texts": texts}
            history.append(db, author, history.ERASURE, about, Person(kind, person).scrubbed_text(why))
        change.done()
        with transaction(db):
            catalogue.delete_superseded(db, root)
        delete_damaged(root)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # no copy stays in the log
    return Forgotten(kind, rows, files + blobs, records, len(texts), kept, mark, left)


def _is_known(db: sqlite3.Connection, whom: Person) -> bool:
    """Whether any record or entry of the history has the id in a field that holds ids of its kind."""
    by_field = Person(whom.kind, whom.id, in_sentences=False)
    if whom.kind == "agent":
        for table in ("alerts", "cases"):
            if db.execute(f"SELECT 1 FROM {table} WHERE agent_id = ? LIMIT 1", (whom.id,)).fetchone():
                return True
    return any(True for _ in _changes(db, by_field)) or bool(_texts_about(db, by_field))


def _from_tables(db: sqlite3.Connection, change: Change, column: str, person: str) -> tuple[int, int]:
    import pyarrow.compute as pc

    kept = (pc.field(column) != person) | pc.field(column).is_null()
    rows = files = 0
    for table in TABLES:
        for file in catalogue.current(db, table.name) if table.customer or column == "agent_id" else ():
            if count := _rows_of(change.root, file, column, person):
                change.rewrite(file, kept, file.first, file.last)
                rows, files = rows + count, files + 1
    return rows, files


def _rows_of(root: Path, file: StoredFile, column: str, person: str) -> int:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    try:
        return int(ds.dataset(root / file.name).count_rows(filter=pc.field(column) == person))
    except (pa.ArrowInvalid, FileNotFoundError) as error:
        raise damaged(root, f"{file.name} ({error})") from error


def _from_blobs(db: sqlite3.Connection, change: Change, whom: Person) -> int:
    files = 0
    for file in [file for kind in BLOBS for file in catalogue.current(db, kind)]:
        clean = whom.scrubbed_blob(change.root / file.name)
        if clean is not None:
            suffix = Path(file.name).suffix[1:]
            name = file_name(file.tbl, file.first, file.last, change.generation, suffix)
            written = write_blob(change.root, name, clean)
            change.remove(file)
            change.add(catalogue.described(file.tbl, file.first, file.last, change.generation, written, suffix=suffix))
            files += 1
    return files


def _changes(db: sqlite3.Connection, whom: Person) -> Iterator[tuple[str, str, str, Any, str]]:
    """Table, key, column, row and new text of every record and sentence that names the person."""
    for table, key, column, field in (*((*record, "") for record in RECORDS), *TEXTS):
        rows = db.execute(
            f"SELECT {key}, {column} FROM {table} WHERE instr({column}, ?) OR instr({column}, ?)", _needles(whom.id)
        ).fetchall()
        for identity, text in rows:
            clean = whom.scrubbed(text, field) if field else history.canonical(whom.scrubbed(json.loads(text)))
            if clean != (text if field else history.canonical(json.loads(text))):
                yield table, key, column, identity, clean


def _from_records(db: sqlite3.Connection, whom: Person) -> int:
    changed = 0
    for table, key, column, identity, clean in list(_changes(db, whom)):
        db.execute(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", (clean, identity))
        changed += 1
    return changed


def _from_keys(db: sqlite3.Connection, agent: str) -> int:
    """An agent's alerts and cases get new ids: theirs were made from the agent's, and could be made again.

    So were those of messages, which go.
    """
    db.execute("DELETE FROM outbox WHERE alert_id IN (SELECT id FROM alerts WHERE agent_id = ?)", (agent,))
    ids = [("alerts", row[0]) for row in db.execute("SELECT id FROM alerts WHERE agent_id = ?", (agent,))]
    ids += [("cases", row[0]) for row in db.execute("SELECT id FROM cases WHERE agent_id = ?", (agent,))]
    for table, old in ids:
        new = f"erased-{secrets.token_hex(6)}"
        db.execute(f"UPDATE {table} SET id = ?, agent_id = ? WHERE id = ?", (new, ERASED, old))
        if table == "cases":
            db.execute("UPDATE alerts SET case_id = ? WHERE case_id = ?", (new, old))
        for holder, _, column in RECORDS:  # its own, cases list alerts, explanations name cases
            quoted = (f'"{old}"', f'"{new}"', f'"{old}"')
            db.execute(f"UPDATE {holder} SET {column} = replace({column}, ?, ?) WHERE instr({column}, ?)", quoted)
    return len(ids)


def _texts_about(db: sqlite3.Connection, whom: Person) -> list[int]:
    """Numbers of the entries of the history whose text names the person."""
    found = db.execute(
        "SELECT seq, text FROM history_texts WHERE instr(text, ?) OR instr(text, ?)", _needles(whom.id)
    ).fetchall()
    return [seq for seq, text in found if whom.scrubbed(value := json.loads(text)) != value]


def _from_history(db: sqlite3.Connection, whom: Person) -> list[int]:
    gone = _texts_about(db, whom)
    db.executemany("DELETE FROM history_texts WHERE seq = ?", [(seq,) for seq in gone])
    return gone


def _needles(person: str) -> tuple[str, str]:
    """An id as it can stand in JSON, escaped or not, so that SQLite can pass over most rows."""
    return json.dumps(person, ensure_ascii=False)[1:-1], json.dumps(person)[1:-1]


def _mark(root: Path, kind: Kind, person: str) -> str:
    path = root / KEY
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
            raw.write(secrets.token_bytes(32))
            raw.flush()
            os.fsync(raw.fileno())
    return hmac.new(path.read_bytes(), f"{kind}:{person}".encode(), hashlib.sha256).hexdigest()
