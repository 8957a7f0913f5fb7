"""Nights one by one equal one scan of all days."""

from pathlib import Path

import pytest

from onlooker.scanning.run import scan

from .organisation import SETTINGS, alerts_of, night, night_files, same_scores, same_store, scores_of


def one_by_one_equals_one_scan(place: Path, files: list[Path]) -> None:
    for number, file in enumerate(files):
        night(place, file, closed=number == len(files) - 1)
    with scan(files, SETTINGS) as at_once:
        same_scores(at_once.scores, scores_of(place))
        assert {(alert.id, alert.agent_id, "raised") for alert in at_once.alerts} == alerts_of(place)
        assert at_once.alerts


def test_twenty_five_nights_one_by_one_equal_one_scan(files, whole, tmp_path):
    one_by_one_equals_one_scan(tmp_path / "store", files)
    same_store(tmp_path / "store", whole)


@pytest.mark.full
def test_sixty_nights_one_by_one_equal_one_scan(tmp_path):
    one_by_one_equals_one_scan(tmp_path / "store", night_files(tmp_path, 60))


def test_missed_nights_are_caught_up_in_order(store, files, whole):
    night(store, *reversed(files[21:]), closed=True)
    same_store(store, whole)
