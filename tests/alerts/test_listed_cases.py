"""The list of a morning: each case once, in its part, by its most telling alert."""

from __future__ import annotations

from tests.report.factories import make_alert

from onlooker.alerts.listed_cases import morning_list
from onlooker.schema.findings import Alert


def alert(agent: str = "sam", date: str = "2026-11-20", **changes: object) -> Alert:
    case = {"case_id": f"case-{agent}", "case_state": "open", "since": "2026-11-02", "new": False}
    return make_alert(agent, id=f"{agent}-{date}-{changes.get('kind', 'score')}", date=date, **(case | changes))


def test_a_pattern_of_today_does_not_hide_the_stronger_alert_of_a_week_before() -> None:
    strong = alert(date="2026-11-12", severity="high", score=3.4, reason="no reason: 211, usual 3.6, 7 days")
    weak = alert(kind="pattern", severity="high", score=1.2, reason="customers: 924, usual 234, 14 days")
    (one,) = morning_list([strong, weak]).everything
    assert one.why == "no reason: 211, usual 3.6, 7 days"
    assert (one.since, one.last, one.rarest) == ("2026-11-02", "2026-11-20", "2026-11-12")


def test_the_row_is_of_the_worst_severity_however_rare_a_milder_night_was() -> None:
    (one,) = morning_list([alert(severity="medium", score=5.0), alert(date="2026-11-05", severity="high")]).everything
    assert (one.severity, one.telling.date, one.rarest) == ("high", "2026-11-05", "2026-11-20")


def test_each_case_stands_in_one_part_newest_first() -> None:
    found = morning_list([
        alert("new", new=True), alert("again", raised_again="nobody has taken it in the 3 days since 2026-11-17"),
        alert("open", date="2026-11-03"), alert("later", date="2026-11-09", assignee="ana"),
        alert("done", case_state="closed", verdict="benign"), alert("sure", case_state="closed", verdict="confirmed"),
    ])  # fmt: skip
    parts = (found.new, found.raised_again, found.still_open, found.decided)
    assert [[one.agent_id for one in part] for part in parts] == [
        ["new"],
        ["again"],
        ["later", "open"],
        ["done", "sure"],
    ]
    assert found.in_short() == "1 new, 1 raised again; 4 open, 3 nobody's."
    assert found.decided_in_short() == "Decided: 2 (1 benign, 1 confirmed)."


def test_a_quiet_morning_says_what_is_open() -> None:
    found = morning_list([alert("a", assignee="ana"), alert("b")])
    assert found.in_short() == "Nothing new tonight; 2 open, 1 nobody's."


def test_an_alert_that_joins_a_case_is_raised_again_and_not_new() -> None:
    found = morning_list([alert(raised_again="a new alert on 2026-11-20"), alert(date="2026-11-21", new=True,
                         raised_again="a new alert on 2026-11-20")])  # fmt: skip
    assert (len(found.new), len(found.raised_again)) == (0, 1)


def test_what_is_new_is_said_where_the_row_is_of_an_older_night() -> None:
    old = alert(date="2026-11-12", severity="high", raised_again="it goes on")
    fresh = alert(severity="low", new=True, raised_again="it goes on", reason="no reason: 79, usual 6.8, 28 days")
    (one,) = morning_list([old, fresh]).raised_again
    assert one.again == "Raised again: it goes on. New on 2026-11-20: no reason: 79, usual 6.8, 28 days."
    (one,) = morning_list([fresh]).raised_again
    assert one.again == "Raised again: it goes on."


def test_without_a_store_all_alerts_of_an_agent_are_one_new_entry() -> None:
    found = morning_list([make_alert(id="1"), make_alert(id="2", date="2026-11-02"), make_alert("kim", id="3")])
    assert [len(one.alerts) for one in found.new] == [1, 2] or [len(one.alerts) for one in found.new] == [2, 1]
    assert not found.with_store


def test_alerts_of_before_there_was_a_short_reason_have_their_headline() -> None:
    (one,) = morning_list([alert(reason="", headline="212 customers.")]).everything
    assert one.why == "212 customers."
