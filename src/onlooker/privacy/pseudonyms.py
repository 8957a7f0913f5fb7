"""Pseudonyms: an HMAC of an id, by which nobody without the key can tell whose it is, and the same in every run."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Literal

from onlooker.errors import UsageError

IdKind = Literal["agent", "customer", "ticket", "team"]
SHAPE = re.compile(r"(agent|customer|ticket|team)-[0-9a-f]{16}")
SHORTEST_KEY = 16
"""Characters that a key needs at least."""


class Pseudonym(str):
    """A text that stands for an id already: told by its type, since anybody may choose a login of the same form."""

    __slots__ = ()


@dataclass(frozen=True)
class Pseudonyms:
    """The pseudonyms of one key: `agent-` and 64 bits of HMAC-SHA-256, in hexadecimal digits."""

    key: bytes = field(repr=False)
    made: set[str] = field(default_factory=set, repr=False, compare=False)
    """Those that were made: a table or a document keeps their text, and not their type."""

    def __post_init__(self) -> None:
        """Raise UsageError for a key that can be guessed."""
        if len(self.key) < SHORTEST_KEY:
            raise UsageError(
                f"the key of the pseudonyms has fewer than {SHORTEST_KEY} characters",
                "Make one with: openssl rand -base64 32",
            )

    def of(self, kind: IdKind, identity: str) -> str:
        """The pseudonym of one id, always the same; one that was made here stays as it is."""
        if isinstance(identity, Pseudonym) or identity in self.made:
            return identity
        shown = self.make(kind, identity)
        self.made.add(str(shown))
        return shown

    def make(self, kind: IdKind, identity: str) -> Pseudonym:
        """The pseudonym of an id, whatever the id looks like."""
        return Pseudonym(f"{kind}-{self._digest(f'{kind}:{identity}')[:16]}")

    @property
    def key_id(self) -> str:
        """What the key is called: eight digits that say nothing about it."""
        return self._digest("key id")[:8]

    def _digest(self, text: str) -> str:
        return hmac.digest(self.key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hex()
