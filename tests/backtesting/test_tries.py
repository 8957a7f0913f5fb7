"""Who is tried, and what is said where nothing can be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import onlooker
from onlooker.backtesting.honest_log import HonestLog
from onlooker.backtesting.tries import CROWD, copies, drawn, staff_of
from onlooker.errors import UnusableInput, UsageError
from onlooker.simulation.campaigns import kind_named

from .small_logs import write_log


def test_the_same_seed_draws_the_same_tries(honest: HonestLog) -> None:
    kinds, staff = [kind_named("breach"), kind_named("slow")], staff_of(honest)
    assert drawn(honest, staff, kinds, 5, 1) == drawn(honest, staff, kinds, 5, 1)
    assert drawn(honest, staff, kinds, 5, 1) != drawn(honest, staff, kinds, 5, 2)


def test_a_copy_has_few_insiders_and_each_once(honest: HonestLog) -> None:
    tries, _ = drawn(honest, staff_of(honest), [kind_named("breach"), kind_named("slow")], 20, 1)
    together = copies(tries, 100)
    assert sum(map(len, together)) == len(tries)
    for copy in together:
        insiders = [agent for one in copy for agent in one.insiders]
        assert len(insiders) == len(set(insiders)) <= CROWD * 100
        assert len({one.point for one in copy}) == 1


def test_a_campaign_that_the_log_cannot_show_is_left_out_with_the_reason(honest: HonestLog) -> None:
    _, left_out = drawn(honest, staff_of(honest), [kind_named("search_only"), kind_named("backdated")], 2, 1)
    assert left_out["search_only"] == "the log has no action search"
    assert set(left_out) == {"search_only", "backdated"}


def test_insiders_work_before_and_after_the_beginning(honest: HonestLog) -> None:
    tries, _ = drawn(honest, staff_of(honest), [kind_named("breach")], 20, 1)
    worked = staff_of(honest).worked
    for one in tries:
        assert worked[one.insiders[0], : one.first].sum() >= 15
        assert np.flatnonzero(worked[one.insiders[0], one.first :])[0] >= 0


def test_a_log_too_short_is_refused(tmp_path: Path) -> None:
    log = write_log(tmp_path / "short.csv", agents=4, days=20)
    with pytest.raises(UnusableInput, match="the log spans 19 days, and a backtest needs at least 35") as error:
        onlooker.backtest(log, threads=1)
    assert error.value.exit_status == 3


def test_a_log_in_which_nobody_works_long_enough_is_refused(tmp_path: Path) -> None:
    lines = ["timestamp,agent_id,customer_id"]
    lines += [f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}T09:00:00Z,temp-{day},c{day}" for day in range(60)]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(UnusableInput, match="nobody in the log could be an insider"):
        onlooker.backtest(tmp_path / "log.csv", threads=1)


def test_an_unknown_campaign_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no campaign is called breech"):
        onlooker.backtest(tmp_path / "not-there.csv", campaigns=["breech"])


def test_a_folder_that_is_not_empty_is_refused(small_log: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="is not an empty folder"):
        onlooker.backtest(small_log, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
