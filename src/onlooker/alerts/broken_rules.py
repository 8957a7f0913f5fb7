"""A rule that fires on very many agents of a night reports itself, in one alert that names them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from onlooker.alerts.decide import Told
from onlooker.alerts.sentences import number
from onlooker.alerts.visits_to_check import AgentDay, listed
from onlooker.alerts.write_alerts import alert_id, rule_reason
from onlooker.engines.protocol import Engine
from onlooker.rules import Firing
from onlooker.schema.days import iso
from onlooker.schema.findings import Alert

COUNTED = "SELECT sum(customers), sum(unexplained) FROM agent_days WHERE (agent_id, day) IN ({wanted})"
ACTIVE = "SELECT count(*) FROM agent_days WHERE day = {day}"
WHY = (
    "Either the limit or the side table is wrong for this log, or many agents do it: a few of them show which. Until "
    "then the rule says nothing about each of them.",
)


@dataclass(frozen=True)
class BrokenNight:
    """One rule on one night, with all on whom it fired."""

    firings: tuple[Firing, ...]

    @property
    def subject(self) -> str:
        """As the alert names it."""
        return f"rule {self.firings[0].rule.name}"

    @property
    def day(self) -> int:
        """The night."""
        return self.firings[0].day


def broken_nights(firings: Iterable[Firing]) -> list[BrokenNight]:
    """Firings of broken rules by rule and night, the earliest first."""
    by_night: dict[tuple[int, str], list[Firing]] = {}
    for firing in firings:
        by_night.setdefault((firing.day, firing.rule.name), []).append(firing)
    return [BrokenNight(tuple(by_night[key])) for key in sorted(by_night)]


def broken_rule_alerts(
    engine: Engine, firings: Iterable[Firing], told: Mapping[str, Told], quiet_days: int
) -> list[Alert]:
    """The alerts, oldest first; after one the rule is quiet about itself for `quiet_days`. `told` is by subject."""
    last = {subject: one.day for subject, one in told.items()}
    alerts = []
    for night in broken_nights(firings):
        if night.day - last.get(night.subject, night.day - quiet_days) >= quiet_days:
            last[night.subject] = night.day
            alerts.append(_alert(engine, night))
    return alerts


def _alert(engine: Engine, night: BrokenNight) -> Alert:
    rule, date = night.firings[0].rule, iso(night.day)
    wanted: list[AgentDay] = [(firing.agent_id, night.day) for firing in night.firings]
    ((customers, unexplained),) = engine.rows(COUNTED.format(wanted=listed(wanted)))
    ((active,),) = engine.rows(ACTIVE.format(day=night.day))
    largest = sorted(night.firings, key=lambda firing: (-firing.observed, firing.agent_id))
    reasons = tuple(rule_reason(firing, date, named=True) for firing in largest)
    return Alert(
        id=alert_id(night.subject, date, "rule"), kind="rule", agent_id=night.subject, date=date,
        severity=rule.severity, confidence="low",
        headline=f"Rule {rule.name} fired on {number(len(wanted))} of {number(active)} agents on {date}: this alert "
        "names them, and the rule is not used on each of them.",
        reasons=reasons, kinds=tuple(sorted({"rule", rule.name})), against=WHY, visits=(),
        score=0.0, p_value=1.0, q_value=1.0, rank=1, actor_type="human", team=None, site=None, evidence=0.0,
        customers=int(customers or 0), expected=None, unexplained=int(unexplained or 0),
        reason=f"fired on {number(len(wanted))} of {number(active)} agents",
    )  # fmt: skip
