"""The page of one case, a file of its own beside the report: its alerts, and what they rest on day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from onlooker.atomic_files import write_whole
from onlooker.outputs.output import Results
from onlooker.report import case_pictures, glossary, hour_map, next_steps
from onlooker.report.blocks import BAR, Block, arrange
from onlooker.report.case_files import FOLDER, page_files, remove_others
from onlooker.report.page import environment, script
from onlooker.schema.case_evidence import CaseVisit
from onlooker.schema.local_clock import clock, zone_in_words
from onlooker.store.access import make_folder

UNFOLDED = 25
"""Visits that are shown without unfolding. The page of a case without an alert on the nights shown has no more."""
MOST_ALERTS = 2
"""Alerts that are shown with their reasons."""


@dataclass(frozen=True)
class DayOfVisits:
    """Visits of one date that follow each other in the table."""

    date: str
    zone: str
    visits: tuple[tuple[CaseVisit, str], ...]
    """Each with its first to last look in local time."""


def write_case_pages(out: Path, found: Results, group: str | None) -> None:
    """Write a page for each case with evidence into the folder FOLDER of `out`, each whole or not at all.

    The folder gets the mode and group of `out`, the pages those of the report.
    """
    night = arrange(found.night_run, found.alerts, {}, found.nights, evidence=found.evidence)
    blocks = [block for block in night.everything if block.page]
    if not blocks:
        return
    if not (out / FOLDER).is_dir():
        make_folder(out / FOLDER)
    template = environment().get_template("case.html")
    pages = {block.case.about: block.page for block in blocks}
    # Of an agent with several cases the first in the list.
    of_agent = {block.agent_id: block.page for block in reversed(blocks) if block.telling.alert.kind != "ring"}
    for block in blocks:
        with write_whole(out / FOLDER / block.page, group=group) as file:
            file.write(template.render(_context(found, block, night.first), pages=pages, member_pages=of_agent))


def remove_old_pages(out: Path, found: Results) -> None:
    """Remove the pages of cases that are no longer in the report: sealed, forgotten, decided long ago."""
    remove_others(out / FOLDER, {Path(name).name for name in page_files(found.alerts, found.evidence)})


def _context(found: Results, block: Block, first_night: str) -> dict[str, Any]:
    evidence, case = block.evidence, block.case
    assert evidence is not None
    alerted = {alert.date for alert in case.alerts}
    hours = found.hours.get(case.agent_id)
    full = case.last >= first_night
    shown = evidence.visits if full else evidence.visits[:UNFOLDED]
    return {
        "run": found.night_run,
        "block": block,
        "evidence": evidence,
        "signal": case_pictures.draw_signal(evidence, alerted),
        "explained_days": case_pictures.draw_explained(evidence, alerted),
        "place": evidence.place and case_pictures.draw_place(evidence.place),
        "hours": hour_map.draw_hours(hours, alerted) if hours else None,
        "full": full,
        "most_alerts": MOST_ALERTS if full else 1,
        "first_days": days_of(shown[:UNFOLDED], evidence.offsets),
        "other_days": days_of(shown[UNFOLDED:], evidence.offsets),
        "shown_visits": len(shown),
        "unfolded": UNFOLDED,
        "exposure": next_steps.exposure_of(case, evidence.first, evidence.last),
        "about": glossary.about(entry.alert for entry in block.entries[: MOST_ALERTS if full else 0]),
        "explained": glossary.paragraphs() if full else {},
        **script("copy.js"),
        "bar": BAR,
        "case": case_pictures,
        "map": hour_map,
    }


def days_of(visits: Sequence[CaseVisit], offsets: Mapping[str, int]) -> list[DayOfVisits]:
    """The visits of a case by date, in local time; `offsets` are those from UTC of each date, microseconds."""
    days = []
    for date, own in groupby(visits, key=lambda visit: visit.date):
        offset = offsets.get(date, 0)
        days.append(DayOfVisits(date, zone_in_words(offset), tuple((one, _times(one, offset)) for one in own)))
    return days


def _times(visit: CaseVisit, offset: int) -> str:
    first, last = clock(visit.first_us, offset), clock(visit.last_us, offset)
    return first if first == last else f"{first} to {last}"
