"""The page of one case: its alerts, and what they rest on day by day, in a file of its own beside the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from onlooker.atomic_files import write_whole
from onlooker.outputs.output import Results
from onlooker.report import case_pictures, chart, glossary, hour_map, next_steps
from onlooker.report.blocks import BAR, Block, arrange, first_night
from onlooker.report.case_files import FOLDER, page_files, remove_others
from onlooker.report.page import environment, script
from onlooker.schema.case_evidence import CaseEvidence, CaseVisit
from onlooker.schema.local_clock import clock, zone_in_words
from onlooker.store.access import make_folder

UNFOLDED = 25
"""Visits that are shown at once; of cases whose alerts all lie before the nights shown there are no more."""
MOST_ALERTS = 2
"""Alerts that are shown with their reasons."""


@dataclass(frozen=True)
class Row:
    """One visit as the table has it."""

    agent_id: str
    customer_id: str
    times: str
    """First to last look, local time."""
    events: int
    explanation: str


@dataclass(frozen=True)
class DayOfRows:
    """Visits of one date that follow each other."""

    date: str
    zone: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Other:
    """Somebody else with the same customers, and where the page is."""

    agent_id: str
    page: str
    customers: int
    without: int


def write_case_pages(out: Path, found: Results, group: str | None) -> None:
    """Write a page for each case of which there is evidence into the folder FOLDER of `out`, each whole or not at all.

    The folder is like `out`; the pages have the mode of the report.
    """
    blocks = _with_page(found)
    if not blocks:
        return
    if not (out / FOLDER).is_dir():
        make_folder(out / FOLDER)
    template = environment().get_template("case.html")
    places = {block.evidence.about: block for block in blocks if block.evidence}
    for block in blocks:
        with write_whole(out / FOLDER / block.page, group=group) as file:
            file.write(template.render(_context(found, block, places)))


def remove_old_pages(out: Path, found: Results) -> None:
    """Remove the pages of cases that the report does not tell of any more: sealed, forgotten, decided long ago."""
    remove_others(out / FOLDER, {Path(name).name for name in page_files(found.alerts, found.evidence)})


def _with_page(found: Results) -> list[Block]:
    night = arrange(found.night_run, found.alerts, {}, found.nights, evidence=found.evidence)
    return [block for block in night.everything if block.page]


def _context(found: Results, block: Block, places: dict[tuple[str, str], Block]) -> dict[str, Any]:
    evidence, case = block.evidence, block.case
    assert evidence is not None
    alerted = {alert.date for alert in case.alerts}
    hours = found.hours.get(case.agent_id)
    full = case.last >= first_night(found.night_run, found.alerts, found.nights)
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
        "first_days": days_of(shown[:UNFOLDED], evidence),
        "other_days": days_of(shown[UNFOLDED:], evidence),
        "shown_visits": len(shown),
        "unfolded": UNFOLDED,
        "others": [_other(one.agent_id, one.case_id, one.customers, one.without, places) for one in evidence.shared],
        "member_pages": {one.agent_id: one.page for one in places.values() if one.case.telling.kind != "ring"},
        "exposure": next_steps.exposure_of(case, evidence.first, evidence.last),
        "about": glossary.about(entry.alert for entry in block.entries[: MOST_ALERTS if full else 0]),
        "explained": glossary.paragraphs() if full else {},
        "of_case": True,
        **script("copy.js"),
        "bar": BAR,
        "plot": chart,
        "case": case_pictures,
        "map": hour_map,
    }


def days_of(visits: Sequence[CaseVisit], evidence: CaseEvidence) -> list[DayOfRows]:
    """The visits of a case in local time, by date."""
    days = []
    for date, own in groupby(visits, key=lambda visit: visit.date):
        offset = evidence.offsets.get(date, 0)
        days.append(DayOfRows(date, zone_in_words(offset), tuple(_row(visit, offset) for visit in own)))
    return days


def _row(visit: CaseVisit, offset: int) -> Row:
    first, last = clock(visit.first_us, offset), clock(visit.last_us, offset)
    times = first if first == last else f"{first} to {last}"
    return Row(visit.agent_id, visit.customer_id, times, visit.events, visit.explanation)


def _other(agent: str, case_id: str, customers: int, without: int, places: dict[tuple[str, str], Block]) -> Other:
    block = places.get((agent, case_id))
    return Other(agent, block.page if block else "", customers, without)
