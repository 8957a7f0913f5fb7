"""Scores and AGENT_DAYS -> the days of people by team that the ring scan works on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from onlooker.alerts.rings.ring_statistic import WINDOW, Days
from onlooker.engines.protocol import Engine
from onlooker.schema import actors
from onlooker.schema.actors import PERSON, with_recognised

if TYPE_CHECKING:
    from onlooker.scoring.panel import Panel

# The smallest unit that the log knows of somebody; null where it knows none.
TEAM = """CASE WHEN team IS NOT NULL THEN concat('team ', team) WHEN queue IS NOT NULL THEN concat('queue ', queue)
               WHEN site IS NOT NULL THEN concat('site ', site) END"""

# In the order of the panel.
CURRENT = f"""
SELECT CAST(dense_rank() OVER (ORDER BY team NULLS FIRST) - 1 AS BIGINT) AS team, person
FROM (SELECT agent_id, day, {TEAM} AS team, {PERSON} AS person FROM actor_days WHERE day <= {{until}}) d
ORDER BY day NULLS FIRST, agent_id NULLS FIRST
"""
NAMES = f"SELECT DISTINCT {TEAM} AS team FROM agent_days WHERE day <= {{until}} ORDER BY team NULLS FIRST"
EARLIER = f"""
SELECT d.agent_id, d.day, s.p_value, d.team
FROM (SELECT agent_id, day, p_value FROM {{scores}}) s
JOIN (SELECT agent_id, day, {TEAM} AS team FROM ({{actor_days}}) a
      WHERE day > {{since}} - {WINDOW} AND day < {{since}} AND {PERSON}) d
  ON d.agent_id = s.agent_id AND d.day = s.day
ORDER BY d.day NULLS FIRST, d.agent_id NULLS FIRST
"""


@dataclass(frozen=True)
class Before:
    """What was scored before: SQL that stands for the SCORES and the AGENT_DAYS of the weeks before `since`."""

    scores: str
    agent_days: str
    since: int

    @property
    def select(self) -> str:
        """SQL of the agent-days of people of these weeks; who is a person, the weeks before them decide too."""
        first = self.since - WINDOW - actors.WINDOW
        days = with_recognised(f"(SELECT * FROM {self.agent_days} WHERE day > {first} AND day < {self.since})")
        return EARLIER.format(scores=self.scores, since=self.since, actor_days=days)


@dataclass(frozen=True)
class Teams:
    """The days, and what their numbers stand for."""

    days: Days
    agents: Sequence[str]
    names: Sequence[str]
    """`team x`, `queue x` or `site x`."""


def read_teams(
    engine: Engine, panel: Panel, p_value: NDArray[np.float64], agents: Sequence[str], before: Before | None
) -> Teams:
    """The agent-days of people in `panel`, whose p-values are `p_value`, and those of the weeks before."""
    until = int(panel.day.max(initial=0))
    now = engine.arrays(CURRENT.format(until=until))
    names = [name for (name,) in engine.rows(NAMES.format(until=until))]
    number = {name: i for i, name in enumerate(names) if name is not None}
    of_team = np.array([number.get(name, -1) for name in names], dtype=np.intp)
    people = np.flatnonzero(np.asarray(now["person"], dtype=bool))
    place = {name: i for i, name in enumerate(agents)}
    earlier = engine.rows(before.select) if before else []
    rows = [
        (day, place[agent], -1 if team is None else number.setdefault(team, len(number) + 1), p)
        for agent, day, p, team in earlier if agent in place
    ]  # fmt: skip
    past = np.array(rows, dtype=np.float64).reshape(-1, 4)
    teams = max([*number.values(), 0]) + 1
    labels = dict.fromkeys(range(teams), "") | {i: name for name, i in number.items()}
    return Teams(
        Days(
            day=np.concatenate([past[:, 0].astype(np.int64), panel.day[people]]),
            agent=np.concatenate([past[:, 1].astype(np.intp), panel.agent[people]]),
            team=np.concatenate([past[:, 2].astype(np.intp), of_team[np.asarray(now["team"], dtype=np.intp)[people]]]),
            p_value=np.concatenate([past[:, 3], p_value[people]]),
            agents=len(agents),
            teams=teams,
        ),
        agents,
        [labels[i] for i in range(teams)],
    )
