"""Signals are known by name: on a store of an older version they may come, go and change place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.store.versions.unpacked import ARCHIVES, next_night, unpack

from onlooker import features
from onlooker.errors import OnlookerError
from onlooker.features.feature import Feature
from onlooker.nightly.rescoring import SCORING_VERSION
from onlooker.scanning.run import Scan, scan
from onlooker.store import Store

from .conftest import BEFORE
from .organisation import SETTINGS, night, same_scores, scores_of

VERSION = 5
"""SCORING_VERSION of the store of version 0.1.0."""
NEW = Feature("evening_visits", "visits", "hour >= 14", "visits in the afternoon")
GONE = "glances"
NO_SIGNALS = {
    "agent_id", "date", "score", "p_value", "q_value", "rank", "alerted", "evidence", "combinations", "weeks_before",
    "pattern", "pattern_size",
    "day", "seen_customers", "expected_customers", "upper_customers", "seen_unexplained",
}  # fmt: skip

Register = Callable[[Sequence[Feature]], None]


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Makes other counts than the registered ones known to the whole package, in their order."""
    counted, nouns = features.COUNTS, {}

    def known(counts: Sequence[Feature]) -> None:
        for name, module in list(sys.modules.items()):
            if name.startswith("onlooker") and getattr(module, "COUNTS", None) is counted:
                monkeypatch.setattr(module, "COUNTS", tuple(counts))
            if name.startswith("onlooker") and isinstance(getattr(module, "NOUNS", None), dict):
                nouns.update(module.NOUNS)
                monkeypatch.setattr(module, "NOUNS", nouns | {one.name: one.noun for one in counts})
        for one in set(counts) - set(counted):
            monkeypatch.setitem(features.FAMILIES, one.name, "volume")
        for name in {one.name for one in counted} - {one.name for one in counts}:
            monkeypatch.delitem(features.FAMILIES, name)

    return known


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """What version 0.1.0 left: a store of 18 nights, the log of the next one, side tables."""
    return unpack(ARCHIVES[0], tmp_path)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The scores of the next night by the signals as they are."""
    folder = unpack(ARCHIVES[0], tmp_path_factory.mktemp("undisturbed"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        scored_by(monkeypatch, VERSION)
        next_night(folder)
    return last_night(folder / "store")


@pytest.fixture(autouse=True)
def _same_scoring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the signals differ from those of the store."""
    scored_by(monkeypatch, VERSION)


def scored_by(monkeypatch: pytest.MonkeyPatch, version: int) -> None:
    for name in ("rescoring", "scoring_states"):
        monkeypatch.setattr(f"onlooker.nightly.{name}.SCORING_VERSION", version)


def raise_version(monkeypatch: pytest.MonkeyPatch) -> None:
    scored_by(monkeypatch, 99)


def whole(store: Path) -> bool:
    with Store.open(store) as opened:
        return opened.verify() == ()


def last_night(store: Path) -> pd.DataFrame:
    scores = scores_of(store)
    return scores[scores["day"] == scores["day"].max()].reset_index(drop=True)


def signals_in(scores: pd.DataFrame) -> list[str]:
    return [name for name in scores.columns if name not in NO_SIGNALS]


def notes_about(done: Scan, name: str) -> list[str]:
    return [note for note in done.run.notes if name in note]


def without(name: str) -> list[Feature]:
    return [one for one in features.COUNTS if one.name != name]


def swapped() -> list[Feature]:
    counts = list(features.COUNTS)
    scored = [i for i, one in enumerate(counts) if one.scored and not one.needs_context]
    one, other = scored[1], scored[-1]
    counts[one], counts[other] = counts[other], counts[one]
    return counts


@pytest.mark.parametrize("order", ["swapped", pytest.param("reversed", marks=pytest.mark.full)])
def test_the_order_in_which_signals_are_registered_changes_no_night(old, undisturbed, register, order):
    register(swapped() if order == "swapped" else features.COUNTS[::-1])
    done = next_night(old)
    assert not any("counted since" in note or "no longer" in note for note in done.run.notes)
    same_scores(last_night(old / "store"), undisturbed, within=0.0)
    assert whole(old / "store")


@pytest.mark.parametrize("place", [pytest.param("last", marks=pytest.mark.full), "first"])
def test_a_new_signal_begins_as_unknown_and_leaves_the_others_as_they_were(old, undisturbed, register, place):
    counts = features.COUNTS
    register((*counts, NEW) if place == "last" else (NEW, *counts))
    done = next_night(old)
    scores = last_night(old / "store")
    date = str(scores["date"].iloc[0])[:10]
    (note,) = notes_about(done, NEW.name)
    assert f"Signal {NEW.name} is counted since {date}; it has evidence from about " in note
    assert (scores[NEW.name] == 0.0).all()
    same_scores(scores.drop(columns=NEW.name), undisturbed)
    assert whole(old / "store")


