"""Runs that can't vouch for their night, that meet another run, or a store that can't be used: the real command."""

import json
import os
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.command import Ran, onlooker

from onlooker.store import Store

from .conftest import BEFORE
from .organisation import SETTINGS, by_utc_day, log, night, same_store, write

pytestmark = pytest.mark.full  # minutes of nights on a store


def scan(store: Path, *files: object, by: Sequence[str] = (), **changes: str) -> Ran:
    return onlooker("scan", "--store", store, "--out", store.parent / "out", *files, cwd=store.parent, by=by, **changes)


def test_two_runs_at_once_the_second_exits_5(store, files):
    with Store.open(store, "write"):
        ran = scan(store, files[BEFORE])
    assert ran.status == 5
    assert "another run holds the store" in ran.err


def test_a_night_without_input_exits_6(store, tmp_path):
    (tmp_path / "incoming").mkdir()
    ran = scan(store, tmp_path / "incoming")
    assert ran.status == 6
    assert "not whole: No input for this night" in ran.err
    empty = write(tmp_path / "header.csv", [])
    assert scan(store, empty).status == 6


def test_a_night_far_from_whole_exits_6(grown_by, files, tmp_path):
    store = Path(shutil.copytree(grown_by(1), tmp_path / "store"))
    few = list(by_utc_day(log()).values())[BEFORE + 1][::9]
    night(store, write(tmp_path / "few.csv", few))
    ran = scan(store, files[BEFORE + 2])
    assert ran.status == 6
    assert "not whole:" in ran.err


def test_a_report_that_can_not_be_written_exits_4_and_the_night_is_committed(store, files, tmp_path):
    in_the_way = store.parent / "out" / "report.html"
    in_the_way.mkdir(parents=True)
    ran = scan(store, files[BEFORE])
    assert ran.status == 4
    assert "the nights are committed, but the report could not be written: " in ran.err and "report.html" in ran.err
    with Store.open(store) as opened:
        assert opened.runs(1)[0].outcome == "failed"
    committed = shutil.copytree(store, tmp_path / "committed")
    in_the_way.rmdir()
    assert scan(store, files[BEFORE]).status == 0
    assert in_the_way.is_file()
    same_store(store, committed)


def test_a_file_without_a_good_line_exits_3_and_changes_nothing(store, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("timestamp,agent_id,customer_id\nnever,a,b\n")
    untouched = shutil.copytree(store, tmp_path / "untouched")
    assert scan(store, bad).status == 3
    same_store(store, untouched)


def test_a_store_of_a_newer_version_is_refused_and_left_alone(store, files):
    with Store.open(store, "decide") as opened:
        opened.db.execute("PRAGMA user_version = 99")
    ran = scan(store, files[BEFORE])
    assert ran.status == 2
    assert "newer Onlooker" in ran.err


def as_anybody() -> tuple[str, ...]:
    """Root may write anything, but not without this right of root's."""
    if os.geteuid() != 0:
        return ()
    if not (setpriv := shutil.which("setpriv")):
        pytest.skip("root may write anything, and there is no setpriv to take that right away")
    return (setpriv, "--bounding-set=-dac_override,-dac_read_search")


def test_a_read_only_store_is_refused(store, files):
    for path in (store, *store.rglob("*")):
        path.chmod(0o500 if path.is_dir() else 0o400)
    ran = onlooker(
        "scan", "--store", store, "--out", store.parent / "out", files[BEFORE], cwd=store.parent, by=as_anybody()
    )
    for path in (store, *store.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert ran.status == 2
    assert "may not be written by this user" in ran.err


def test_hard_rules_fire_on_a_day_that_is_not_over_and_the_alert_stays(store, files, tmp_path):
    lines = list(by_utc_day(log()).values())[BEFORE]
    when = lines[-1].at
    agent = lines[-1].text.split(",")[1].strip('"')
    loud = [f"{when:%Y-%m-%dT%H:%M:%SZ},{agent},CLOUD{n},view,,,,,,,LOUD{n}" for n in range(201)]
    settings = SETTINGS.model_copy(update={"daily_cap": 200})
    done = night(store, write(tmp_path / "loud.csv", [*lines, *loud]), settings=settings)
    by_rule = [alert for alert in done.alerts if alert.kind == "rule" and alert.customers > 200]
    assert [alert.agent_id for alert in by_rule] == [agent]
    assert "The day is not over: it has no score yet." in by_rule[0].against
    with Store.open(store) as opened:
        assert max(one.day for one in opened.nights()) < opened.alerts()[-1].day + 1
        status = opened.status()
        assert (done.run.last_night, status.waiting_events > 0) == (status.last_night, True)
        assert done.run.last_night < done.run.last_date
    night(store, *files[BEFORE + 1 : BEFORE + 3], settings=settings)
    with Store.open(store) as opened:
        (kept,) = [alert for alert in opened.alerts() if alert.id == by_rule[0].id]
        assert opened.nights()[-1].day >= kept.day
        assert kept.record == json.loads(json.dumps(by_rule[0].record_to_keep()))


def test_every_run_and_every_look_is_in_the_history_and_status_tells_the_last_nights(store, files):
    assert scan(store, files[BEFORE], SUDO_USER="ana").status == 0
    assert onlooker("cases", "list", "--store", store, cwd=store.parent, SUDO_USER="bea").status == 0
    with Store.open(store) as opened:
        assert [(entry.who, entry.what) for entry in opened.history()][-2:] == [
            ("ana", "scan"),
            ("bea", "cases listed"),
        ]
        assert opened.verify_history() == ()
    status = onlooker("status", "--json", "--store", store, cwd=store.parent).document
    assert status["last_nights"][0]["date"] == status["last_night"]
    assert status["missing_nights"] == []
    assert set(status["last_nights"][0]) == {"date", "alerts", "committed_at", "doubts"}


def test_an_agent_alerted_on_before_a_day_was_over_is_not_alerted_on_the_next(store, files, tmp_path):
    """Also where the day as a whole gives no alert: the rule fired on too many agents by its end."""
    lines = list(by_utc_day(log()).values())[BEFORE + 2]  # a Monday
    when = lines[-1].at
    agents = sorted({line.text.split(",")[1].strip('"') for line in lines})[:12]
    settings = SETTINGS.model_copy(update={"daily_cap": 200})

    def loud(name: str, day: int, *who: str) -> Path:
        at = when + timedelta(days=day)
        looks = [f"{at:%Y-%m-%dT%H:%M:%SZ},{agent},C{name}{agent}{n},edit,,,,,,,{name}{agent}{n}"
                 for agent in who for n in range(201)]  # fmt: skip
        return write(tmp_path / f"{name}.csv", looks)

    night(store, *files[BEFORE : BEFORE + 3], loud("A", 0, agents[0]), settings=settings)
    night(store, loud("B", 0, *agents[1:]), settings=settings)
    night(store, files[BEFORE + 3], loud("C", 1, agents[0]), settings=settings)
    with Store.open(store) as opened:
        ruled = [alert.day for alert in opened.alerts(agent=agents[0]) if "rule" in alert.record["kinds"]]
        last = opened.nights()[-1]
    assert len(ruled) == 1
    assert last.record["broken_rules"] == ["daily_cap"]
