"""A scan without --store leaves its working state in DIR/store: made anew each time, never in a real store's place."""

import os
import shutil
from pathlib import Path

import pytest
from tests.cli.command import onlooker
from tests.nightly.organisation import SETTINGS, alerts_of, content, night, of, same_scores, scores_of

from onlooker.errors import OnlookerError, UsageError
from onlooker.scanning.run import scan
from onlooker.store import Store

HEADER = "timestamp,agent_id,customer_id,action"


def log(folder: Path, days: int = 4, agents: int = 6) -> Path:
    """A few agents' days, the first agent far above the daily cap on the last one."""
    lines = [HEADER]
    for day in range(days):
        for agent in range(agents):
            seen = 60 if agent == 0 and day == days - 1 else 6
            lines += [f"2026-01-{day + 5:02d}T09:{n:02d}:00Z,agent{agent},C{day}-{agent}-{n},view" for n in range(seen)]
    path = folder / "log.csv"
    path.write_text("\n".join(lines) + "\n")
    os.utime(path, (0, 10**9))
    return path


@pytest.fixture
def logs(tmp_path) -> Path:
    return log(tmp_path)


@pytest.fixture
def out(tmp_path) -> Path:
    return tmp_path / "out"


def closed(logs: Path, out: Path):
    with scan([logs], SETTINGS, out=out) as done:
        return done


def names(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def test_the_state_is_a_store_of_what_the_scan_found(logs, out, tmp_path):
    done = closed(logs, out)
    night(tmp_path / "store", logs, closed=True)
    with Store.open(out / "store") as made, Store.open(tmp_path / "store") as kept:
        assert made.verify() == ()
        assert [one.day for one in made.nights()] == [one.day for one in kept.nights()]
        for table in ("visits", "agent_days"):
            ours, theirs = (of(f"SELECT * FROM {s.select(table)} ORDER BY ALL").to_csv() for s in (made, kept))
            assert ours == theirs
    assert alerts_of(out / "store") == alerts_of(tmp_path / "store") != set()
    assert content(out / "store")["cases"] == content(tmp_path / "store")["cases"]
    same_scores(scores_of(out / "store"), scores_of(tmp_path / "store"))
    assert {alert.id for alert in done.alerts} == {one for one, _, _ in alerts_of(out / "store")}


def test_it_is_made_anew_and_its_history_goes_on(logs, out, tmp_path):
    closed(logs, out)
    listed = onlooker("cases", "list", "--json", "--store", out / "store", cwd=tmp_path).document
    assert [case["agent_id"] for case in listed["cases"]] == ["agent0"]
    closed(log(tmp_path, days=2), out)
    with Store.open(out / "store") as made:
        assert len(made.nights()) == 2
        assert [entry.what for entry in made.history()] == ["scan", "cases listed", "scan"]
        assert made.verify() == ()
    assert not [name for name in names(out) if name.startswith(".") or name == "store-1"]


def test_a_state_that_analysts_decided_on_is_kept_beside_the_new_one(logs, out, tmp_path):
    closed(logs, out)
    with Store.open(out / "store") as made:
        (case,) = (alert.case_id for alert in made.alerts())
    onlooker("cases", "assign", case, "bea", "--store", out / "store", cwd=tmp_path)
    ran = onlooker("scan", logs, "--out", out, "--daily-cap", 30, cwd=tmp_path)
    assert f"its state is kept as {out / 'store-1'}" in ran.err
    assert "bea" in onlooker("cases", "list", "--store", out / "store-1", cwd=tmp_path).out
    assert "bea" not in onlooker("cases", "list", "--store", out / "store", cwd=tmp_path).out
    closed(logs, out)
    assert names(out) >= {"store", "store-1"}
    assert "store-2" not in names(out)


def test_a_real_store_in_its_place_is_refused_and_left_alone(logs, out, tmp_path):
    out.mkdir()
    night(out / "store", logs)
    before = content(out / "store")
    ran = onlooker("scan", logs, "--out", out, cwd=tmp_path)
    assert ran.status == 2
    assert "is in the way" in ran.err
    assert content(out / "store") == before
    assert names(out) == {"store"}


def test_somebody_elses_folder_in_its_place_is_refused(logs, out):
    (out / "store").mkdir(parents=True)
    (out / "store" / "letters.txt").write_text("dear")
    with pytest.raises(UsageError, match="is in the way"):
        closed(logs, out)
    assert names(out / "store") == {"letters.txt"}


def test_nights_do_not_accumulate_in_it(logs, out, tmp_path):
    closed(logs, out)
    before = content(out / "store")
    ran = onlooker("scan", logs, "--store", out / "store", "--out", tmp_path / "other", cwd=tmp_path)
    assert ran.status == 2
    assert "is the working state of a scan without --store" in ran.err
    assert content(out / "store") == before


def test_a_scan_that_fails_leaves_the_state_before_it(logs, out, tmp_path):
    closed(logs, out)
    before = content(out / "store")
    bad = tmp_path / "bad.csv"
    bad.write_text(f"{HEADER}\nnever,a,b,view\n")
    with pytest.raises(OnlookerError):
        closed(bad, out)
    assert content(out / "store") == before
    assert not [name for name in names(out) if name.startswith(".")]


def test_what_a_killed_scan_left_is_removed_and_what_a_running_one_makes_is_not(logs, out):
    closed(logs, out)
    shutil.copytree(out / "store", out / ".store-killed")
    shutil.copytree(out / "store", out / ".store-running")
    with Store.open(out / ".store-running", "write"):
        closed(logs, out)
        assert {name for name in names(out) if name.startswith(".")} == {".store-running"}


def test_without_a_folder_nothing_is_left(logs, tmp_path):
    with scan([logs], SETTINGS):
        assert names(tmp_path) == {"log.csv"}


def test_a_large_log_leaves_several_files_of_visits_that_stay_one_table(logs, out, tmp_path, monkeypatch):
    with closed(logs, tmp_path / "whole"):
        pass
    monkeypatch.setattr("onlooker.engines.duck.ROW_BYTES", 3e9 / 200)
    closed(logs, out)
    visits = "SELECT * FROM {} ORDER BY ALL"
    with Store.open(tmp_path / "whole" / "store") as whole, Store.open(out / "store", "write") as parted:
        assert len(list((out / "store" / "visits").iterdir())) > 1
        assert parted.verify() == ()
        texts = [of(visits.format(s.select("visits"))).to_csv() for s in (whole, parted)]
        assert texts[0] == texts[1]
        parted.forget("agent", "agent1", "ana", "asked for it")
        assert parted.verify() == ()
        ((customer,),) = of(f"SELECT min(customer_id) AS c FROM {parted.select('visits')}").to_numpy()
        assert parted.forget("customer", customer, "ana", "asked for it").found  # which one of the files has
        assert parted.verify() == ()
        left = of(f"SELECT DISTINCT agent_id FROM {parted.select('visits')} ORDER BY 1")["agent_id"].tolist()
        assert left == ["agent0", "agent2", "agent3", "agent4", "agent5"]
