"""The record of a run: what was read, what was found, what is missing, what must be said."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from onlooker.checks.completeness import about_surges, apart, may_be_cut_short, missing, unread
from onlooker.report.case_files import page_files
from onlooker.scanning.outputs import wanted
from onlooker.schema.days import iso
from onlooker.schema.findings import InputFile, Run
from onlooker.schema.version import __version__

if TYPE_CHECKING:
    from onlooker.scanning.found import Found
    from onlooker.scanning.job import Job
    from onlooker.scanning.past import Shown


def run_record(job: Job, found: Found, shown: Shown) -> Run:
    """The record, but for its times."""
    reading, span, outcome, settings = found.reading, found.span, found.outcome, job.settings
    visits = int(job.engine.rows("SELECT count(*) FROM visits")[0][0])
    doubted, noted = apart(found.doubted, span.last) if span.may_be_cut_short else (found.doubted, [])
    doubts = (*shown.missing, *reading.doubts, *missing(doubted), *unread(reading.logs, reading.without_customer))
    about_days = (*about_surges(found.doubted), *may_be_cut_short(noted), *found.notes)
    return Run(
        id=run_id(job, reading.inputs),
        version=__version__,
        started=job.clock.began,
        seconds=0.0,
        config_hash=settings.digest,
        settings=settings.record(),
        inputs=reading.inputs,
        mapping=reading.mapping,
        timezone=reading.timezone,
        counts={**reading.counts, "visits": visits, **outcome.counts, **shown.counts},
        rejects_by_reason=reading.rejects_by_reason,
        first_date=iso(reading.first_day),
        last_date=iso(reading.last_day),
        notes=(*reading.notes, *shown.before, *about_days, *shown.after),
        last_night=outcome.last_night or shown.last_night,
        doubts=doubts,
        vouched=shown.vouched and not doubts,
        suppressed=shown.suppressed,
        fairness=tuple(shown.fairness),
        learned=outcome.learned,
        lost_lines=tuple(one.record() for one in reading.lost_lines),
        files=names_of_files(shown, settings.also_write) if job.out else (),
        products=reading.products,
        role_review=tuple(shown.role_review),
    )


def names_of_files(shown: Shown, also: Collection[str]) -> tuple[str, ...]:
    """What a scan writes into its folder, in this order."""
    return (*page_files(shown.alerts, shown.evidence), *(one.file for one in wanted(also)))


def run_id(job: Job, inputs: Sequence[InputFile]) -> str:
    """What a run is called: another name for other inputs, settings, version or time."""
    identity = f"{job.clock.at.isoformat()} {job.settings.digest} {__version__} {[file.sha256 for file in inputs]}"
    return hashlib.sha256(identity.encode()).hexdigest()[:12]
