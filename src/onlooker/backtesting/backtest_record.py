"""What a backtest found, and backtest.json. Planted agents have invented ids, and no mapping to real ones is kept."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from onlooker.backtesting.campaign_figures import CampaignFigures, Estimate
from onlooker.backtesting.manager_sentence import sentence
from onlooker.backtesting.outcomes import TryOutcome
from onlooker.schema.days import iso
from onlooker.schema.notebook_html import as_html
from onlooker.schema.version import __version__

if TYPE_CHECKING:
    import pandas as pd

FORMAT = 1
FIRST = "breach"
"""The campaign that the first sentence is about, where it was tried."""


@dataclass(frozen=True)
class Price:
    """What a budget costs on the log as it is, from the first campaign's day on."""

    budget: int
    alerts: int
    subjects: int
    """People and accounts alerted on who had not been before."""
    per_1000_week: Estimate
    """New subjects a week for each 1,000 active agents."""


@dataclass(frozen=True)
class Backtest:
    """What a backtest found. It names nobody: planted agents have invented ids, and no mapping is kept."""

    first_date: str
    last_date: str
    counts: dict[str, int]
    budget: int
    seed: int
    prices: tuple[Price, ...]
    campaigns: tuple[CampaignFigures, ...]
    left_out: dict[str, str]
    """Campaign -> why it was not tried."""
    tries: tuple[TryOutcome, ...]
    rankers: dict[str, Estimate]
    """Ranker -> mean average precision over the campaigns."""
    notes: tuple[str, ...]

    def record(self) -> dict[str, Any]:
        """Plain values, as in backtest.json."""
        return record(self)

    @property
    def table(self) -> pd.DataFrame:
        """One row per campaign and budget: campaign, records_a_day, budget, found (share of the tries), found_low and
        found_high (95 % interval), nights (until known, median), gone (share of the records opened before), alerts and
        subjects (of the honest log at that budget)."""
        import pandas as pd

        prices = {one.budget: one for one in self.prices}
        return pd.DataFrame(
            {
                "campaign": one.name, "records_a_day": one.records_a_day, "budget": at.budget, "found": at.found.value,
                "found_low": at.found.low, "found_high": at.found.high, "nights": at.nights, "gone": at.gone.value,
                "alerts": prices[at.budget].alerts, "subjects": prices[at.budget].subjects,
            }
            for one in self.campaigns for at in one.by_budget
        )  # fmt: skip

    def _repr_html_(self) -> str:
        budget = nearest(self)
        columns = ["campaign", "records_a_day", "found", "nights", "gone"]
        rows = self.table.query("budget == @budget")[columns].to_numpy().tolist()
        left_out = [f"Not tried: {name}: {why}" for name, why in self.left_out.items()]
        facts = [("from", self.first_date), ("to", self.last_date), ("budget", budget)]
        return as_html(first_sentence(self), facts, columns, rows, (*self.notes, *left_out))


def record(found: Backtest) -> dict[str, Any]:
    """Everything that was found."""
    return {
        "format": FORMAT,
        "version": __version__,
        "log": {"first_date": found.first_date, "last_date": found.last_date, **found.counts},
        "seed": found.seed,
        "budget": found.budget,
        "sentence": first_sentence(found),
        "honest": [asdict(price) for price in found.prices],
        "campaigns": [
            {**one.record(), "sentence": sentence([t for t in found.tries if t.kind == one.name], nearest(found))}
            for one in found.campaigns
        ],
        "not_tried": found.left_out,
        "rankers": {name: asdict(estimate) for name, estimate in found.rankers.items()},
        "tries": [
            {
                "agents": [f"planted-{number:04d}-{turn}" for turn in range(1, len(one.agents) + 1)],
                "campaign": one.kind, "begun": iso(one.begun), "days": one.days, "records": one.records,
                "followed": one.followed, "known_on_night": {str(b): night for b, night in one.nights.items()},
                "named_by_pattern": dict(one.patterns),
                "records_gone": {str(b): gone for b, gone in one.gone.items()},
            }
            for number, one in enumerate(found.tries, 1)
        ],
        "notes": list(found.notes),
    }  # fmt: skip


def nearest(found: Backtest) -> int:
    """The budget that was tried and is nearest to the one in force."""
    return min((price.budget for price in found.prices), key=lambda budget: (abs(budget - found.budget), budget))


def first_sentence(found: Backtest) -> str:
    """The sentence for a manager; of the first campaign that was tried where the breach was not."""
    names = [one.name for one in found.campaigns]
    name = FIRST if FIRST in names else next(iter(names), "")
    mine = [one for one in found.tries if one.kind == name]
    return sentence(mine, nearest(found)) if mine else "No campaign could be tried."
