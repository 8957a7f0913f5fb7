"""One agent of a scan: days, visits, alerts, and a picture of the days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onlooker.schema.notebook_html import as_html

if TYPE_CHECKING:
    import pandas as pd

    from onlooker.scanning.picture_of_days import PictureOfDays
    from onlooker.schema.findings import AgentSeries, Alert


@dataclass(frozen=True)
class AgentOfScan:
    """What a scan found about one agent."""

    agent_id: str
    alerts: tuple[Alert, ...]
    """Oldest first; of a ring, those that name the agent."""
    days: pd.DataFrame = field(repr=False)
    """One row per active day, in order: AGENT_DAYS, then `score`, `p_value`, `q_value`, `rank`, `alerted`, and of an
    agent with an alert `expected` and `upper` (customers that one ordinary day in a hundred exceeds)."""
    visits: pd.DataFrame = field(repr=False)
    """One row per customer and day, in order."""

    def plot(self) -> PictureOfDays:
        """Distinct customers per day against what was expected, and below them the visits without an explanation.

        The band, which one ordinary day in a hundred exceeds, is known of agents with an alert only. Needs matplotlib,
        which PyOD brings.
        """
        from onlooker.scanning.picture_of_days import draw

        return draw(self.agent_id, self.days)

    def _repr_html_(self) -> str:
        facts = [("active days", len(self.days)), ("visits", len(self.visits)), ("alerts", len(self.alerts))]
        rows = [(one.date, one.severity, one.reason or one.headline) for one in self.alerts]
        return as_html(f"Agent {self.agent_id}", facts, ("night", "severity", "reason"), rows)


def agent_of(
    agent: str, alerts: tuple[Alert, ...], line: AgentSeries | None, days: pd.DataFrame, scores: pd.DataFrame,
    visits: pd.DataFrame,
) -> AgentOfScan:  # fmt: skip
    """Put together what the tables of a scan have of one agent; `days`, `scores` and `visits` are of this agent."""
    import pandas as pd

    of_scores = scores[["day", "score", "p_value", "q_value", "rank", "alerted"]]
    joined = days.merge(of_scores, on="day", how="left").sort_values("day", ignore_index=True)
    joined["alerted"] = joined["alerted"].eq(True)
    if line is not None:
        drawn = pd.DataFrame(
            {"local_date": pd.to_datetime(list(line.dates)), "expected": line.expected, "upper": line.upper}
        )
        joined = joined.merge(drawn.astype({"local_date": joined["local_date"].dtype}), on="local_date", how="left")
    mine = sorted(
        (one for one in alerts if agent in {one.agent_id, *(reason.agent_id for reason in one.reasons)}),
        key=lambda one: (one.date, one.id),
    )
    return AgentOfScan(agent, tuple(mine), joined, visits.sort_values(["first_us", "customer_id"], ignore_index=True))
