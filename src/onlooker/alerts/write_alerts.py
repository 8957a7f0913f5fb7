"""Decisions -> alerts: the words, the numbers, the visits to look at first."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.alerts import sentences as wording
from onlooker.alerts.decide import SHORT_LOG, Decision, confidence, severity
from onlooker.alerts.short_reasons import in_short, name_in_words, row_of
from onlooker.alerts.visits_to_check import AgentDay, Pointer, Seen, listed, seen
from onlooker.engines.protocol import Engine
from onlooker.features import COUNTS, FAMILIES
from onlooker.rules import Firing, Rule
from onlooker.schema.actors import ACTOR
from onlooker.schema.days import iso
from onlooker.schema.evidence import CUSTOMERS
from onlooker.schema.explanations import UNEXPLAINED
from onlooker.schema.findings import SEVERITIES, Alert, Reason, Severity
from onlooker.scoring.reference_worth import worth_nights

if TYPE_CHECKING:
    from onlooker.schema.evidence import Evidence
    from onlooker.scoring.panel import Panel
    from onlooker.scoring.score_log import Scores

RARE = 0.05
"""A larger p-value says nothing about how bad what a rule saw would be."""

RECOGNISED = (
    "Nobody said what kind of account this is: it was taken for a service account, being active round the clock."
)

NOUNS = {f.name: f.noun for f in COUNTS}


@dataclass(frozen=True)
class AlertWriter:
    """Puts decisions in words; it needs VISITS and `actor_days` on the engine."""

    engine: Engine
    panel: Panel
    scores: Scores
    ids: Sequence[str]
    """Agent ids by the panel's numbers."""
    log_age: np.ndarray[Any, Any]
    """Days of log up to and including each row's night."""
    unexplained: np.ndarray[Any, Any]
    firings: Sequence[Firing]
    in_doubt: Mapping[int, Sequence[str]]
    """Days that can't be judged as others are, and why."""

    def write(self, decisions: Sequence[Decision]) -> tuple[Alert, ...]:
        """All alerts, oldest night first."""
        wanted = [self._agent_day(d.row) for d in decisions]
        ruled = [self.firings[i] for decision in decisions for i in decision.rules]
        found, people = seen(self.engine, wanted, pointers(ruled)), context(self.engine, wanted)
        return tuple(
            self._alert(decision, found.get(key, Seen()), people[key])
            for decision, key in zip(decisions, wanted, strict=True)
        )

    def _agent_day(self, row: int) -> AgentDay:
        return self.ids[self.panel.agent[row]], int(self.panel.day[row])

    def _alert(self, decision: Decision, saw: Seen, who: Mapping[str, Any]) -> Alert:
        row = decision.row
        agent, day = self._agent_day(row)
        date, evidence = iso(day), self.scores.details[row]
        ruled = tuple(rule_reason(self.firings[i], date) for i in decision.rules)
        scored = wording.reasons(evidence, NOUNS, FAMILIES, date)
        return Alert(
            id=alert_id(agent, date, "rule" if ruled else "score"),
            kind="rule" if ruled else "score",
            agent_id=agent,
            date=date,
            severity=self._severity(decision, evidence),
            confidence=confidence(
                float(self.scores.q_value[row]), evidence.own_days, int(self.log_age[row]), families(evidence)
            ),
            headline=ruled[0].text if ruled else wording.headline(evidence, NOUNS, FAMILIES, date),
            reasons=(*ruled, *scored),
            kinds=tuple(sorted(decision.kinds)),
            against=wording.against(
                evidence,
                NOUNS,
                date,
                saw.explained,
                saw.interested,
                (*self._about_night(day, date), *self._unsure(row, evidence, who["recognised"])),
            ),
            visits=saw.first,
            score=float(self.scores.score[row]),
            p_value=float(self.scores.p_value[row]),
            q_value=float(self.scores.q_value[row]),
            rank=int(self.scores.rank[row]),
            evidence=self.scores.total(row),
            actor_type=who["actor_type"],
            team=who["team"],
            site=who["site"],
            customers=int(who["customers"]),
            expected=round(float(self.scores.expected[row]), 1),
            unexplained=int(self.unexplained[row]),
            reason=rule_in_short(self.firings[decision.rules[0]]) if ruled else row_of(evidence, FAMILIES),
            worth_nights=worth_nights(int(self.log_age[row])),
        )

    def _severity(self, decision: Decision, evidence: Evidence) -> Severity:
        row = decision.row
        ruled = [self.firings[i].rule.severity for i in decision.rules]
        if ruled and self.scores.p_value[row] > RARE:
            return max(ruled, key=SEVERITIES.index)
        found = [severity(float(self.unexplained[row]), beyond_expected(evidence))]
        return max([*found, *ruled], key=SEVERITIES.index)

    def _about_night(self, day: int, date: str) -> Iterator[str]:
        for why in self.in_doubt.get(day, ()):
            yield f"About that night: {why.removeprefix(f'{date}: ')}"

    def _unsure(self, row: int, evidence: Evidence, recognised: bool) -> tuple[str, ...]:
        notes = [RECOGNISED] if recognised else []
        if self.log_age[row] < SHORT_LOG:
            notes.append(f"The log was {self.log_age[row]} days old: little history to compare with.")
        if evidence.own_days < 10:
            notes.append(f"The agent has {evidence.own_days} days of history: expected counts lean on the peers.")
        return tuple(notes)


