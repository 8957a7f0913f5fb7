"""What open and confirmed cases mean for the nights to be judged: whose evidence goes on, who is quiet no more."""

from __future__ import annotations

from dataclasses import dataclass, field

from onlooker.alerts.decide import Told
from onlooker.cases import Case, CaseDesk
from onlooker.cases.policy import GOES_ON_DAYS
from onlooker.schema.days import day_of
from onlooker.store import Store


@dataclass(frozen=True)
class GoingOn:
    """The cases that were there before the first night to be judged, and go on if there is evidence."""

    with_case: frozenset[str] = frozenset()
    """Agents of cases that scores or hard rules raised."""
    patterns_with_case: frozenset[tuple[str, str]] = frozenset()
    """Subject and pattern of cases that patterns raised."""
    confirmed_until: dict[str, int] = field(default_factory=dict)
    """Agent -> last day that a confirmed verdict speaks about: from the next on, evidence is told at once."""

    def is_news(self, agent: str, day: int) -> bool:
        """Whether an alert of `day` keeps the agent quiet: one that a confirmed verdict is about does not."""
        return day > self.confirmed_until.get(agent, day - 1)

    def quiet(self, told: dict[str, Told]) -> dict[str, Told]:
        """Of the last alerts by agent those that keep the agent quiet."""
        return {agent: last for agent, last in told.items() if self.is_news(agent, last.day)}


def cases_going_on(store: Store, first: int) -> GoingOn:
    """The open and confirmed cases with an alert before the day `first`."""
    agents: set[str] = set()
    patterns: set[tuple[str, str]] = set()
    until: dict[str, int] = {}
    for case in CaseDesk(store).cases(None):
        if not may_go_on(case, first):
            continue
        if case.verdict is not None and case.verdict.kind == "confirmed":
            until[case.agent_id] = max(until.get(case.agent_id, 0), day_of(case.verdict.last))
        for alert in store.alerts(until=first - 1, case=case.id):
            if alert.record["kind"] == "pattern":
                patterns |= {(case.agent_id, reason["signal"]) for reason in alert.record["reasons"]}
            elif alert.record["kind"] in {"score", "rule"}:
                agents.add(case.agent_id)
    return GoingOn(frozenset(agents), frozenset(patterns), until)


def may_go_on(case: Case, first: int) -> bool:
    """Whether a case is open, or confirmed and not long ago."""
    if case.state != "closed":
        return True
    confirmed = case.verdict is not None and case.verdict.kind == "confirmed"
    return confirmed and day_of(case.last) >= first - GOES_ON_DAYS
