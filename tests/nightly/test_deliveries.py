"""Logs come late, twice, in pieces, in any order, from clocks that are wrong: the days come out the same."""

import threading
import time
from datetime import timedelta

import pytest

from onlooker.nightly import deliveries as delivered
from onlooker.store import Store
from onlooker.store import store as store_module
from onlooker.store.parquet_files import checksum

from .conftest import BEFORE
from .organisation import (
    SETTINGS,
    Line,
    alerts_of,
    by_utc_day,
    copy,
    doubled,
    log,
    night,
    same_scores,
    same_store,
    scores_of,
    write,
)

pytestmark = pytest.mark.full  # minutes of nights on a store


def lines_of(number: int) -> list[Line]:
    """The lines of one file of UTC."""
    return list(by_utc_day(log()).values())[number]


def rest(store, files, first: int):
    return night(store, *files[first:], closed=True)


def test_the_checksum_of_a_state_of_scoring_is_taken_once_in_a_run(store, files, monkeypatch):
    taken = []
    monkeypatch.setattr(store_module, "checksum", lambda path: taken.append(path) or checksum(path))
    night(store, files[BEFORE])
    assert [path.parent.name for path in taken] == ["state"]


def test_a_late_file_of_two_days_ago(store, files, whole):
    night(store, files[BEFORE + 1])
    night(store, files[BEFORE + 2])
    before = alerts_of(store)
    late = night(store, files[BEFORE])
    assert any("Late data for 2026-01-2" in note for note in late.run.notes)
    assert before <= alerts_of(store)
    rest(store, files, BEFORE + 3)
    same_scores(scores_of(store), scores_of(whole))


def test_an_alert_that_late_data_changes_stays_and_gets_a_line(store, files):
    settings = SETTINGS.model_copy(update={"daily_cap": 9})
    for number in range(BEFORE, BEFORE + 3):
        night(store, files[number], settings=settings)
    with Store.open(store) as opened:
        last = opened.nights()[-1].day
        before = {alert.id: alert for alert in opened.alerts(last, last)}
    assert before
    agent, when = next(iter(before.values())).agent_id, lines_of(BEFORE + 1)[-1].at
    more = [f"{when:%Y-%m-%dT%H:%M:%SZ},{agent},CLATE{n},view,,,,,,,LATE{n}" for n in range(9)]
    night(store, write(store.parent / "late.csv", more), settings=settings)
    with Store.open(store) as opened:
        after = {alert.id: alert for alert in opened.alerts(last, last)}
    assert all(after[one].record == alert.record for one, alert in before.items())
    assert any("With the data that came by" in line for alert in after.values() for line in alert.lines)


def test_a_day_that_is_not_over_is_said_to_wait(store, files):
    (first, *_), note = lines_of(BEFORE), "No day is over yet: the events wait in the store."
    done = night(store, write(store.parent / "begun.csv", [first]))
    assert any(told.startswith(note) for told in done.run.notes)


def test_data_that_is_too_late_is_said_to_be(store, files):
    when = lines_of(3)[0].at
    old = [f"{when:%Y-%m-%dT%H:%M:%SZ},m.late,C{n},view,,,,,,,OLD{n}" for n in range(5)]
    before = scores_of(store)
    done = night(store, write(store.parent / "old.csv", old))
    assert any("too late to be judged again" in note for note in done.run.notes)
    assert not any("wait" in note for note in done.run.notes)  # they wait for nothing
    same_scores(before, scores_of(store))
    with Store.open(store) as opened:
        assert opened.verify() == ()
        assert (when.date().isoformat(), 5) in agent_days(opened, "m.late")


def agent_days(opened: Store, agent: str) -> list[tuple[str, int]]:
    from onlooker.schema.days import iso

    from .organisation import of

    frame = of(f"SELECT day, customers FROM {opened.select('agent_days')} WHERE agent_id = '{agent}'")
    return [(iso(day), customers) for day, customers in zip(frame["day"], frame["customers"], strict=True)]


def test_the_same_file_three_times(store, files, tmp_path):
    night(store, files[BEFORE])
    once = copy_of(store, tmp_path / "once")
    for _ in range(2):
        done = night(store, files[BEFORE])
        assert any("taken in before" in note for note in done.run.notes)
        assert done.run.vouched
    same_store(store, once)


