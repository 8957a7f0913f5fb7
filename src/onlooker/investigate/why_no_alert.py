"""Why a night of an agent raised no alert, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from onlooker.alerts.decide import Nights, Policy, strictness
from onlooker.schema.days import iso
from onlooker.store import KeptAlert, Store


@dataclass(frozen=True)
class Deciding:
    """What nights are decided by, and the alerts that were raised."""

    policy: Policy
    first_day: int | None
    in_doubt: frozenset[int]
    mine: Sequence[KeptAlert]
    """About the agent, oldest first."""
    taken: Mapping[int, int]
    """Day -> alerts of that night that scores raised."""

    @classmethod
    def read(cls, store: Store, agent: str, policy: Policy) -> Deciding:
        """From the store; its last run's settings decide, where it says them."""
        nights = store.nights()
        alerts = store.alerts()
        taken: dict[int, int] = {}
        for one in alerts:
            if one.record["kind"] == "score":
                taken[one.day] = taken.get(one.day, 0) + 1
        doubtful = frozenset(one.day for one in nights if one.record.get("doubts") or one.record.get("surges"))
        mine = [one for one in alerts if one.agent_id == agent]
        return cls(last_policy(store, policy), nights[0].day if nights else None, doubtful, mine, taken)

    def why_none(self, night: Mapping[str, Any]) -> str:
        """Why a night (its row of SCORES, with `day`) has no alert; empty where it has one.

        In the order in which it is decided: the limits, the quiet period, the budget.
        """
        day = int(night["day"])
        own = [one for one in self.mine if one.day == day]
        if any(one.state == "raised" for one in own):
            return ""
        if own:
            return f"held back by {own[0].because}"
        return self._beyond_limits(night, day) or self._quiet(day) or self._no_place(day)

    def _beyond_limits(self, night: Mapping[str, Any], day: int) -> str:
        one = np.zeros(1)
        nights = Nights(
            np.array([day]), one.astype(np.intp), one, one, one.astype(np.int64), self.in_doubt, self.first_day
        )
        strict = float(strictness(nights, self.policy.in_doubt)[0])
        stricter = ", lower on a night in doubt or of a young log" if strict < 1 else ""
        for name, limit in (("q", self.policy.q_limit * strict), ("p", self.policy.p_limit * strict)):
            if (value := float(night[f"{name}_value"])) > limit:
                return f"{name} {value:.2g} is above the limit of {limit:.2g}{stricter}"
        return ""

    def _quiet(self, day: int) -> str:
        before = [one for one in self.mine if one.day < day and one.state == "raised"]
        if not before or day - before[-1].day >= self.policy.quiet_days:
            return ""
        last = before[-1]
        case = f" because of {last.case_id}" if last.case_id else ""
        return f"quiet until {iso(last.day + self.policy.quiet_days)}{case}"

    def _no_place(self, day: int) -> str:
        if self.taken.get(day, 0) >= self.policy.budget:
            return f"the budget of {self.policy.budget} alerts a night went to rarer ones"
        return "it would rest on a single look"


def last_policy(store: Store, policy: Policy) -> Policy:
    """The policy of the run that judged the last night; `policy` where its record does not say."""
    run = store.last_judging_run()
    settings = run.record.get("settings", {}) if run else {}
    if not {"budget", "q_limit", "quiet_days"} <= set(settings):
        return policy
    return Policy(int(settings["budget"]), float(settings["q_limit"]), int(settings["quiet_days"]))
