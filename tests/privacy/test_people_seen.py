"""Whose people are seen: by the last day worked, of alerts, cases and entries of the history."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from tests.store.days import FIRST, alert, reason

import onlooker
from onlooker import api
from onlooker.cases import CaseDesk, gather
from onlooker.errors import UsageError
from onlooker.privacy.people_seen import EVERYBODY, PeopleSeen, people_seen
from onlooker.store import Commit, Store

MINE = PeopleSeen(frozenset({"kim", "lee"}), "the vendor acme")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """kim went from bolt to acme, sam from acme to bolt; each has a case, and so has a team with both."""
    days = {
        "agent_id": ["kim", "sam", "kim", "sam", "lee", "lee"],
        "day": pa.array([FIRST, FIRST, FIRST + 1, FIRST + 1, FIRST + 1, FIRST]),
        "vendor": ["bolt", "acme", "Acme", "bolt", None, "acme"], "site": ["Groß", "y", "Groß", "y", "Groß", "y"],
        "events": [1] * 6, "hours": [1] * 6,
    }  # fmt: skip
    team = [reason("ring", text=f"{one}: place 1", agent_id=one) for one in ("kim", "sam")]
    told = tuple(alert(FIRST, one, reasons=[reason()]) for one in ("kim", "sam"))
    told = (*told, alert(FIRST, "team north", kind="ring", reasons=team))
    with Store.open(tmp_path / "store", "write", create=True) as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.put("agent_days", pa.table(days), FIRST, FIRST + 1)
            work.commit(Commit(alerts=told), lambda db: gather(db, told, "2026-02-16T04:00:00+00:00"))
    return tmp_path / "store"


def test_the_last_day_decides_whose_somebody_is_and_case_does_not_matter(place: Path) -> None:
    with Store.open(place) as store:
        assert people_seen(store, (), ()) is EVERYBODY
        assert people_seen(store, ["ACME"], []).agents == {"kim"}
        assert people_seen(store, ["bolt", "acme"], []).agents == {"kim", "sam"}
        assert people_seen(store, [], ["GROSS"]).agents == {"kim", "lee"}
        assert people_seen(store, ["bolt"], ["y"]).agents == {"sam"}
        with pytest.raises(UsageError, match="nobody of the vendor gone"):
            people_seen(store, ["gone"], [])


def test_cases_of_others_are_not_there_nor_those_of_a_team_that_has_one_of_them(place: Path) -> None:
    with Store.open(place, "decide") as store:
        mine = CaseDesk(store, seen=people_seen(store, ["acme"], []))
        assert [case.agent_id for case in mine.cases()] == ["kim"]
        (other,) = CaseDesk(store).cases(agent="sam")
        with pytest.raises(UsageError, match="there is no case"):
            mine.close(other.id, "unsure", "ana")
        assert len(CaseDesk(store, seen=people_seen(store, ["acme", "bolt"], [])).cases()) == 3


def test_cases_and_look_ups_are_about_people_who_are_seen_and_a_team_about_all_its_members(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONLOOKER_VENDORS", "acme,bolt")
    assert onlooker.Store(place, who="ana").case("team north").agent_id == "team north"
    monkeypatch.setenv("ONLOOKER_VENDORS", "acme")
    store = onlooker.Store(place, who="ana")
    with pytest.raises(UsageError, match="there is no case"):
        store.case("team north")
    for look in (store.exposure, store.explain, lambda one: api.held(one, place)):
        with pytest.raises(UsageError, match="sam is not among the people of the vendor acme"):
            look("sam")


def test_alerts_and_entries_are_seen_if_all_whom_they_name_are() -> None:
    team = [{"agent_id": "kim"}, {"agent_id": "sam"}]
    assert MINE.sees_alert({"agent_id": "kim", "reasons": [{"agent_id": ""}]})
    assert not MINE.sees_alert({"agent_id": "team north", "reasons": team})
    assert MINE.sees_entry({"agent": "lee", "case": "case-1"}) and MINE.sees_entry({"run": "r"})
    assert not MINE.sees_entry({"agents": ["kim", "sam"]}) and not MINE.sees_entry({"teams": ["north"]})
    assert EVERYBODY.sees_alert({"agent_id": "sam", "reasons": []}) and EVERYBODY.sees_entry({"agent": "sam"})
