"""How names are shown where there is no store: of a closed set of logs, and of a log that is only looked at."""

from __future__ import annotations

import secrets

from onlooker.engines.protocol import Engine
from onlooker.errors import EngineError, UsageError
from onlooker.privacy.pseudonyms import Pseudonyms
from onlooker.privacy.read_secret import read_secret
from onlooker.privacy.shown_names import OPEN, Names
from onlooker.schema.privacy_modes import Mode


def names_of_logs(engine: Engine, mode: Mode, key: str | None) -> Names:
    """How names of the logs on `engine` are shown. Raises UsageError where no `key` is named: no store has one here."""
    if mode == "open":
        return OPEN
    if key is None:
        raise UsageError(
            "pseudonyms need a key that stays the same from run to run",
            'Make one (openssl rand -base64 32), name its place, pseudonym_key = "file:/etc/onlooker/pseudonym.key"; '
            "or give a --store, which has its own.",
        )
    return Names(Pseudonyms(read_secret(key).encode()), mode, lambda: agents_of(engine))


def names_of_checked_logs(engine: Engine, mode: Mode, key: str | None) -> Names:
    """The same for logs that are only checked: where no `key` is named, one is made for this once, and not kept."""
    if mode != "open" and key is None:
        return Names(Pseudonyms(secrets.token_bytes(32)), mode, lambda: agents_of(engine))
    return names_of_logs(engine, mode, key)


def agents_of(engine: Engine) -> frozenset[str]:
    """The agents of the log that was read: by day where they are counted already, else by line."""
    found: set[str] = set()
    for table in ("agent_days", "events"):
        try:
            engine.columns(table)
        except EngineError:  # it is not there yet, or no more
            continue
        found |= {str(one) for (one,) in engine.rows(f"SELECT DISTINCT agent_id FROM {table} WHERE agent_id <> ''")}
    return frozenset(found)
