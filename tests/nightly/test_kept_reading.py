"""A store reads its logs as it began; what it would read otherwise is told, and `store remap` switches, on record."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from onlooker.api import exposure
from onlooker.cases import CaseDesk, Scope
from onlooker.config import Settings
from onlooker.nightly import scan_into
from onlooker.store import Store

FIRST = date(2026, 3, 2)
LATER = "2026-04-30"
BEGUN = "viewed_at,Viewer,client_ref,contact\n"


def day_of_log(folder: Path, day: int, header: str = BEGUN) -> Path:
    when = FIRST + timedelta(days=day)
    rows = (f"{when}T{8 + n // 6:02}:{n % 60:02}:00Z,{'Ada' if n % 2 else 'bo'},R{n % 7},c{n % 9}\n" for n in range(40))
    path = folder / f"day{day}.csv"
    path.write_text(header + "".join(rows))
    return path


def night(store: Path, log: Path, **settings: object) -> tuple[dict[str, str], list[str]]:
    """The mapping that was read by, and the notes that speak of another."""
    with scan_into(store, [log], Settings(**settings), closed=True) as result:  # type: ignore[arg-type]
        return result.run.mapping, [note for note in result.run.notes if "store remap" in note]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store that began with client_ref for the customer."""
    place = tmp_path / "store"
    mapping, notes = night(place, day_of_log(tmp_path, 0), map={"customer_id": "client_ref"})
    assert (mapping["customer_id"], notes) == ("client_ref", [])
    return place


def test_another_reading_is_told_and_not_followed_until_somebody_remaps(store: Path, tmp_path: Path) -> None:
    mapping, (note,) = night(store, day_of_log(tmp_path, 1))
    assert mapping["customer_id"] == "client_ref"
    assert "customer_id from contact and not from client_ref" in note
    with Store.open(store, "decide") as opened:
        before = opened.remap("dana", "the contact is the customer")
        assert before.mappings[0]["customer_id"] == "client_ref"
        last = opened.history()[-1]
        assert (last.what, last.who, last.why) == ("remap", "dana", "the contact is the customer")
    assert night(store, day_of_log(tmp_path, 2))[0]["customer_id"] == "contact"
    mapping, (note,) = night(store, day_of_log(tmp_path, 3), map={"customer_id": "client_ref"})
    assert (mapping["customer_id"], "from client_ref and not from contact" in note) == ("contact", True)


def test_a_log_with_other_columns_is_another_kind_of_log_and_is_kept_too(store: Path, tmp_path: Path) -> None:
    other = day_of_log(tmp_path, 1, "ts,employee,row,account_id\n")
    assert night(store, other) == ({"timestamp": "ts", "agent_id": "employee", "customer_id": "account_id"}, [])
    with Store.open(store) as opened:
        assert [kept["customer_id"] for kept in opened.kept_reading().mappings] == ["client_ref", "account_id"]


def test_the_rule_for_ids_is_kept_and_holds_for_whoever_asks(tmp_path: Path) -> None:
    store = tmp_path / "store"
    night(store, day_of_log(tmp_path, 0), join_ids=True, map={"customer_id": "contact"})
    _, (note,) = night(store, day_of_log(tmp_path, 1))
    assert note.startswith("join_ids = false is not followed")
    found = exposure(" ADA\u200b", store)
    assert (found.agent_id, len(found.customers)) == ("ada", 9)
    with Store.open(store, "decide") as opened:
        made = CaseDesk(opened).suppress(Scope(agents=("\u00c1DA",), customers=("C1 ",)), LATER, "dana", "audit")
        assert (made.scope.agents, made.scope.customers) == (("ada",), ("c1",))
