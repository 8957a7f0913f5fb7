"""Which column of a log is which: as its product has it, or by names and values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from onlooker.errors import UnusableInput
from onlooker.ingest.choose_columns import recognise
from onlooker.ingest.kept_mapping import as_before, kept_mapping
from onlooker.ingest.load import Job
from onlooker.ingest.mapped_job import MappedJob
from onlooker.ingest.mapping_question import MappingQuestion
from onlooker.ingest.products import recognised


def map_columns(
    job: Job,
    wanted: Mapping[str, str],
    plausible: Callable[[Sequence[str]], float],
    kept: Sequence[Mapping[str, str]] = (),
    formats: str = "",
) -> MappedJob:
    """`job` with its mapping; `wanted` is the user's, and `plausible` gives the share of values that are times.

    Where one of the mappings `kept` fits the file, it is read by that, and a note says what it would be read by else.
    """
    before = kept_mapping(lambda columns: job.sniff.with_paths(columns).names, kept)
    if before is None:
        return _mapped(job, wanted, plausible, formats)
    try:
        mapped = _mapped(job, wanted, plausible, formats)
    except MappingQuestion:
        return MappedJob(replace(job, sniff=job.sniff.with_paths([*before.values()]), mapping=before))
    return as_before(mapped, before)


def _mapped(
    job: Job, wanted: Mapping[str, str], plausible: Callable[[Sequence[str]], float], formats: str
) -> MappedJob:
    shown = job.file.shown
    found = recognised(job.sniff, formats)
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
