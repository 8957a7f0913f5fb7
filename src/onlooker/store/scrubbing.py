"""Taking one id out of texts, JSON and arrays, and putting a mark there that says nothing about anybody."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

ERASED = "(erased)"

SHORTEST_NUMBER = 5
"""A shorter id of digits only is left in sentences: there it is nearly always a count."""


def scrub_text(text: str, person: str) -> str:
    """The sentence without the id `person`, where it stands as a word of its own."""
    if text == person:
        return ERASED
    if person.isdigit() and len(person) < SHORTEST_NUMBER:
        return text
    return re.sub(rf"(?<![\w]){re.escape(person)}(?![\w])", ERASED, text)


def scrub_json(value: Any, person: str) -> Any:
    """The value with `person` erased from every string in it, keys included."""
    if isinstance(value, str):
        return scrub_text(value, person)
    if isinstance(value, list):
        return [scrub_json(part, person) for part in value]
    if isinstance(value, dict):
        return {scrub_text(key, person): scrub_json(part, person) for key, part in value.items()}
    return value


def mentions(value: Any, person: str) -> bool:
    """Whether any string in the value names `person`."""
    return bool(scrub_json(value, person) != value)


def scrub_blob(path: Path, person: str) -> bytes | None:
    """The content of an .npz or .json file without the id; None if it does not have it."""
    if path.suffix == ".json":
        value = json.loads(path.read_bytes())
        return json.dumps(scrub_json(value, person)).encode() if mentions(value, person) else None
    return _scrub_arrays(path, person)


def _scrub_arrays(path: Path, person: str) -> bytes | None:
    import numpy as np

    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    found = False
    for name, array in arrays.items():
        if array.dtype.kind == "U" and (array == person).any():
            found = True
            arrays[name] = np.where(array == person, ERASED, array)
    if not found:
        return None
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()
