"""Logs with planted misuse, counted: real ones and simulated ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation import reallogs, simulated
from evaluation.counted import Counted, cached
from evaluation.outcomes import Ranked
from evaluation.planted import plant
from onlooker.schema.days import day_of
from onlooker.simulation import Campaign, Taste, ordinary, simulate

IN_WORK = Taste(0, 0, 1, 0.5)
LIKE_THE_BENCHMARK = {kind: Campaign(kind) for kind in ("loud", "bursts", "slow", "ring", "off_hours", "snoop")}
OTHERS = {
    "in work, steady": Campaign("only_live"),
    "in work, bursts": Campaign("bursts", taste=IN_WORK),
    "creeping": Campaign("creeping"),
    "few days": Campaign("few_days"),
}
"""What nothing was made for."""
CAMPAIGNS = LIKE_THE_BENCHMARK | OTHERS


@dataclass(frozen=True)
class Case:
    """A counted log and its truth."""

    log: Counted
    base: str
    """The log, or the organisation, that it was made from."""
    campaign: str
    planted: np.ndarray
    """Planted views by row of the panel."""

    def ranked(self, score: np.ndarray) -> Ranked:
        """The agent-days from the first planted day on, by a score."""
        panel = self.log.panel
        since = panel.day >= panel.day[self.planted > 0].min()
        return Ranked(panel.agent[since], panel.day[since], score[since], self.planted[since])


def case_of(
    log: Counted, base: str, campaign: str, agent: Sequence[str], day: Sequence[int], views: Sequence[int]
) -> Case:
    """Put the truth to the rows of the panel."""
    number = {name: i for i, name in enumerate(log.agents)}
    truth = {(number[a], int(d)): int(n) for a, d, n in zip(agent, day, views, strict=True)}
    rows = zip(log.panel.agent.tolist(), log.panel.day.tolist(), strict=True)
    return Case(log, base, campaign, np.array([truth.get(row, 0) for row in rows]))


def real(folder: Path, name: str, campaign: str, seed: int, cache: Path) -> Case:
    """A campaign planted in a real log."""

    def make() -> Case:
        rng = np.random.default_rng([seed, list(CAMPAIGNS).index(campaign)])
        frame, truth = plant(reallogs.load(folder, name), CAMPAIGNS[campaign], rng)
        days = (truth.day - pd.Timestamp(0)).dt.days
        return case_of(reallogs.counted(frame, name), name, campaign, truth.agent_id, days, truth.views)

    return cached(cache, f"{name}-{campaign}-{seed}", make)


def imagined(which: int, campaign: str, seed: int, cache: Path, agents: int = 60, days: int = 120) -> Case:
    """A campaign in a simulated organisation with tickets and ordinary nuisances."""
    name = f"organisation-{which}"

    def make() -> Case:
        made = simulate(
            agents=agents, days=days, seed=1000 + seed, sites=simulated.ORGANISATIONS[which],
            pace=simulated.PACES[which], nuisances=ordinary(agents),
            campaigns=[CAMPAIGNS[campaign]] * (1 if campaign == "ring" else 3),
        )  # fmt: skip
        truth = made.truth.to_pydict()
        days_of = [day_of(day) for day in truth["day"]]
        return case_of(simulated.counted(made, name), name, campaign, truth["agent_id"], days_of, truth["views"])

    return cached(cache, f"{name}-{campaign}-{seed}-{agents}-{days}", make)
