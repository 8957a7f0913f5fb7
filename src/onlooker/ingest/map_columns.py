"""Which column of a log is which: as its product has it, or by names and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from onlooker.errors import UnusableInput
from onlooker.ingest.choose_columns import recognise
from onlooker.ingest.load import Job
from onlooker.ingest.products import Product, recognised


@dataclass(frozen=True)
class MappedJob:
    """A file whose columns are settled."""

    job: Job
    product: Product | None = None
    notes: tuple[str, ...] = ()


def map_columns(job: Job, wanted: Mapping[str, str], plausible: Callable[[Sequence[str]], float]) -> MappedJob:
    """`job` with its mapping; `wanted` is the user's, and `plausible` gives the share of values that are times."""
    shown = job.file.shown
    found = recognised(job.sniff)
    if found is None:
        chosen = recognise(shown, job.sniff.names, job.sniff.sample, wanted, plausible)
        return MappedJob(replace(job, mapping=chosen.mapping), notes=tuple(chosen.notes))
    seen = found.opened(job.sniff)
    mapping = found.mapping(shown, seen, wanted)
    if found.layout.with_customer and "customer_id" not in mapping:
        raise UnusableInput(
            f"{shown} is a log of {found.product.title}, and none of its first lines names a customer",
            f"`onlooker formats show {found.product.name}` says how to obtain the log that does. "
            "Where another column or path does, --map customer_id=COLUMN names it.",
        )
    notes: tuple[str, ...] = ()
    if not found.complete(mapping):
        chosen = recognise(shown, seen.names, seen.sample, mapping, plausible)
        mapping, notes = chosen.mapping, tuple(chosen.notes)
    only = job.only or found.conditions
    if found.layout.with_customer:
        only = only.present(mapping["customer_id"])
    return MappedJob(replace(job, sniff=seen, mapping=mapping, only=only), found.product, notes)
