"""A running store reads its logs as it began: by the mapping that it kept, whatever names and values now say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from onlooker.ingest.columns import REQUIRED
from onlooker.ingest.mapped_job import MappedJob

Names = Callable[[Sequence[str]], Sequence[str]]
"""The columns of a log, given columns and paths that it may have."""


def kept_mapping(names: Names, kept: Sequence[Mapping[str, str]]) -> dict[str, str] | None:
    """The one of the mappings `kept` of which a log has most columns, and all that are required; None if none fits."""
    found = [there for mapping in kept if (there := _there(names, mapping)) is not None]
    return max(found, key=len, default=None)


def as_before(mapped: MappedJob, before: Mapping[str, str]) -> MappedJob:
    """`mapped` read by the mapping `before`, and a note of what that changes. A column that came since is read too."""
    job = mapped.job
    mapping, said = by_kept(job.file.shown, job.mapping, before)
    if not said:
        return mapped
    seen = job.sniff.with_paths([*before.values()])
    wanted = job.only.renamed(job.mapping.get("customer_id", ""), before.get("customer_id", ""))
    job = replace(job, sniff=seen, mapping=mapping, only=wanted)
    return replace(mapped, job=job, notes=(*mapped.notes, said))


def by_kept(shown: str, now: dict[str, str], before: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """The mapping of a log that would now be read by `now`, and a note of what it changes; none if nothing."""
    otherwise = [
        f"{name} from {now.get(name, 'no column')} and not from {column}"
        for name, column in before.items()
        if now.get(name) != column
    ]
    if not otherwise:
        return now, ""
    used = set(before.values())
    fresh = {name: column for name, column in now.items() if name not in before and column not in used}
    return {**before, **fresh}, (
        f"{shown} is read by the columns that the store began with. By settings and content it would now read "
        f"{', '.join(otherwise)}: `onlooker store remap` switches to that."
    )


def _there(names: Names, mapping: Mapping[str, str]) -> dict[str, str] | None:
    known = names([*mapping.values()])
    there = {name: column for name, column in mapping.items() if column in known}
    return there if all(name in there for name in REQUIRED if name in mapping) else None
