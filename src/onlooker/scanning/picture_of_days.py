"""The picture of one agent's days for notebooks; imported when it is drawn, since matplotlib takes its time."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from onlooker.alerts.frozen_band import frozen_band

if TYPE_CHECKING:
    import pandas as pd


class PictureOfDays(Figure):
    """A figure that a notebook shows where it is the last thing in a cell, and that nobody has to close."""

    def _repr_png_(self) -> bytes:
        held = BytesIO()
        self.savefig(held, format="png")
        return held.getvalue()


def draw(agent: str, days: pd.DataFrame) -> PictureOfDays:
    """`days` as `AgentOfScan.days` has them: customers above, visits without an explanation below."""
    figure = PictureOfDays(figsize=(9, 4.8), layout="constrained")
    top, low = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    dates, marked = days["local_date"], days[days["alerted"]]
    if "upper" in days:
        upper, ordinary = frozen_band(days["upper"].tolist(), days["alerted"].tolist())
        top.fill_between(dates, 0, upper, color="0.92", label=ordinary)
        top.plot(dates, days["expected"], color="0.45", linestyle="--", label="expected")
    top.plot(dates, days["customers"], color="tab:blue", label="seen")
    ring = {"markerfacecolor": "none", "color": "tab:red", "label": "alerted on"}
    top.plot(marked["local_date"], marked["customers"], "o", **ring)
    top.set_ylabel("distinct customers")
    name = agent.replace("$", r"\$")  # a pair of them would begin a formula
    top.set_title(f"{name}, day by day", loc="left")
    top.legend(frameon=False, ncols=4, fontsize=8)
    low.bar(dates, days["unexplained"], color="tab:orange")
    low.set_ylabel("unexplained")
    low.tick_params(axis="x", rotation=30)
    return figure