@pytest.mark.full
def test_a_new_signal_is_learned_night_after_night(store, files, register, monkeypatch):
    scored_by(monkeypatch, SCORING_VERSION)  # this version began the store
    register((NEW, *features.COUNTS))
    told = [notes_about(night(store, file, closed=file == files[-1]), NEW.name) for file in files[BEFORE:]]
    assert told[0]
    scores = scores_of(store).dropna(subset=[NEW.name])
    by_day = scores.groupby("day")[NEW.name].apply(lambda values: bool(np.any(values != 0.0)))
    begins = by_day[by_day].index
    assert len(begins), "the signal never came to any evidence"
    assert not by_day.iloc[0]
    since = notes_about(night(store, files[-1]), NEW.name)
    assert not since
    (promised,) = {note.rsplit("about ", 1)[1].rstrip(".") for note in told[0]}
    assert str(scores[scores["day"] == begins[0]]["date"].iloc[0])[:10] >= promised


def test_a_signal_that_went_away_is_dropped_with_a_note(old, undisturbed, register):
    register(without(GONE))
    done = next_night(old)
    scores = last_night(old / "store")
    assert [f"Signal {GONE} is no longer counted: what was learned of it is dropped."] == notes_about(done, GONE)
    assert GONE not in scores or scores[GONE].isna().all()
    # The others keep their parts but for a common measure: weights, and a night's spread, are of all signals together.
    others = [name for name in signals_in(undisturbed) if name != GONE]
    before, after = undisturbed[others].to_numpy(), scores[others].to_numpy()
    assert np.corrcoef(before.ravel(), after.ravel())[0, 1] > 0.999
    assert np.allclose(scores["expected_customers"], undisturbed["expected_customers"])
    assert not notes_about(next_night(old), GONE)
    assert whole(old / "store")


@pytest.mark.full
def test_the_first_signal_is_not_taken_for_the_customers(files, register, tmp_path):
    with scan(files, SETTINGS) as before:
        expected, alerts = before.scores, before.alerts
        series = dict(before.series)
    register((NEW, *features.COUNTS))
    with scan(files, SETTINGS) as after:
        assert signals_in(after.scores)[0] == NEW.name
        told = {alert.id: alert for alert in after.alerts}
        for alert in alerts:
            if alert.id in told:
                assert told[alert.id].expected == alert.expected
                assert told[alert.id].severity == alert.severity
                assert after.series[alert.agent_id].observed == series[alert.agent_id].observed
                assert after.series[alert.agent_id].expected == series[alert.agent_id].expected
                assert after.series[alert.agent_id].upper == series[alert.agent_id].upper
        assert len(set(told) & {alert.id for alert in alerts}) > 0
    assert len(expected)


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The scores of the next night after all nights were scored anew by the signals as they are."""
    folder = unpack(ARCHIVES[0], tmp_path_factory.mktemp("replayed"))
    with pytest.MonkeyPatch.context() as monkeypatch:
        raise_version(monkeypatch)
        next_night(folder, accept_scoring=True)
    assert whole(folder / "store")
    return last_night(folder / "store")


def test_raising_the_scoring_version_takes_a_new_signal_for_unknown_on_nights_scored_anew(
    old, replayed, register, monkeypatch
):
    raise_version(monkeypatch)
    register((NEW, *features.COUNTS))
    unknown = f"Signal {NEW.name} was not counted on the nights scored anew: unknown there, not zero."
    waiting = next_night(old)
    assert any("until --accept-scoring agrees" in note for note in waiting.run.notes)
    assert unknown in waiting.run.notes
    switched = next_night(old, accept_scoring=True)
    assert switched.run.vouched
    assert unknown in switched.run.notes
    assert any(f"Signal {NEW.name} is counted since " in note for note in switched.run.notes)
    scores = last_night(old / "store")
    assert (scores[NEW.name] == 0.0).all()
    same_scores(scores.drop(columns=NEW.name), replayed)
    assert whole(old / "store")


@pytest.mark.full
def test_raising_the_scoring_version_works_without_a_signal_that_is_gone(old, register, monkeypatch):
    raise_version(monkeypatch)
    register(without(GONE))
    assert next_night(old, accept_scoring=True).run.vouched
    scores = last_night(old / "store")
    assert GONE not in scores or scores[GONE].isna().all()
    assert whole(old / "store")


@pytest.mark.full
def test_a_column_that_the_log_newly_has_brings_signals_that_begin_as_unknown(tmp_path, files):
    bare = [strip_actions(file, tmp_path) for file in files]
    store = tmp_path / "store"
    night(store, *bare[:BEFORE])
    done = night(store, files[BEFORE])
    (note,) = notes_about(done, "searches")
    assert "are counted since " in note
    assert (last_night(store)["searches"] == 0.0).all()
    with pytest.raises(OnlookerError, match="have no action"):
        night(store, bare[BEFORE + 1])


def strip_actions(file: Path, folder: Path) -> Path:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False).drop(columns="action")
    place = folder / "bare" / file.name
    place.parent.mkdir(exist_ok=True)
    frame.to_csv(place, index=False)
    return place
