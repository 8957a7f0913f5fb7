"""What an analyst finds in the morning: what is new, what goes on, what somebody decided, and the same page twice."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from onlooker.cases import CaseDesk
from onlooker.cli.scan_command import ended
from onlooker.nightly import scan_into
from onlooker.report.terminal import alert_table
from onlooker.scanning.result import Scan
from onlooker.schema.findings import CASE_FIELDS, Alert
from onlooker.store import Store

from .organisation import SETTINGS, Line, log, night, write

CALM = SETTINGS.model_copy(update={"daily_cap": 60})
"""A daily limit that nobody of the log passes by work."""
BEFORE = 18
"""Local days that the store begins with."""


def local_days() -> list[list[Line]]:
    """The lines of each local date."""
    found: dict[str, list[Line]] = {}
    for line in log():
        found.setdefault(line.text[:10], []).append(line)
    return [found[day] for day in sorted(found)]


@dataclass
class Mornings:
    """A store, and its nights from one to the next; one agent opens 80 records more on the nights that say so."""

    folder: Path
    agent: str
    at: int = BEFORE
    done: list[Scan] = field(default_factory=list)

    @property
    def store(self) -> Path:
        return self.folder / "store"

    @property
    def page(self) -> str:
        return (self.folder / "out" / "report.html").read_text()

    def next(self, *, loud: bool = False) -> Scan:
        lines = local_days()[self.at]
        at = next(line.text for line in log() if self.agent in line.text).partition(",")[0][19:]
        looks = [f"{lines[0].text[:10]}T12:{n // 60:02d}:{n % 60:02d}{at},{self.agent},L{self.at}{n},view,,,,,,,"
                 f"l{self.at}-{n}" for n in range(80 * loud)]  # fmt: skip
        self.file = write(self.folder / f"night{self.at}.csv", [*lines, *looks])
        self.at += 1
        return self.again()

    def again(self) -> Scan:
        with scan_into(self.store, [self.file], CALM, closed=True, out=self.folder / "out") as done:
            self.done.append(done)
            return done

    def close(self, verdict: str, reason: str = "") -> None:
        with Store.open(self.store, "decide") as opened:
            for case in CaseDesk(opened).cases("open", self.agent):
                CaseDesk(opened).close(case.id, verdict, "ana", reason)  # type: ignore[arg-type]

    def assign(self) -> None:
        with Store.open(self.store, "decide") as opened:
            for case in CaseDesk(opened).cases("open", self.agent):
                CaseDesk(opened).assign(case.id, "ana", "ana")

    def mine(self, done: Scan) -> list[Alert]:
        """The alerts of the daily limit; patterns may speak of the same nights."""
        return [alert for alert in done.alerts if alert.agent_id == self.agent and alert.kind == "rule"]


@pytest.fixture(scope="module")
def begun_loud(tmp_path_factory: pytest.TempPathFactory) -> Mornings:
    """An ordinary night, and then a loud one; do not write to it."""
    folder, days = tmp_path_factory.mktemp("mornings"), local_days()
    night(folder / "store", write(folder / "before.csv", [line for day in days[:BEFORE] for line in day]),
          closed=True, settings=CALM)  # fmt: skip
    with Store.open(folder / "store", "decide") as opened:  # what the log itself gave is not what is asked here
        alerted = {alert.agent_id for alert in opened.alerts()}
        for case in CaseDesk(opened).cases("open"):
            CaseDesk(opened).close(case.id, "unsure", "ana")
    working = {line.text.split(",")[1].strip('"') for line in days[BEFORE + 2]}
    mornings = Mornings(folder, min(working - alerted))
    mornings.next()
    mornings.next(loud=True)
    return mornings


@pytest.fixture
def mornings(begun_loud: Mornings, tmp_path: Path) -> Mornings:
    """A copy of it."""
    folder = Path(shutil.copytree(begun_loud.folder, tmp_path / "copy"))
    made = Mornings(folder, begun_loud.agent, begun_loud.at, [*begun_loud.done])
    made.file = folder / begun_loud.file.name
    return made


def screen(done: Scan) -> str:
    return alert_table(done.alerts, done.night_run, width=100, colour=False, nights=CALM.nights)


def test_from_new_to_still_open_to_a_verdict_and_raised_again_when_it_goes_on(mornings: Mornings) -> None:
    first = mornings.done[-1]
    (alert,) = mornings.mine(first)
    assert (alert.new, alert.raised_again, alert.case_state, alert.assignee, alert.since) == (
        True, "", "open", "", alert.date,
    )  # fmt: skip
    assert alert.reason.startswith("daily cap: ")
    assert "\nNew\n" in screen(first)
    assert ended(first, "low") == 1
    mornings.assign()

    second = mornings.next()
    (alert,) = mornings.mine(second)
    assert (alert.new, alert.raised_again, alert.assignee) == (False, "", "ana")
    assert screen(second).startswith("Nothing new tonight; 1 open, 0 nobody's. On the last night, ")
    (still,) = screen(second).split("\nStill open\n")[1].splitlines()
    assert still == f"since {alert.since}  critical  ana  {mornings.agent}  {alert.reason}"
    assert "Still open" in mornings.page
    assert ended(second, "low") == 0

    mornings.close("confirmed")
    third = mornings.next(loud=True)
    newest, *_ = fresh = [one for one in mornings.mine(third) if one.new]
    (oldest,) = [one for one in mornings.mine(third) if one not in fresh]
    assert "rule" in {one.kind for one in fresh}
    assert {one.case_id for one in (*fresh, oldest)} == {alert.case_id}
    assert newest.raised_again == f"it goes on after it was confirmed up to {alert.date}"
    assert (newest.case_state, newest.verdict, newest.since) == ("open", "confirmed", alert.date)
    assert f"Raised again: {newest.raised_again}." in screen(third)
    assert f"Raised again: {newest.raised_again}." in re.sub("<[^>]*>", "", mornings.page)
    assert ended(third, "critical") == 1

    quiet = mornings.next(loud=True)
    assert not [one for one in mornings.mine(quiet) if one.new and one.kind == "rule"]
    with Store.open(mornings.store) as opened:
        assert opened.verify() == ()


def test_a_closed_case_is_counted_and_fires_nothing(mornings: Mornings) -> None:
    mornings.close("benign", "address campaign")
    done = mornings.next()
    (alert,) = mornings.mine(done)
    assert (alert.case_state, alert.verdict, alert.new) == ("closed", "benign", False)
    assert ended(done, "low") == 0
    assert "Nothing new tonight; 0 open, 0 nobody's." in screen(done)
    assert mornings.agent not in screen(done)
    assert screen(done).splitlines()[-1].startswith("Decided: ")
    assert "1 benign" in screen(done).splitlines()[-1]


def test_the_same_run_repeated_gives_the_same_page_and_the_same_list(mornings: Mornings) -> None:
    page, done = mornings.page, mornings.done[-1]
    assert f"<title>Onlooker, night of {done.run.last_night}</title>" in page
    again = mornings.again()
    assert (again.run.counts["agent_days"], again.run.id != done.run.id) == (0, True)
    assert mornings.page.replace(str(mornings.folder), "") == page
    assert screen(again) == screen(done)
    assert ended(again, "critical") == ended(done, "critical") == 1
    with Store.open(mornings.store) as opened:
        assert opened.verify() == ()


def test_notes_that_the_run_before_had_as_well_are_known(mornings: Mornings) -> None:
    first, second = mornings.done
    assert second.notes_before == {*first.run.notes}


def test_the_store_keeps_what_was_raised_and_not_what_becomes_of_it(mornings: Mornings) -> None:
    (alert,) = mornings.mine(mornings.done[-1])
    with Store.open(mornings.store) as opened:
        (kept,) = [one for one in opened.alerts(agent=mornings.agent) if one.id == alert.id]
    assert not set(CASE_FIELDS) & set(kept.record)
    assert kept.record == json.loads(json.dumps(alert.record_to_keep()))
    assert Alert.from_record(kept.record).new
