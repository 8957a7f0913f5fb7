"""A run during the day: hard rules alone, and the night's run finds all as if it had not been."""

from __future__ import annotations

from onlooker.nightly import scan_into
from onlooker.store import Store

from .conftest import BEFORE
from .organisation import SETTINGS, night, same_scores, scores_of


def nights(place):
    with Store.open(place) as store:
        return [one.day for one in store.nights()]


def test_no_new_night_is_judged_and_hard_rules_look_at_the_days_that_wait(store, files, grown_by, tmp_path):
    before = nights(store)
    strict = SETTINGS.model_copy(update={"daily_cap": 10, "quiet_days": 0, "metrics": str(tmp_path / "onlooker.prom")})
    scan_into(store, [files[BEFORE]], strict, rules_only=True).close()
    assert nights(store) == before
    assert "onlooker_waiting_events" in (tmp_path / "onlooker.prom").read_text()
    with Store.open(store) as opened:
        early = [alert for alert in opened.alerts(before[-1] + 1) if alert.record["kind"] == "rule"]
        assert early and opened.status().waiting_events > 0
    night(store, files[BEFORE + 1])
    assert len(nights(store)) > len(before)
    same_scores(scores_of(store), scores_of(grown_by(2)))
