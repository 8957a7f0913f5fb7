"""A file whose columns are settled."""

from __future__ import annotations

from dataclasses import dataclass

from onlooker.ingest.load import Job
from onlooker.ingest.products import Product


@dataclass(frozen=True)
class MappedJob:
    """`job` has its mapping; `notes` must be heard."""

    job: Job
    product: Product | None = None
    notes: tuple[str, ...] = ()
