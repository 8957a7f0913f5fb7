"""Hard rules: what opens an alert whatever the scores and the budget say.

A rule is a condition on AGENT_DAYS. One that fires on more than 2 % of a night's agents reports itself as broken
instead of flooding the list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from onlooker.engines.base import Engine
from onlooker.findings import Severity

BROKEN_SHARE = 0.02
BROKEN_LEAST = 3
"""A rule may always fire on so many agents of a night."""
NEVER = 10**7
"""A day that never comes."""


@dataclass(frozen=True)
class Rule:
    """One hard rule; `name` is its heading in docs/signals.md."""

    name: str
    condition: str
    """SQL on `actor_days`."""
    observed: str
    """SQL of the number that the sentence says."""
    severity: Severity
    sentence: str
    """With `{observed}` and `{date}`."""


@dataclass(frozen=True)
class Firing:
    """One rule on one agent-day."""

    rule: Rule
    agent_id: str
    day: int
    observed: float


WATCHED = (
    Rule(
        "view_after_leaving", "after_leaving > 0", "after_leaving", "critical",
        "{observed} visits on {date}, after the agent's last day.",
    ),
    Rule("canary_record", "canaries > 0", "canaries", "critical", "{observed} visits to canary records on {date}."),
    Rule(
        "own_record", "own_records > 0", "own_records", "high",
        "{observed} visits to the agent's own record on {date}.",
    ),
    Rule(
        "colleague_record", "colleague_records > 0", "colleague_records", "high",
        "{observed} visits to records of colleagues on {date}.",
    ),
    Rule(
        "repeated_customer", "repeated > 0", "repeated", "medium",
        "{observed} customers seen again on {date}, on five or more of 14 days without a reason.",
    ),
)  # fmt: skip
"""Rules on what the side tables and the look-back show; their counts are 0 where nothing is known."""

UNTASKED_LEAST = 5
"""Visits without a task in a day: one or two are mistakes of the log."""

UNTASKED = Rule(
    "ai_without_task",
    f"untasked >= {UNTASKED_LEAST} AND (coalesce(actor_type, 'human') <> 'human' OR recognised)",
    "untasked",
    "medium",
    "{observed} visits without a ticket or task on {date} by an account that is no person.",
)  # fmt: skip


def rules(daily_cap: int, may_export: Sequence[str], has_tickets: bool) -> tuple[Rule, ...]:
    """The rules of a run.

    `may_export` lists agents and roles; without it, exports are not judged by a rule. Without tickets in the log
    nobody is asked for a task.
    """
    allowed = ", ".join("'" + name.replace("'", "''") + "'" for name in may_export)
    person = "(coalesce(actor_type, 'human') = 'human' AND NOT recognised)"
    cap = Rule(
        "daily_cap",
        f"customers > {int(daily_cap)} AND {person}",
        "customers",
        "critical",
        f"{{observed}} distinct customers on {{date}}; the daily limit for a person is {daily_cap:,}.",
    )
    export = Rule(
        "export_without_right",
        f"exports > 0 AND agent_id NOT IN ({allowed}) AND coalesce(role, '') NOT IN ({allowed})",
        "exports",
        "high",
        "{observed} exports on {date} by an agent who is not among those allowed to export.",
    )
    return (cap, *((export,) if may_export else ()), *((UNTASKED,) if has_tickets else ()), *WATCHED)


def fire(
    engine: Engine, wanted: Iterable[Rule], until: int = NEVER, broken_before: Collection[str] = ()
) -> tuple[list[Firing], list[str], frozenset[str]]:
    """Apply rules to `actor_days`; also say which were broken, on how many nights, and name those broken on the last.

    A day after `until` is not over: few agents may have fired yet. A rule that was broken on the last day that is over
    (`broken_before` names them where none is here) is not used on it.
    """
    firings: list[Firing] = []
    notes: list[str] = []
    standing: set[str] = set()
    ((last,),) = engine.rows(f"SELECT max(day) FROM actor_days WHERE day <= {until}")
    for rule in wanted:
        rows = engine.rows(
            f"""SELECT agent_id, day, observed, fired > greatest({BROKEN_LEAST}, {BROKEN_SHARE} * active) AS broken
                FROM (SELECT agent_id, day, {rule.observed} AS observed, {rule.condition} AS hit,
                             count(*) FILTER (WHERE {rule.condition}) OVER (PARTITION BY day) AS fired,
                             count(*) OVER (PARTITION BY day) AS active FROM actor_days) d
                WHERE hit ORDER BY day NULLS FIRST, agent_id NULLS FIRST"""
        )
        if rule.name in broken_before if last is None else any(day == last and broken for _, day, _, broken in rows):
            standing.add(rule.name)
        firings += [
            Firing(rule, agent, int(day), float(seen))
            for agent, day, seen, broken in rows
            if not broken and (day <= until or rule.name not in standing)
        ]
        nights = {day for _, day, _, broken in rows if broken}
        if nights:
            notes.append(
                f"Rule {rule.name} fired on more than {BROKEN_SHARE:.0%} of the agents on {len(nights)} "
                f"night{'s' * (len(nights) > 1)}: it is not used there. Is the limit right for this log?"
            )
    return firings, notes, frozenset(standing)
