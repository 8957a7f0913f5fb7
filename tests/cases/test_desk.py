"""An analyst's decisions count from the next night on, and are on record."""

import json
from dataclasses import replace
from datetime import date

import pytest
from tests.store.days import FIRST, alert, lines_told, scan

from onlooker.cases import CaseDesk, NotAllowed, Scope, count_on, gather, gather_nights
from onlooker.cases.policy import GOES_ON_DAYS
from onlooker.errors import UsageError
from onlooker.store import Commit, Store, StoreReadOnly, as_date

TODAY = as_date(FIRST + 2)


def iso(day: int) -> str:
    return as_date(day).isoformat()


def night(store: Store, day: int, *alerts, unexplained: dict[str, int] | None = None):
    """One night's alerts as the pipeline hands them over; the cases that it raises again."""
    again = []
    run = f"run-{len(store.runs(10**6))}"
    store.start_run(run, "1")
    with store.begin(run) as work:
        work.commit(
            Commit(nights={day: {}}, alerts=alerts),
            lambda db: gather(db, alerts, "2026-03-01T04:00:00+00:00"),
            lambda db: again.extend(count_on(db, day, unexplained or {}, "2026-03-01T04:00:00+00:00")),
        )
    store.finish_run(run, {})
    return again


def reasons(*signals: str) -> list[dict]:
    return [{"signal": signal} for signal in signals]


@pytest.fixture
def store(tmp_path):
    scan(tmp_path / "store", range(FIRST - 1, FIRST), "first")
    with Store.open(tmp_path / "store", "write") as store:
        yield store


@pytest.fixture
def desk(store):
    return CaseDesk(store, TODAY)


def test_alerts_of_one_agent_gather_into_one_case(store, desk):
    night(store, FIRST, alert(FIRST, "sam"), alert(FIRST, "kim"))
    night(store, FIRST + 2, alert(FIRST + 2, "sam"))
    sam, kim = sorted(desk.cases(), key=lambda case: -len(case.alerts))
    assert sam.alerts == (f"alert-sam-{FIRST}", f"alert-sam-{FIRST + 2}")
    assert sam.days == (iso(FIRST), iso(FIRST + 2))
    assert kim.agent_id == "kim"
    assert len(store.alerts(case=sam.id)) == 2
    assert json.loads(json.dumps(sam.record()))["agent_id"] == "sam"


def test_a_repeated_night_changes_no_case(store, desk):
    night(store, FIRST, alert(FIRST, "sam"), unexplained={"sam": 4})
    before = desk.cases()
    night(store, FIRST, alert(FIRST, "sam"), unexplained={"sam": 4})
    assert desk.cases() == before