def test_the_same_file_under_another_name(store, files, tmp_path):
    night(store, files[BEFORE])
    once = copy_of(store, tmp_path / "once")
    done = night(store, *doubled(files[BEFORE : BEFORE + 1], tmp_path))
    assert any("under this or another name" in note for note in done.run.notes)
    same_store(store, once)


def test_a_file_cut_in_half_delivered_as_two(store, files, whole, tmp_path):
    lines = lines_of(BEFORE)
    half = len(lines) // 2
    night(store, write(tmp_path / "first.csv", lines[:half]))
    night(store, write(tmp_path / "second.csv", lines[half:]))
    again = night(store, write(tmp_path / "joined.csv", reversed(lines)))
    assert any(f"{len(lines):,} of {len(lines):,} events were in the store already" in n for n in again.run.notes)
    rest(store, files, BEFORE + 1)
    same_scores(scores_of(store), scores_of(whole))


def test_a_day_delivered_in_24_hourly_files_out_of_order(store, files, whole, tmp_path):
    hours: dict[int, list[Line]] = {hour: [] for hour in range(24)}
    for line in lines_of(BEFORE):
        hours[line.at.hour].append(line)
    order = [(hour * 7 + 5) % 24 for hour in range(24)]
    for hour in order:
        night(store, write(tmp_path / f"hour-{hour:02d}.csv", hours[hour]))
    rest(store, files, BEFORE + 1)
    same_scores(scores_of(store), scores_of(whole))


def test_a_clock_that_jumps(store, files, whole, tmp_path):
    """One machine's clock runs years ahead for some lines, and a file's lines go back in time."""
    lines = lines_of(BEFORE)
    ahead = [f"2031-03-0{n + 1}T12:00:00Z,{log()[0].text.split(',')[1]},C777{n},view,,,,,,,AHEAD{n}" for n in range(3)]
    with Store.open(store) as opened:
        mark = opened.watermarks()["log"]
    night(store, write(tmp_path / "jumping.csv", [*reversed(lines), *ahead]))
    with Store.open(store) as opened:
        assert 0 < opened.watermarks()["log"] - mark <= timedelta(days=2).total_seconds() * 1e6
        assert all(one.day < 22_000 for one in opened.nights())
    for file in files[BEFORE + 1 :]:
        night(store, file, closed=file == files[-1])
    scores = scores_of(store)
    same_scores(scores, scores_of(whole))


def test_a_corrected_line_takes_the_place_of_the_line(store, files, tmp_path):
    night(store, files[BEFORE])
    line = lines_of(BEFORE)[0]
    cells = line.text.split(",")
    cells[4] = "T-99999"
    night(store, write(tmp_path / "corrected.csv", [",".join(cells)]))
    with Store.open(store) as opened:
        from .organisation import of

        event = cells[-1].strip('"')
        frame = of(f"SELECT ticket_id FROM {opened.select('events')} WHERE event_id = '{event}'")
    assert frame["ticket_id"].tolist() == ["T-99999"]


def test_a_file_that_is_still_growing_is_left_alone_and_named(store, files, tmp_path, monkeypatch):
    monkeypatch.setattr(delivered, "WATCH_SECONDS", 0.3)
    growing = tmp_path / "growing.csv"
    growing.write_text(files[BEFORE].read_text())
    ended = threading.Event()

    def grow() -> None:
        with growing.open("a") as stream:
            while not ended.is_set():
                stream.write("2026-01-26T10:00:00Z,a.growing,C1,view,,,,,,,G\n")
                stream.flush()
                time.sleep(0.02)

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        done = night(store, growing, copy(files[BEFORE], tmp_path / "ended.csv"))
    finally:
        ended.set()
        writer.join()
    assert f"{growing} is still growing: it is left alone until a later run." in done.run.notes
    assert done.run.counts["agents"] > 0
    with Store.open(store) as opened:
        assert "a.growing" not in str(opened.runs(1)[0].record["inputs"])
    assert [one.note for one in done.run.inputs if one.path == str(growing)] == ["still growing: not read"]


@pytest.fixture(autouse=True)
def _no_watching(monkeypatch):
    monkeypatch.setattr(delivered, "WATCH_SECONDS", 0.0)


def copy_of(store, place):
    import shutil

    return shutil.copytree(store, place)
