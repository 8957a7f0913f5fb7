"""Rehearsals of a store: they come on the same days as those of one scan, and say the same."""

from __future__ import annotations

import pytest

from onlooker.scanning.run import scan

from .organisation import SETTINGS, night, same_scores, scores_of, write

REHEARSED = SETTINGS.model_copy(update={"rehearsal": True})
BEFORE, AFTER = 55, 58
"""Nights before and after the second rehearsal, on the 57th day."""


@pytest.mark.soak
def test_nights_rehearsed_one_by_one_equal_one_scan_and_a_store_begun_without_goes_on(local_days, tmp_path):
    files = [write(tmp_path / f"{day}.csv", lines) for day, lines in local_days[:AFTER]]
    store, late = tmp_path / "store", tmp_path / "late"
    night(store, *files[:BEFORE], settings=REHEARSED)
    night(late, *files[:BEFORE])
    for file in files[BEFORE:]:
        last = night(store, file, closed=file == files[-1], settings=REHEARSED)
    with scan(files, REHEARSED, closed=True) as at_once:
        same_scores(at_once.scores, scores_of(store))
        assert at_once.run.learned["rehearsal"] == last.run.learned["rehearsal"]
    assert len(set(last.run.learned["rehearsal"]["factors"].values())) > 2
    without = night(late, *files[BEFORE:], closed=True, settings=REHEARSED)
    assert without.run.learned["rehearsal"]["from"] == last.run.learned["rehearsal"]["from"]