NOT_OVER = "The day is not over: it has no score yet."


def ruled_alerts(engine: Engine, firings: Sequence[Firing], why: str = NOT_OVER) -> list[Alert]:
    """Alerts from hard rules alone, on days without a score; `why` says why it has none."""
    by_day: dict[AgentDay, list[Firing]] = {}
    for firing in firings:
        by_day.setdefault((firing.agent_id, firing.day), []).append(firing)
    found, people = seen(engine, by_day, pointers(firings)), context(engine, by_day)
    alerts = []
    for key, mine in by_day.items():
        date, saw, who = iso(key[1]), found.get(key, Seen()), people[key]
        ruled = tuple(rule_reason(firing, date) for firing in mine)
        alerts.append(
            Alert(
                id=alert_id(key[0], date, "rule"), kind="rule", agent_id=key[0], date=date,
                severity=max((firing.rule.severity for firing in mine), key=SEVERITIES.index), confidence="medium",
                headline=ruled[0].text, reasons=ruled, kinds=tuple(sorted({"rule", *(one.signal for one in ruled)})),
                against=(why, *((RECOGNISED,) if who["recognised"] else ())),
                visits=saw.first,
                score=0.0, p_value=1.0, q_value=1.0, rank=1, evidence=0.0, expected=None,
                actor_type=who["actor_type"], team=who["team"], site=who["site"], customers=int(who["customers"]),
                unexplained=sum(saw.explained.get(name, 0) for name in UNEXPLAINED),
                reason=rule_in_short(mine[0]),
            )
        )  # fmt: skip
    return alerts


def pointers(firings: Iterable[Firing]) -> list[Pointer]:
    """The visits that the rules are about."""
    concerned: dict[Rule, list[AgentDay]] = {}
    for firing in firings:
        if firing.rule.visits:
            concerned.setdefault(firing.rule, []).append((firing.agent_id, firing.day))
    return [Pointer(rule.visits, rule.why, agent_days) for rule, agent_days in concerned.items()]


def rule_reason(firing: Firing, date: str, named: bool = False) -> Reason:
    """A hard rule's reason, which adds no evidence; `named` where the alert is about several agents."""
    text = wording.one(firing.rule.sentence.format(observed=wording.number(firing.observed), date=date))
    who = firing.agent_id if named else ""
    return Reason(firing.rule.name, f"{who}: {text}" if named else text, 1, firing.observed, None, None, 0.0, who)


def rule_in_short(firing: Firing) -> str:
    """What the row of a list says of a hard rule."""
    return in_short(name_in_words(firing.rule.name), firing.observed, None, 1)


def alert_id(agent: str, date: str, kind: str) -> str:
    """Stable identity of an alert."""
    return hashlib.sha256(f"{agent}\x1f{date}\x1f{kind}".encode()).hexdigest()[:16]


def beyond_expected(evidence: Evidence) -> float:
    """Visits without an explanation of the last 28 days beyond what was expected; of a high level all customers.

    The level is a matter of volume: it is counted where it is the most telling reason.
    """
    months = [s for s in evidence.statistics if s.horizon == "month" and s.signal == "unexplained"]
    level = [s for _, s in wording.speaking(evidence, FAMILIES)[:1] if (s.signal, s.horizon) == (CUSTOMERS, "level")]
    beyond = [s.observed - s.expected for s in months] + [(s.observed - s.expected) * s.worked for s in level]
    return max(beyond, default=0.0)


def families(evidence: Evidence) -> int:
    """How many families of signals speak for it."""
    totals = wording.by_signal(evidence)
    return len({FAMILIES[name] for name, (total, best) in totals.items() if total > 0 and best.p <= 0.05})


def context(engine: Engine, wanted: Iterable[AgentDay]) -> dict[AgentDay, dict[str, Any]]:
    """Who the agents are on those days, and how many customers they saw."""
    values = listed(wanted)
    if not values:
        return {}
    rows = engine.rows(
        f"""SELECT agent_id, day, {ACTOR}, team, site, customers, recognised
            FROM actor_days WHERE (agent_id, day) IN ({values})"""
    )
    names = ("actor_type", "team", "site", "customers", "recognised")
    return {(agent, int(day)): dict(zip(names, rest, strict=True)) for agent, day, *rest in rows}
