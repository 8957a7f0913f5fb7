"""The page of a backtest: one self-contained file with pictures that asks nothing of the network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from onlooker.atomic_files import write_whole
from onlooker.report.backtest_pictures import curves, dots
from onlooker.report.page import environment

SHOWN = 5
"""Budget that the pictures are drawn at, where it was tried."""
CURVES = 8
"""Campaigns that are drawn as curves: more could not be told apart."""


def write_backtest_page(path: Path, found: Mapping[str, Any], *, group: str | None = None) -> None:
    """Write the page of a backtest (what backtest.json holds) to `path`, readable by its owner (and `group`)."""
    budgets = [price["budget"] for price in found["honest"]]
    budget = min(budgets, key=lambda one: (abs(one - found["budget"]), one))
    campaigns = [
        {**one, "now": next(a for a in one["by_budget"] if a["budget"] == budget)} for one in found["campaigns"]
    ]
    rankers = sorted(found["rankers"].items(), key=lambda item: -item[1]["value"])
    context = {
        "found": found,
        "budget": budget,
        "budgets": budgets,
        "campaigns": campaigns,
        "rankers": rankers,
        "wins": wins(campaigns),
        "shares": dots([(one["name"], one["now"]["found"], one["now"]["anyway"]["value"]) for one in campaigns]),
        "places": dots([(name, estimate, None) for name, estimate in rankers]),
        "curves": curves(found["tries"], [one["name"] for one in campaigns], str(budget), CURVES),
    }
    with write_whole(path, group=group) as out:
        out.write(environment().get_template("backtest.html").render(context))


def wins(campaigns: list[dict[str, Any]]) -> list[tuple[str, str, float, float]]:
    """Campaigns that a generic ranker ranks higher than this method does: name, ranker, its figure, ours."""
    found = []
    for one in campaigns:
        precision = {name: estimate["value"] for name, estimate in one["precision"].items()}
        ours = precision.pop("onlooker")
        best = max(precision, key=lambda name: precision[name])
        if precision[best] > ours:
            found.append((one["name"], best, precision[best], ours))
    return found
