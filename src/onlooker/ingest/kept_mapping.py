"""A running store reads its logs as it began: by the mapping that it kept, whatever names and values now say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from onlooker.ingest.columns import REQUIRED
from onlooker.ingest.load import Job
from onlooker.ingest.mapped_job import MappedJob


def kept_mapping(job: Job, kept: Sequence[Mapping[str, str]]) -> dict[str, str] | None:
    """The one of the mappings `kept` of which a file has most columns, and all that are required; None if none fits."""
    found = [there for mapping in kept if (there := _there(job, mapping)) is not None]
    return max(found, key=len, default=None)


def as_before(mapped: MappedJob, before: Mapping[str, str]) -> MappedJob:
    """`mapped` read by the mapping `before`, and a note of what that changes. A column that came since is read too."""
    job = mapped.job
    otherwise = [
        f"{name} from {job.mapping.get(name, 'no column')} and not from {column}"
        for name, column in before.items()
        if job.mapping.get(name) != column
    ]
    if not otherwise:
        return mapped
    used = set(before.values())
    fresh = {name: column for name, column in job.mapping.items() if name not in before and column not in used}
    said = (
        f"{job.file.shown} is read by the columns that the store began with. By settings and content it would now read "
        f"{', '.join(otherwise)}: `onlooker store remap` switches to that."
    )
    seen = job.sniff.with_paths([*before.values()])
    wanted = job.only.renamed(job.mapping.get("customer_id", ""), before.get("customer_id", ""))
    job = replace(job, sniff=seen, mapping={**before, **fresh}, only=wanted)
    return replace(mapped, job=job, notes=(*mapped.notes, said))


def _there(job: Job, mapping: Mapping[str, str]) -> dict[str, str] | None:
    names = job.sniff.with_paths([*mapping.values()]).names
    there = {name: column for name, column in mapping.items() if column in names}
    return there if all(name in there for name in REQUIRED if name in mapping) else None
