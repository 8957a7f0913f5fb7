"""The people in a store, and how its names are shown: by the settings, and no less strictly than by its last run."""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterator
from functools import partial

from onlooker.errors import UsageError
from onlooker.privacy.pseudonyms import IdKind, Pseudonyms
from onlooker.privacy.read_secret import read_secret
from onlooker.privacy.shown_names import OPEN, Names
from onlooker.schema.privacy_modes import Mode, stricter
from onlooker.store import Store
from onlooker.store.layout import PSEUDONYM_KEY
from onlooker.store.parquet_files import joint_schema
from onlooker.store.retention import ALERTED

SETTINGS = """SELECT coalesce(json_extract(record, '$.settings.privacy'), 'open'),
    json_extract(record, '$.settings.pseudonym_key') FROM runs
    WHERE json_type(record, '$.settings') = 'object' ORDER BY started DESC, rowid DESC LIMIT 1"""
SUBJECTS = "SELECT DISTINCT agent_id FROM alerts UNION SELECT agent_id FROM cases"
REVEALED = """SELECT agent_id FROM cases WHERE json_extract(record, '$.revealed') IS NOT NULL
    UNION SELECT json_extract(one.value, '$.agent_id') FROM cases c JOIN alerts a ON a.case_id = c.id,
    json_each(a.record, '$.reasons') one
    WHERE json_extract(c.record, '$.revealed') IS NOT NULL AND json_extract(one.value, '$.agent_id') <> ''"""


def names_in_store(store: Store, mode: Mode = "open", key: str | None = None, *, by_last_run: bool = True) -> Names:
    """How names of an open store are shown: in the `mode` of the settings or that of the store's last run.

    The stricter of the two holds, so that a look never shows more than the scan was set to show; a scan
    (`by_last_run=False`) goes by its own settings alone. `key` is the place of the key (`file:PATH`, `env:NAME`), by
    default the store; where the last run hid names, its key is used. Raises UsageError for a key that can't be read,
    and where `key` is not the place of the last run's.
    """
    row = store.db.execute(SETTINGS).fetchone()
    last: Mode = row[0] if row else "open"
    place = row[1] if row else None
    mode = stricter(mode, last) if by_last_run else mode
    if mode == "open":
        return OPEN
    if by_last_run and last != "open":
        if key and key != place:
            raise UsageError(
                "pseudonym_key names another key than the one that made the pseudonyms of this store",
                f"Set pseudonym_key as it was when the store was written last: {place or 'not at all'}.",
            )
    else:
        place = key
    secret = read_secret(place).encode() if place else own_key(store)
    return Names(
        Pseudonyms(secret),
        mode,
        partial(known_people, store),
        partial(customers_of, store),
        frozenset(revealed(store)),
        partial(alerted, store),
    )


def own_key(store: Store) -> bytes:
    """The store's own key, made when it is first needed."""
    path = store.root / PSEUDONYM_KEY
    try:
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(secrets.token_hex(32))
                stream.flush()
                os.fsync(stream.fileno())
        if path.stat().st_mode & 0o077:
            raise UsageError(f"the key of the pseudonyms in {path} can be read by others", f"chmod 600 {path}")
        return path.read_text("ascii").encode()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"the key of the pseudonyms in {path} can't be read: {getattr(error, 'strerror', '') or 'it is no text'}",
            "Run as the user that owns the store, or name another place with the setting pseudonym_key.",
        ) from error


def known_people(store: Store) -> frozenset[str]:
    """The agents and teams in the store's tables, and the subjects of its alerts and cases."""
    found = {str(one) for (one,) in store.db.execute(SUBJECTS)}
    for table in ("agent_days", "events"):
        found.update(_distinct(store, table, "agent_id"))
    found.update(f"team {team}" for team in _distinct(store, "agent_days", "team"))
    return frozenset(one for one in found if one)


def customers_of(store: Store, pseudonyms: Pseudonyms, wanted: Collection[str]) -> dict[str, str]:
    """Pseudonyms of customers and tickets -> the ids of those that the store has seen: its files are read once."""
    found: dict[str, str] = {}
    kinds: tuple[IdKind, ...] = ("customer", "ticket")
    for kind in kinds:
        missing = {one for one in wanted if one.startswith(f"{kind}-")}
        for table in ("visits", "events") if missing else ():
            for identity in _distinct(store, table, f"{kind}_id"):
                if (pseudonym := pseudonyms.make(kind, identity)) in missing:
                    found[pseudonym] = identity
    return found


def _distinct(store: Store, table: str, column: str) -> Iterator[str]:
    """The values of a column of a table; what stands in several parts of its files comes several times."""
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    files = store.files(table)
    if files and column in (known := joint_schema(files)).names:
        for batch in ds.dataset(files, schema=known).to_batches(columns=[column]):
            yield from filter(None, pc.unique(batch[column]).to_pylist())


def alerted(store: Store) -> frozenset[str]:
    """The people whom the store's alerts are about or name."""
    return frozenset(str(one) for (one,) in store.db.execute(ALERTED) if one)


def revealed(store: Store) -> set[str]:
    """Agents and teams of cases that were revealed, and the members whom a team's alerts name."""
    return {str(one) for (one,) in store.db.execute(REVEALED)}
