"""The planter that judging keeps to itself adds what it says, on days worked, and shares nothing with the package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from evaluation.implanted import implant
from evaluation.thefts import THEFTS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    rng, rows = np.random.default_rng(0), []
    for day in pd.date_range("2026-01-05", periods=60):
        for agent in range(8):
            second = np.sort(rng.integers(8 * 3600, 17 * 3600, 12))
            rows.append(
                pd.DataFrame(
                    {"timestamp": day + pd.to_timedelta(second, unit="s"), "agent_id": f"a{agent}",
                     "customer_id": [f"c{n}" for n in rng.integers(0, 600, 12)], "team": "t", "day": day}
                )
            )  # fmt: skip
    return pd.concat(rows, ignore_index=True).sort_values("timestamp", kind="stable").reset_index(drop=True)


@pytest.mark.parametrize("name", THEFTS)
def test_a_theft_adds_lines_of_its_insiders_from_its_beginning_on(log: pd.DataFrame, name: str) -> None:
    whole, truth = implant(log, THEFTS[name], np.random.default_rng(3))
    added = whole.merge(log.assign(honest=True), how="left", on=[*log.columns]).query("honest.isna()")
    assert len(whole) > len(log)
    assert set(added.agent_id) == set(truth.agent_id)
    assert added.day.min() == truth.day.min() > log.day.min() + pd.Timedelta(days=25)
    assert (added.timestamp.dt.normalize() == added.day).all()
    worked = log.drop_duplicates(["agent_id", "day"])
    assert truth.merge(worked, on=["agent_id", "day"]).shape[0] == len(truth)
    again, _ = implant(log, THEFTS[name], np.random.default_rng(3))
    pd.testing.assert_frame_equal(whole, again)


def test_the_planter_imports_nothing_of_the_product() -> None:
    for name in ("implanted", "thefts"):
        assert "onlooker" not in (ROOT / "evaluation" / f"{name}.py").read_text()
