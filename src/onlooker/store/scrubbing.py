"""Taking one id out of texts, JSON and arrays, and putting a mark there that says nothing about anybody."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onlooker.store.personal_fields import IDS, SENTENCES, Kind, part_of

ERASED = "(erased)"

SHORTEST_NUMBER = 5
"""A shorter id of digits only is left in sentences: there it is nearly always a count."""

DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Person:
    """Who is to be erased, and where."""

    kind: Kind
    id: str
    in_sentences: bool = True
    """Whether sentences are searched as well as the fields that hold ids."""

    @property
    def is_a_word(self) -> bool:
        """Whether the id is all letters, or a date: it may then stand in a sentence and mean nobody."""
        return self.id.isalpha() or DATE.fullmatch(self.id) is not None

    def scrubbed(self, value: Any, field: str = "") -> Any:
        """The value of `field` with the id erased from every field that can name a person; keys stay as they are."""
        if isinstance(value, dict):
            return {key: self.scrubbed(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [self.scrubbed(part, field) for part in value]
        if not isinstance(value, str):
            return value
        if field in IDS[self.kind]:
            return ERASED if value == self.id else value
        return self.scrubbed_text(value) if field in SENTENCES else value

    def scrubbed_text(self, text: str) -> str:
        """The sentence without the id, where it stands as a word of its own."""
        if not self.in_sentences or (self.id.isdigit() and len(self.id) < SHORTEST_NUMBER):
            return text
        return re.sub(rf"(?<![\w]){re.escape(self.id)}(?![\w])", ERASED, text)

    def scrubbed_blob(self, path: Path) -> bytes | None:
        """The content of an .npz or .json file without the id; None if it does not have it."""
        if path.suffix == ".json":
            value = json.loads(path.read_bytes())
            clean = self.scrubbed(value)
            return json.dumps(clean).encode() if clean != value else None
        return self._scrubbed_arrays(path)

    def _scrubbed_arrays(self, path: Path) -> bytes | None:
        import numpy as np

        with np.load(path, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
        found = False
        for name, array in arrays.items():
            if array.dtype.kind == "U" and part_of(name) in IDS[self.kind] and (array == self.id).any():
                found = True
                arrays[name] = np.where(array == self.id, ERASED, array)
        if not found:
            return None
        out = io.BytesIO()
        np.savez(out, **arrays)
        return out.getvalue()
