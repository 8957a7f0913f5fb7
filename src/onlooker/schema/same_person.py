"""Ids that fold together are one person: case, accents, spaces and what cannot be seen make no other person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from onlooker.schema.hidden_characters import is_hidden


def folded(name: str) -> str:
    """An id as people read it: compatible characters alike, without case, marks, spaces and invisible characters."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return "".join(c for c in plain if unicodedata.category(c)[0] not in "MZC" and not is_hidden(c)) or name


def spellings(names: Iterable[str]) -> dict[str, str]:
    """Of `names`, those of a person who has several, with what they fold to."""
    by_person: dict[str, list[str]] = {}
    for name in names:
        by_person.setdefault(folded(name), []).append(name)
    return {name: person for person, several in by_person.items() if len(several) > 1 for name in several}
