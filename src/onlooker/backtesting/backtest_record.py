"""A backtest as plain values: backtest.json. Planted agents have invented ids; no mapping to real ones is kept."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from onlooker.backtesting.manager_sentence import sentence
from onlooker.schema.days import iso
from onlooker.schema.version import __version__

if TYPE_CHECKING:
    from onlooker.backtesting.run_backtest import Backtest

FORMAT = 1
FIRST = "breach"
"""The campaign that the first sentence is about, where it was tried."""


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