def test_a_repeated_night_leaves_a_closed_case_closed(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    (case,) = desk.cases()
    desk.close(case.id, "unsure", "ana")
    night(store, FIRST, alert(FIRST, "sam"))
    assert desk.cases() == ()
    night(store, FIRST + 3, alert(FIRST + 3, "sam"))
    (second,) = desk.cases()
    assert second.id != case.id


def test_a_confirmed_case_is_opened_again_by_an_alert_and_its_verdict_stands(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    (case,) = desk.cases()
    desk.close(case.id, "confirmed", "ana", "said so")
    night(store, FIRST + 3, alert(FIRST + 3, "sam"))
    (again,) = desk.cases()
    assert (again.id, again.state, again.raised, again.days) == (
        case.id, "open", iso(FIRST + 3), (iso(FIRST), iso(FIRST + 3)),
    )  # fmt: skip
    assert again.notes[-1].text == f"{iso(FIRST + 3)}: it goes on after it was confirmed up to {iso(FIRST)}"
    assert again.verdict.kind == "confirmed"
    assert [(days.first, days.last) for days in desk.excluded_days()] == [(FIRST, FIRST)]
    desk.close(case.id, "confirmed", "ana", "again")
    assert [(days.first, days.last) for days in desk.excluded_days()] == [(FIRST, FIRST + 3)]
    night(store, FIRST + 3 + GOES_ON_DAYS + 1, alert(FIRST + 3 + GOES_ON_DAYS + 1, "sam"))
    (later,) = desk.cases()
    assert later.id != case.id


@pytest.mark.parametrize("kind", ["benign", "unsure"])
def test_another_verdict_lets_a_later_alert_begin_a_new_case(store, desk, kind):
    night(store, FIRST, alert(FIRST, "sam"))
    (case,) = desk.cases()
    desk.close(case.id, kind, "ana", "project")
    night(store, FIRST + 3, alert(FIRST + 3, "sam"))
    assert [one.id == case.id for one in desk.cases()] == [False]


def test_a_quiet_agents_case_is_counted_on_and_comes_back(store, desk):
    night(store, FIRST, alert(FIRST, "sam"), unexplained={"sam": 5, "kim": 50})
    (case,) = desk.cases()
    desk.assign(case.id, "ana", "dora")
    assert night(store, FIRST + 1, unexplained={"sam": 4}) == []
    (again,) = night(store, FIRST + 2, unexplained={"sam": 1})
    assert again.why.startswith("10 unexplained customers by now; 5 when")
    (case,) = desk.cases()
    assert case.raised == iso(FIRST + 2)
    assert [note.what for note in case.notes] == ["opened", "assigned", "raised again"]


def test_an_unassigned_case_comes_back_after_three_days(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    assert night(store, FIRST + 2) == []
    (again,) = night(store, FIRST + 3)
    assert again.agent_id == "sam"
    assert night(store, FIRST + 4) == []


def test_confirmed_days_leave_baselines_until_the_case_is_reopened(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    night(store, FIRST + 2, alert(FIRST + 2, "sam"))
    (case,) = desk.cases()
    desk.close(case.id, "confirmed", "ana", "said so", first=iso(FIRST - 5))
    (days,) = desk.excluded_days()
    assert (days.agent_id, days.first, days.last) == ("sam", FIRST - 5, FIRST + 2)
    desk.reopen(case.id, "ana", "was another login")
    assert desk.excluded_days() == ()
    assert desk.show(case.id).verdict is None


def test_a_confirmed_team_leaves_out_the_members_it_names_on_the_days_it_looks_back_on(store, desk):
    members = [{"signal": "ring", "horizon": 28, "agent_id": name} for name in ("sam", "kim")]
    night(store, FIRST, alert(FIRST, "team north", kind="ring", reasons=members), alert(FIRST, "lee"))
    (case,) = desk.cases(agent="team north")
    desk.close(case.id, "confirmed", "ana", "said so")
    found = {(days.agent_id, days.first, days.last) for days in desk.excluded_days()}
    assert found == {("sam", FIRST - 27, FIRST), ("kim", FIRST - 27, FIRST)}


def test_benign_with_a_reason_becomes_an_explanation_that_expires(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    (case,) = desk.cases()
    with pytest.raises(NotAllowed, match="needs a reason"):
        desk.close(case.id, "benign", "ana", " ")
    assert desk.explanations() == ()
    until = iso(FIRST + 10)
    team = Scope(teams=("north",), signals=("unexplained",))
    desk.close(case.id, "benign", "ana", "address clean-up project", until=until, scope=team)
    (explanation,) = desk.explanations(active_on=FIRST + 10)
    assert explanation.reason == "address clean-up project"
    assert explanation.case_id == case.id
    assert explanation.scope == team
    assert desk.explanations(active_on=FIRST) == (explanation,)
    assert desk.explanations(active_on=FIRST + 11) == ()
    desk.reopen(case.id, "ana", "there is no such project")
    assert desk.explanations(active_on=FIRST + 5) == ()


def test_a_benign_verdict_on_an_old_case_needs_no_second_person(store, tmp_path):
    night(store, FIRST, alert(FIRST, "sam"))
    desk = CaseDesk(store, as_date(FIRST + 200))
    (case,) = desk.cases()
    desk.close(case.id, "benign", "ana", "a project")
    (explanation,) = desk.explanations(active_on=FIRST + 230)
    assert explanation.until == iso(FIRST + 230)


def test_nobody_decides_about_themselves(store, desk):
    night(store, FIRST, alert(FIRST, "sam@support.example"))
    (case,) = desk.cases()
    before = store.history_head()
    for attempt in (
        lambda: desk.close(case.id, "unsure", "Sam"),
        lambda: desk.close(case.id, "benign", "ana", "x", scope=Scope(agents=("Ana@support.example",))),
        lambda: desk.suppress(Scope(agents=("sam@support.example",)), iso(FIRST + 9), "SAM", "noise"),
        lambda: desk.assign(case.id, "sam", "ana"),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert desk.show(case.id) == case
    assert store.history_head() == before
    assert desk.explanations() == ()


def test_a_member_of_a_team_does_not_decide_about_the_team(store, desk):
    members = [{"signal": "ring", "horizon": 28, "agent_id": name} for name in ("sam", "kim")]
    night(store, FIRST, alert(FIRST, "team north", kind="ring", reasons=members))
    (case,) = desk.cases()
    for attempt in (
        lambda: desk.close(case.id, "unsure", "Kim@support.example"),
        lambda: desk.assign(case.id, "sam", "ana"),
    ):
        with pytest.raises(NotAllowed, match="it is about"):
            attempt()
    assert desk.assign(case.id, "lee", "ana").assignee == "lee"


def test_a_signal_that_does_not_exist_is_refused_and_a_date_must_be_one(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    (case,) = desk.cases()
    with pytest.raises(UsageError, match=r"no signal or rule glance$") as told:
        desk.suppress(Scope(agents=("sam",), signals=("glance", "daily_cap")), iso(FIRST + 9), "ana", "x")
    assert "glances" in told.value.hint
    with pytest.raises(UsageError, match="no signal or rule volume"):
        desk.close(case.id, "benign", "ana", "x", scope=Scope(agents=("sam",), signals=("volume",)))
    for attempt in (
        lambda: desk.suppress(Scope(agents=("sam",)), "soon", "ana", "x"),
        lambda: desk.close(case.id, "benign", "ana", "x", until="31.12.2026"),
    ):
        with pytest.raises(UsageError, match="is not a date"):
            attempt()
    assert (desk.suppressions(), desk.explanations(), desk.show(case.id)) == ((), (), case)


def test_what_is_suppressed_is_counted_and_shown_and_opens_no_case(store, desk):
    made = desk.suppress(Scope(agents=("sam",), signals=("glances",)), iso(FIRST + 9), "ana", "new phone system")
    covering = desk.suppressing(FIRST + 3, "sam", "north", ["glances"])
    assert covering == made
    assert desk.suppressing(FIRST + 3, "sam", "north", ["glances", "exports"]) is None
    assert desk.suppressing(FIRST + 10, "sam", "north", ["glances"]) is None
    from dataclasses import replace

    quiet = replace(alert(FIRST + 3, "sam"), state="suppressed", because=f"{made.id}: {made.reason}")
    night(store, FIRST + 3, quiet, alert(FIRST + 3, "kim"))
    assert [case.agent_id for case in desk.cases()] == ["kim"]
    assert desk.alert_counts(FIRST, FIRST + 9) == {"raised": 1, "known": 0, "suppressed": 1}
    assert "new phone system" in store.alerts(agent="sam")[0].because


def test_a_suppression_can_be_taken_back(store, desk):
    made = desk.suppress(Scope(teams=("north",)), iso(FIRST + 9), "ana", "outage")
    desk.unsuppress(made.id, "dora", "outage is over")
    assert desk.suppressing(FIRST + 3, "sam", "north", ["glances"]) is None
    assert [s.ended is None for s in desk.suppressions()] == [False]
    with pytest.raises(UsageError, match="no suppression"):
        desk.unsuppress(made.id, "dora")


def test_a_suppression_renewed_beyond_ninety_days_takes_a_second_person(store, desk):
    sam = Scope(agents=("sam",))
    desk.suppress(sam, iso(FIRST + 80), "ana", "noise")
    later = CaseDesk(store, as_date(FIRST + 81))
    with pytest.raises(NotAllowed, match="second person"):
        later.suppress(sam, iso(FIRST + 120), "ana", "still noise")
    assert later.suppress(sam, iso(FIRST + 120), "ana", "still noise", second="dora").second == "dora"


def test_how_many_days_one_may_decide_alone_is_what_the_last_run_was_told(store, desk):
    store.start_run("told", "0.1.0")
    store.finish_run("told", {"settings": {"benign_total": 10}})
    sam = Scope(agents=("sam",))
    with pytest.raises(NotAllowed, match="11 days are more than 10"):
        desk.suppress(sam, iso(FIRST + 12), "ana", "noise")
    desk.suppress(sam, iso(FIRST + 11), "ana", "noise")


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (Scope(agents=("sam",), signals=("glances",)), Scope(agents=("sam",), signals=("exports",))),
        (Scope(agents=("sam", "kim")), Scope(agents=("sam",))), (Scope(agents=("sam",)), Scope(agents=("sam", "kim"))),
        (Scope(agents=("sam",), customers=("C1",)), Scope(agents=("sam",), customers=("C2",))),
        (Scope(teams=("north",)), Scope(teams=("north", "south"))),
        (Scope(customers=("C1",)), Scope(customers=("C1",))),
    ],
)  # fmt: skip
def test_terms_about_one_person_add_up_over_scopes_and_gaps(store, before, now):
    CaseDesk(store, as_date(FIRST)).suppress(before, iso(FIRST + 49), "ana", "noise")
    later = CaseDesk(store, as_date(FIRST + 100))
    with pytest.raises(
        NotAllowed, match="41 days with 50 others of the year before that nobody else agreed to are more"
    ):
        later.suppress(now, iso(FIRST + 140), "bea", "still noise")
    assert later.suppress(now, iso(FIRST + 139), "bea", "still noise").second is None
    other = Scope(agents=("lou",)) if now.agents else Scope(teams=("east",)) if now.teams else Scope(customers=("C9",))
    assert later.suppress(other, iso(FIRST + 189), "bea", "noise").second is None


def test_a_term_that_was_ended_or_agreed_to_counts_as_it_was(store):
    sam = Scope(agents=("sam",))
    made = CaseDesk(store, as_date(FIRST)).suppress(sam, iso(FIRST + 79), "ana", "noise")
    with store.deciding() as db:  # taken back after 20 days
        from onlooker.cases.case_tables import write_suppression

        write_suppression(db, replace(made, ended=f"{iso(FIRST + 19)}T12:00:00+00:00"))
    later = CaseDesk(store, as_date(FIRST + 100))
    with pytest.raises(NotAllowed, match="80 days with 20 others"):
        later.suppress(sam, iso(FIRST + 179), "ana", "again")
    later.suppress(sam, iso(FIRST + 179), "ana", "again", second="dora")
    much_later = CaseDesk(store, as_date(FIRST + 180))
    assert much_later.suppress(sam, iso(FIRST + 249), "ana", "and again").second is None  # 70 and 20
    next_year = CaseDesk(store, as_date(FIRST + 700))
    assert next_year.suppress(sam, iso(FIRST + 789), "ana", "new").second is None


def test_a_benign_verdict_and_a_suppression_add_up(store):
    CaseDesk(store, as_date(FIRST)).suppress(Scope(agents=("sam",)), iso(FIRST + 69), "ana", "noise")
    night(store, FIRST + 80, alert(FIRST + 80, "sam"))
    later = CaseDesk(store, as_date(FIRST + 81))
    (case,) = later.cases(agent="sam")
    with pytest.raises(NotAllowed, match="31 days with 70 others"):
        later.close(case.id, "benign", "bea", "a project")
    assert later.close(case.id, "benign", "bea", "a project", second="dora").state == "closed"


def test_a_known_alert_joins_a_case_and_opens_none(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    night(store, FIRST + 1, *(replace(alert(FIRST + 1, who), state="known") for who in ("sam", "kim")))
    (case,) = desk.cases()
    assert len(case.alerts) == 2
    assert case.raised == iso(FIRST)


def test_precision_overall_and_by_signal(store, desk):
    kinds = ["confirmed", "confirmed", "benign", "unsure"]
    for n, kind in enumerate(kinds):
        signals = ("glances", "exports") if n < 2 else ("glances",)
        night(store, FIRST + n, alert(FIRST + n, f"agent-{n}x", reasons=reasons(*signals)))
        desk.close(desk.cases()[0].id, kind, "ana", "because")
    overall, by_signal = desk.precision()
    assert (overall.confirmed, overall.benign, overall.unsure) == (2, 1, 1)
    assert overall.share == pytest.approx(2 / 3)
    assert overall.low < 2 / 3 < overall.high
    assert by_signal["exports"].share == 1.0
    assert by_signal["glances"].unsure == 1


def test_every_decision_is_in_the_history(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    (case,) = desk.cases()
    desk.assign(case.id, "ana", "dora")
    desk.note(case.id, "asked the team lead", "ana")
    desk.suppress(Scope(teams=("north",)), iso(FIRST + 9), "ana", "outage")
    desk.close(case.id, "confirmed", "ana", "admitted it")
    desk.reopen(case.id, "dora", "too early")
    told = [(entry.who, entry.what) for entry in lines_told(store)]
    assert told == [
        ("dora", "case assigned"), ("ana", "case note"), ("ana", "suppress"), ("ana", "case closed"),
        ("dora", "case reopened"),
    ]  # fmt: skip
    assert store.verify() == ()


def test_what_makes_no_sense_is_refused(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    (case,) = desk.cases()
    with pytest.raises(UsageError, match="no case"):
        desk.show("case-none")
    with pytest.raises(UsageError, match="no verdict"):
        desk.close(case.id, "guilty", "ana")
    with pytest.raises(UsageError, match="is open"):
        desk.reopen(case.id, "ana", "x")
    with pytest.raises(UsageError, match="not a date"):
        desk.close(case.id, "unsure", "ana", first="yesterday")
    desk.close(case.id, "unsure", "ana")
    with pytest.raises(UsageError, match="closed already"):
        desk.close(case.id, "unsure", "ana")


def test_a_desk_works_beside_a_running_scan_and_not_on_a_reader(store):
    night(store, FIRST, alert(FIRST, "sam"))
    with Store.open(store.root, "decide") as beside, Store.open(store.root) as reader:
        (case,) = CaseDesk(reader).cases()
        with pytest.raises(StoreReadOnly):
            CaseDesk(reader).note(case.id, "x", "ana")
        CaseDesk(beside).note(case.id, "seen", "ana")
        assert CaseDesk(reader).show(case.id).notes[-1].text == "seen"


def test_a_forgotten_agents_case_names_nobody(store, desk):
    night(store, FIRST, alert(FIRST, "sam.smith"))
    (case,) = desk.cases()
    desk.close(case.id, "benign", "ana", "sam.smith was on a project")
    store.forget("agent", "sam.smith", "dora", "asked for it")
    (erased,) = desk.cases(None)
    assert "sam.smith" not in json.dumps(erased.record())
    assert [alert.id for alert in store.alerts(case=erased.id)] == list(erased.alerts)
    assert desk.explanations()[0].case_id == erased.id
    assert desk.explanations()[0].scope.agents == ("(erased)",)
    assert store.verify() == ()


def test_today_is_by_default_how_far_the_log_has_come(store):
    assert CaseDesk(store).today == iso(FIRST - 1)
    until = date(2999, 1, 1).isoformat()
    with pytest.raises(NotAllowed, match="second person"):
        CaseDesk(store).suppress(Scope(agents=("sam",)), until, "ana", "noise")


def test_of_several_nights_in_one_run_only_what_an_analyst_could_have_seen_before_comes_back(store, desk):
    night(store, FIRST, alert(FIRST, "sam"))
    days = range(FIRST + 1, FIRST + 9)
    alerts = [alert(FIRST + 1, "kim")]
    store.start_run("caught-up", "1")
    again = []
    with store.begin("caught-up") as work:
        work.commit(
            Commit(nights={day: {} for day in days}, alerts=tuple(alerts)),
            lambda db: again.extend(gather_nights(db, days, {}, "2026-03-09T04:00:00+00:00")),
        )
    assert [(one.agent_id, one.why) for one in again] == [
        ("sam", f"nobody has taken it in the 8 days since {iso(FIRST)}")
    ]


def test_a_case_that_a_run_of_many_nights_opened_waits_from_its_last_night(store, desk):
    days = range(FIRST, FIRST + 40)
    seen = {day: {"sam": 1} for day in days}
    store.start_run("first scan", "1")
    with store.begin("first scan") as work:
        work.commit(
            Commit(nights={day: {} for day in days}, alerts=(alert(FIRST, "sam"),)),
            lambda db: gather_nights(db, days, seen, "2026-03-09T04:00:00+00:00"),
        )
    (case,) = CaseDesk(store).cases("open")
    assert (case.opened, case.raised) == (iso(FIRST), iso(days[-1]))
    assert night(store, days[-1] + 1, unexplained={"sam": 2}) == []
    (again,) = night(store, days[-1] + 3)
    assert again.why == f"nobody has taken it in the 3 days since {iso(days[-1])}"
