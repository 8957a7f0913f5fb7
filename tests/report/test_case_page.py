"""The page of a case: what it shows, whom it does not show, and what becomes of old ones."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onlooker.errors import UsageError
from onlooker.outputs import Results
from onlooker.report.case_files import page_files, refuse_foreign_pages
from onlooker.report.case_page import remove_old_pages, write_case_pages
from onlooker.report.page import write_report
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.findings import Alert

from .factories import make_alert, make_evidence, make_ring, make_run, night
from .hostile import HOSTILE
from .test_page import Page, harmless, in_order

CASE = "case-7d0e5c11aa"


def found(alerts: list[Alert], evidence: tuple[CaseEvidence, ...], **changes: Any) -> Results:
    """What a scan found; its engine and its scores are not asked."""
    run, _, series = night()
    own = {"run": run, "series": series, "scores": None, "engine": None, "nights": 14} | changes
    return Results(alerts=alerts, evidence=evidence, **own)


def case(agent: str = "m.okafor", **changes: Any) -> tuple[Alert, CaseEvidence]:
    about = {"case_id": CASE, "case_state": "open"} | changes
    return make_alert(agent, **about), make_evidence(agent, case_id=about["case_id"])


def written(tmp_path: Path, *cases: tuple[Alert, CaseEvidence], **changes: Any) -> dict[str, Page]:
    results = found([alert for alert, _ in cases], tuple(one for _, one in cases), **changes)
    write_case_pages(tmp_path, results, None)
    return {path.name: Page(path.read_text(encoding="utf-8")) for path in (tmp_path / "cases").iterdir()}


def test_the_page_is_called_by_its_case_and_has_its_parts_in_order(tmp_path: Path) -> None:
    other = (make_alert("j.lindqvist", case_id="case-2"), make_evidence("j.lindqvist", case_id="case-2"))
    hours = {"m.okafor": {20777: {9: 12, 10: 3}}}
    page = written(tmp_path, case(), other, hours=hours)[f"{CASE}.html"]
    in_order(
        page.text,
        "m.okafor",
        f"{CASE}, open",
        "Day by day",
        "Visits without an explanation, per day worked",
        "least to most of 28 days worked before 2026-11-14",
        "Visits by explanation",
        "no explanation",
        "Customers by hour of the day, local time",
        "Among the colleagues",
        "14 per day worked; of 40 colleagues of queue cards, none has more",
        "1 alert",
        "212 customers in a day where 41 were expected",
        "First to last, UTC+02:00",
        "10:11:07 to 10:11:17",
        "Customers that others opened, too",
        "j.lindqvist",
        "Visits from 2026-11-14 to 2026-11-20",
        "1,840 visits to 1,500 customers; here the first 30",
        "Times are local.",
        "onlooker exposure --from 2026-11-14 --to 2026-11-20 --csv - -- m.okafor",
        "Fri 2026-11-20, UTC+02:00",
        "C-0",
        "11:00 to 11:01",
        "The other 5 of these",
        "Commands and a text for a ticket",
    )
    assert page.attributes("href")[2] == "../report.html" and "case-2.html" in page.attributes("href")


def test_the_report_leads_to_the_pages_and_shows_local_times(tmp_path: Path) -> None:
    run, _, series = night()
    alert, evidence = case()
    write_report(tmp_path / "report.html", run, [alert], series, nights=14, evidence=(evidence,))
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    harmless(page)
    assert f"cases/{CASE}.html" in page.attributes("href")
    in_order(page.text, "First to last, UTC+02:00", "10:11:07 to 10:11:17")
    assert page_files([alert], (evidence,)) == (f"cases/{CASE}.html",)


def test_a_team_has_a_page_of_its_members_by_signal(tmp_path: Path) -> None:
    page = written(tmp_path, make_ring(), case())["case-ring.html"]
    in_order(page.text, "team Billing 4", "people who moved together", "The members, by signal", "orphans", "m.okafor",
             "1.5", "p.duarte")  # fmt: skip
    assert f"{CASE}.html" in page.attributes("href")
    assert "Among the colleagues" not in page.text


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_strings_stay_where_they_are_put(tmp_path: Path, text: str) -> None:
    alert, evidence = case(text, case_id=text, team=text, site=text, headline=text, reason=text, assignee=text)
    assert evidence.place
    visit = replace(evidence.visits[0], customer_id=text, agent_id=text, explanation=text, date=text)
    evidence = replace(
        evidence, visits=(visit,), place=replace(evidence.place, queue=text),
        shared=(replace(evidence.shared[0], agent_id=text),), signals=(text,),
        explained=((text, text, 3), ("2026-11-20", text, 3)),
        members=(replace(make_ring()[1].members[0], agent_id=text, evidence=(1.0,)),),
    )  # fmt: skip
    ((name, page),) = written(tmp_path, (alert, evidence), hours={text: {20777: {9: 1}}}).items()
    harmless(page)
    assert name.removesuffix(".html").replace("-", "").isalnum() and len(name) < 90
    hidden = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
    assert not re.search(hidden, page.html)
    assert list(tmp_path.iterdir()) == [tmp_path / "cases"]


def test_pages_of_cases_that_the_report_does_not_tell_of_any_more_go_and_other_files_stay(tmp_path: Path) -> None:
    first, second = case(), case("j.lindqvist", case_id="case-2")
    assert len(written(tmp_path, first, second)) == 2
    (tmp_path / "cases" / "notes.txt").write_text("mine")
    remove_old_pages(tmp_path, found([second[0]], (second[1],)))  # the other was sealed
    assert sorted(path.name for path in (tmp_path / "cases").iterdir()) == ["case-2.html", "notes.txt"]
    (tmp_path / "cases" / "notes.txt").unlink()
    remove_old_pages(tmp_path, found([], ()))
    assert not (tmp_path / "cases").exists()


def test_pages_are_their_owner_s_and_like_those_of_the_night_before(tmp_path: Path) -> None:
    first = written(tmp_path, case())[f"{CASE}.html"].html
    assert (tmp_path / "cases").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "cases" / f"{CASE}.html").stat().st_mode & 0o777 == 0o600
    refuse_foreign_pages(tmp_path)
    assert written(tmp_path, case())[f"{CASE}.html"].html == first


@pytest.mark.parametrize("what", ["letter", "link", "file"])
def test_what_somebody_else_left_there_is_refused(tmp_path: Path, what: str) -> None:
    if what == "file":
        (tmp_path / "cases").write_text("dear Kim")
    elif what == "link":
        (tmp_path / "cases").symlink_to(tmp_path)
    else:
        (tmp_path / "cases").mkdir()
        (tmp_path / "cases" / "a.html").write_text("<p>dear Kim")
    with pytest.raises(UsageError, match=r"in the way|did not write it"):
        refuse_foreign_pages(tmp_path)


def test_a_case_of_long_ago_is_a_line_of_the_report_and_has_a_short_page(tmp_path: Path) -> None:
    run, _, series = night()
    alert, evidence = case(case_id="", date="2026-10-02")
    write_report(tmp_path / "report.html", run, [alert], series, nights=14, evidence=(evidence,))
    report = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    harmless(report)
    assert "What speaks for it" not in report.text and "cases/a1b2c3d4e5f60718.html" in report.attributes("href")
    (page,) = written(tmp_path, (alert, evidence)).values()
    assert "here the first 25" in page.text and "The other" not in page.text


def test_nobody_has_a_page_of_whom_there_is_no_evidence(tmp_path: Path) -> None:
    write_case_pages(tmp_path, found([make_alert()], ()), None)
    assert not (tmp_path / "cases").exists()


def test_a_page_with_nothing_but_its_alerts_says_what_is_missing(tmp_path: Path) -> None:
    bare = CaseEvidence("m.okafor", CASE, "2026-11-20", "2026-11-20", "customers", "distinct customers")
    (page,) = written(tmp_path, (case()[0], bare), run=make_run()).values()
    in_order(page.text, "The days of this case are not kept any more.", "Not shown: of fewer than 5", "0 visits")
