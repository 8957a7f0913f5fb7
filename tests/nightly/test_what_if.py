"""Other settings tried on stored nights, and an upgrade that changes scoring, shown before it switches."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.cli.command import Ran, onlooker

from onlooker.nightly import rescoring as switching
from onlooker.nightly import scan_into
from onlooker.nightly.what_if import in_words, what_if
from onlooker.scoring.state_arrays import Arrays, load, save
from onlooker.store import Store
from onlooker.store.parquet_files import checksum

from .conftest import BEFORE, LONG_BEFORE
from .organisation import SETTINGS, content, night, same_scores, scores_of, write

pytestmark = pytest.mark.full  # minutes of nights on a store

SCORES_ALONE = SETTINGS.model_copy(update={"daily_cap": 200})


def test_what_if_shows_alerts_by_week_gained_and_lost_and_changes_nothing(long_store, local_days, tmp_path):
    store = Path(shutil.copytree(long_store, tmp_path / "store"))
    day, lines = local_days[LONG_BEFORE]
    busy = lines[0].text.split(",")
    looks = [",".join([busy[0], busy[1], f"C-more-{n}", "view", "", *busy[5:-1], f"M{n}"]) for n in range(29)]
    night(store, write(tmp_path / f"{day}.csv", [*lines, *looks]), closed=True, settings=SCORES_ALONE)
    before = content(store)
    ran = onlooker("scan", "--store", store, "--what-if", "budget=0,5,50", "--daily-cap", "30", cwd=store.parent)
    assert ran.status == 0, ran.err
    heads = ran.out.splitlines()[0]
    assert "budget 5 (now)" in heads
    assert "budget 0" in heads
    assert "budget 0 loses" in ran.out
    assert content(store) == before
    as_json = onlooker("scan", "--store", store, "--what-if", "budget=0", "--json", cwd=store.parent)
    now, none = json.loads(as_json.out)["what_if"]
    assert now["present"]
    assert len(none["lost"]) == now["alerts"] - none["alerts"] > 0
    assert now["alerts"] == sum(now["by_week"].values())


def test_the_setting_in_force_decides_stored_nights_as_they_were_decided(long_store):
    (now,) = what_if(long_store, SETTINGS, "budget=5")
    several = what_if(long_store, SETTINGS, "budget=0,5", "quiet_days=1,30")
    assert [one.value for one in several] == [
        "budget 5, quiet_days 14", "budget 0, quiet_days 1", "budget 0, quiet_days 30", "budget 5, quiet_days 1",
        "budget 5, quiet_days 30",
    ]  # fmt: skip
    assert several[0] == replace(now, value=several[0].value)
    *_, told = [line for line in in_words(["budget=0", "quiet_days=1"], several, 15) if line.startswith("minutes/wk")]
    assert told.split()[0] == "minutes/wk" and len(told.split()) == 6
    with Store.open(long_store) as opened:
        kept = [alert for alert in opened.alerts() if alert.state == "raised"]
    assert now.alerts == len(kept) > 0
    assert now.apart == sum(alert.record["kind"] in {"pattern", "ring"} for alert in kept)
    assert now.alerts == sum(now.by_week.values())


@pytest.mark.parametrize("wish", ["", "budget", "daily_cap=3", "budget=many"])
def test_what_can_not_be_tried_is_a_usage_error(store, wish):
    ran = onlooker("scan", "--store", store, f"--what-if={wish or '='}", cwd=store.parent)
    assert ran.status == 2
    assert "--what-if" in ran.err


def test_after_an_upgrade_that_changes_scoring_alerts_gained_and_lost_are_shown_before_it_switches(
    store, files, grown_by, monkeypatch
):
    expected = grown_by(1)
    monkeypatch.setattr(switching, "AT_A_TIME", 8)
    monkeypatch.setattr(switching, "SCORING_VERSION", 99)
    monkeypatch.setattr("onlooker.nightly.scoring_states.SCORING_VERSION", 99)
    with Store.open(store) as opened:
        before = [night.day for night in opened.nights()]
    with scan_into(store, files[BEFORE : BEFORE + 1], SETTINGS) as waiting:
        assert not waiting.run.vouched
        assert any("until --accept-scoring agrees" in note for note in waiting.run.notes)
        assert any("the old scoring alerted" in note for note in waiting.run.notes)
    with Store.open(store) as opened:
        assert [night.day for night in opened.nights()] == before
    with scan_into(store, files[BEFORE : BEFORE + 1], SETTINGS, accept_scoring=True) as switched:
        assert switched.run.vouched
    same_scores(scores_of(store), scores_of(expected))
    with scan_into(store, files[BEFORE + 1 : BEFORE + 2], SETTINGS) as next_one:
        assert next_one.run.vouched


def test_the_first_command_after_an_upgrade_shows_what_it_would_gain_and_lose_and_switches_only_when_told(
    store, begun, files, grown_by
):
    fewer, another = of_an_older_version(store)
    raised = len(alerted(begun))
    asked = scan_by_command(store, files[BEFORE])
    assert asked.status == 6
    assert "until --accept-scoring agrees, no night is judged" in asked.err
    assert "--closed" not in asked.err
    assert "No night was judged." in asked.out
    counted = f"alerted {raised} times, the new one would {raised} times, {raised - 1} of them the same."
    assert counted in asked.err
    assert f"Gained: {fewer[0]} on {fewer[1]}." in asked.err
    assert f"Lost: {another[0]} on {another[1]}." in asked.err
    with Store.open(store) as opened, Store.open(begun) as untouched:
        assert opened.nights() == untouched.nights()
    assert scan_by_command(store, "--accept-scoring", files[BEFORE]).status == 0
    # Not whether they were alerted on: the alert that the old version lacked keeps nobody quiet.
    same_scores(*(scores_of(place).drop(columns="alerted") for place in (store, grown_by(1))))


def scan_by_command(store: Path, *arguments: object) -> Ran:
    cap = str(SETTINGS.daily_cap)
    return onlooker("scan", "--store", store, *arguments, cwd=store.parent, ONLOOKER_DAILY_CAP=cap)


def alerted(place: Path) -> list[tuple[str, str]]:
    """Agent and date of the alerts on nights that were judged."""
    with Store.open(place) as opened:
        return [(a.agent_id, a.record["date"]) for a in opened.alerts(until=opened.nights()[-1].day)]


def of_an_older_version(place: Path) -> tuple[tuple[str, str], tuple[str, str]]:
    """Make a store look as if an older scoring had left it; an alert that it lacks, and one that it has instead."""
    for file in (place / "state").iterdir():
        keep_state(place, file, {**load(file), switching.VERSION: np.array(switching.SCORING_VERSION - 1)})
    agents = sorted(set(scores_of(place)["agent_id"]))
    with Store.open(place, "decide") as opened, opened.deciding() as db:
        last = opened.alerts(until=opened.nights()[-1].day)[-1]
        other = next(agent for agent in agents if agent not in {alert.agent_id for alert in opened.alerts()})
        record = json.dumps(last.record | {"id": "other", "agent_id": other})
        db.execute("UPDATE alerts SET id = 'other', agent_id = ?, record = ? WHERE id = ?", (other, record, last.id))
    return (last.agent_id, last.record["date"]), (other, last.record["date"])


def keep_state(place: Path, file: Path, arrays: Arrays) -> None:
    """Put another state in the place of one, as if the store had written it."""
    save(file, arrays)
    row = (file.stat().st_size, checksum(file), str(file.relative_to(place)))
    with Store.open(place, "write") as opened:
        opened.db.execute("UPDATE files SET bytes = ?, sha256 = ? WHERE name = ?", row)


def test_a_state_that_is_gone_is_made_anew(store, files, grown_by):
    for file in (store / "state").iterdir():
        file.unlink()
    with Store.open(store, "write") as opened:
        opened.db.execute("DELETE FROM files WHERE tbl = 'state'")
    with scan_into(store, files[BEFORE : BEFORE + 1], SETTINGS):
        pass
    same_scores(scores_of(store), scores_of(grown_by(1)))


def test_a_state_that_lacks_what_scoring_keeps_now_is_of_another_scoring(store, files, grown_by):
    expected = grown_by(1)
    with Store.open(store) as opened:
        (_, path) = opened.blob("state")
    keep_state(store, path, {name: array for name, array in load(path).items() if name != "ages"})
    with scan_into(store, files[BEFORE : BEFORE + 1], SETTINGS) as waiting:
        assert not waiting.run.vouched
    with scan_into(store, files[BEFORE : BEFORE + 1], SETTINGS, accept_scoring=True) as switched:
        assert switched.run.vouched
    same_scores(scores_of(store), scores_of(expected))
