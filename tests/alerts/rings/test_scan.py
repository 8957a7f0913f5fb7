"""A ring in a scan: one alert about the team, and each of its members found as well."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onlooker.alerts.rings.ring_statistic import WINDOW
from onlooker.config import Settings
from onlooker.scanning.run import scan
from onlooker.simulation import Campaign, simulate, write_logs

pytestmark = pytest.mark.full  # minutes of nights on a store

SIZE = {"agents": 48, "days": 100, "seed": 3, "pace": 12, "depth": 0.4}
SETTINGS = Settings(threads=2, combinations=0)


@pytest.fixture(scope="module")
def team() -> tuple[str, tuple[str, ...]]:
    """The smallest team and six of its members."""
    people = simulate(**{**SIZE, "days": 1}).agents.to_pylist()
    by_team: dict[str, list[str]] = {}
    for one in people:
        by_team.setdefault(one["team"], []).append(one["agent_id"])
    name = min((n for n in by_team if len(by_team[n]) >= 6), key=lambda n: (len(by_team[n]), n))
    return name, tuple(by_team[name][:6])


def log(folder: Path, *campaigns: Campaign, days: int = 100) -> list[Path]:
    made = simulate(**{**SIZE, "days": days}, campaigns=campaigns)
    return [Path(p) for p in write_logs(made, folder, period="all", compress=False, side_tables=())]


# The last of 100 days is 28 days after the first alert, and none of the members works on it: the second waits.
@pytest.mark.parametrize(("days", "times"), [(100, 1), (107, 2)])
def test_five_of_six_bent_members_are_one_case_and_each_is_found(
    tmp_path: Path, team: tuple[str, tuple[str, ...]], days: int, times: int
) -> None:
    name, members = team
    bent = members[:5]
    with scan(log(tmp_path, Campaign("ring", bent, start=0.6), days=days), SETTINGS) as done:
        rings = [alert for alert in done.alerts if alert.kind == "ring"]
        # It goes on for six weeks, so it is raised, and once more when its quiet is over.
        assert [alert.agent_id for alert in rings] == [f"team {name}"] * times
        raised = [date.fromisoformat(alert.date) for alert in rings]
        assert (raised[-1] - raised[0]).days >= WINDOW * (times - 1)
        for alert, innocent in zip(rings, (1, 0), strict=False):
            named = {reason.text.split(":")[0] for reason in alert.reasons}
            assert named == {reason.agent_id for reason in alert.reasons} >= set(bent)
            assert len(named - set(bent)) <= innocent  # early on, the sixth may move with them by chance
            assert sum(reason.evidence for reason in alert.reasons) == pytest.approx(alert.evidence)
            assert alert.visits and all(visit.why.split(":")[0] in named for visit in alert.visits)
        assert {one.agent_id for one in done.alerts if one.kind == "score"} >= set(bent)


def test_without_misuse_no_team_is_named(tmp_path: Path) -> None:
    with scan(log(tmp_path), SETTINGS) as done:
        assert not [alert for alert in done.alerts if alert.kind == "ring"]
