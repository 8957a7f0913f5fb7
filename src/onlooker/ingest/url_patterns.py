"""What in the addresses of a log could be a customer: the places where the paths differ."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

_ID = re.compile(r"(?=.*\d)[\w.@%:+-]+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}")
_ENDING = re.compile(r"\.(json|xml|html?|csv|pdf|aspx?|php|do)$")
_FILE = re.compile(r"\.(css|js|png|jpe?g|gif|svg|ico|woff2?|map|ttf)$", re.IGNORECASE)
_VERSION = re.compile(r"v\d+(\.\d+)*")
LEAST = 3


@dataclass(frozen=True)
class UrlPattern:
    """A pattern as in `--map customer_id=url~...`, how many different values it has, and one of them."""

    pattern: str
    distinct: int
    example: str


def url_patterns(urls: Iterable[str | None]) -> list[UrlPattern]:
    """Those with the most different values first."""
    found: dict[str, set[str]] = defaultdict(set)
    for url in urls:
        path = re.sub(r"^[a-z]+://[^/]+", "", (url or "").partition("?")[0].partition("#")[0])
        if _FILE.search(path):
            continue
        parts = path.split("/")
        for before, part in pairwise(parts):
            value = _ENDING.sub("", part)
            if _ID.fullmatch(value) and not _VERSION.fullmatch(value) and before and not _ID.fullmatch(before):
                found[f"/{before}/{{customer_id}}"].add(value)
        for name, value in re.findall(r"[?&]([\w.-]*id)=([^&#]+)", url or "", re.IGNORECASE):
            found[f"{name}={{customer_id}}"].add(value)
    several = [UrlPattern(one, len(values), min(values)) for one, values in found.items() if len(values) >= LEAST]
    return sorted(several, key=lambda one: (-one.distinct, one.pattern))
