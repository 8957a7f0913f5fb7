"""What the weights and the detector in force were learned from, and when: for the record of the run."""

from __future__ import annotations

from typing import Any

import numpy as np

from onlooker.schema.days import iso
from onlooker.scoring.late_signals import counted_since
from onlooker.scoring.outliers import EVERY, FIRST_FIT, held
from onlooker.scoring.scoring_history import History
from onlooker.scoring.weights.discriminant import SHARE, SIZES
from onlooker.scoring.weights.learning import Learning


def learned(history: History) -> dict[str, Any]:
    """As plain values:

    weights: one record per signal, the heaviest first: signal; weight, its part of all weights (they sum to 1);
        equal_weight, the part that it began with; of_share, what of `weight` looks at the share of the visits
    fitted_on: ISO date on which they were fitted, from earlier days; None while they are the first ones
    nights: nights rehearsed by then that still count; those long past count less
    planted: what a rehearsal plants on every agent of a night, as parts of the agent's expected visits
    note: one sentence for a reader
    detector: fitted_on and agent_days of the detector of unusual combinations; None before its first fit
    rehearsal: from, the ISO date from which on it is in force, and factors, what the weight of each signal is
        multiplied by; None before the first one
    counted_since: signals not counted from the log's start, and the ISO date since when they are; None if never
    """
    learning, method = history.learning, history.method
    nights = round(float(learning.rehearsed), 1)
    day = int(learning.fitted_on)
    if nights:
        note = f"Learned on {iso(day)} from what {nights:,.0f} nights of this log showed and rehearsed."
    else:
        note = (
            f"All signals weigh alike but for their noise: the log had no night to rehearse on yet, the first "
            f"{method.warm_up_days} days being too early."
        )
    if learning.rehearsed_in_copies:
        note += f" Since {iso(int(learning.factors_on))} weighed by visits planted in copies of the log's past as well."
    return {
        "weights": weights(history),
        "fitted_on": iso(day) if day > history.first_day else None,
        "nights": nights,
        "planted": list(SIZES),
        "note": note,
        "detector": detector(history),
        "rehearsal": rehearsal(history),
        "counted_since": counted_since(history),
    }


def weights(history: History) -> list[dict[str, Any]]:
    """One record per signal, the heaviest first."""
    learning = history.learning
    in_force = learning.in_force / max(float(learning.in_force.sum()), 1e-12)
    first = Learning(len(history.names), history.first_day, history.method)
    first.start(history.has_share, ~history.late)
    equal = first.weights.sum(axis=(1, 2)) / max(float(first.weights.sum()), 1e-12)
    weight, of_share = in_force.sum(axis=(1, 2)), in_force[:, SHARE].sum(axis=1)
    return [
        {
            "signal": history.names[i],
            "weight": round(float(weight[i]), 6),
            "equal_weight": round(float(equal[i]), 6),
            "of_share": round(float(of_share[i]), 6),
        }
        for i in np.argsort(-weight, kind="stable")
    ]


def rehearsal(history: History) -> dict[str, Any] | None:
    """What visits planted in copies of the past multiply the weights by, and since when."""
    learning = history.learning
    if not learning.rehearsed_in_copies:
        return None
    factors = {name: round(float(one), 3) for name, one in zip(history.names, learning.factors, strict=True)}
    return {"from": iso(int(learning.factors_on)), "factors": factors}


def detector(history: History) -> dict[str, Any] | None:
    """When the detector in force was fitted, and on how many agent-days."""
    found = history.combinations
    if found is None or int(found.fitted_on) < 0:
        return None
    day = history.first_day + FIRST_FIT + EVERY * int(found.fitted_on)
    return {"fitted_on": iso(day), "agent_days": int(held(found.sample).sum())}
