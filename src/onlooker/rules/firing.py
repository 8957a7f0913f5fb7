"""Applying hard rules to AGENT_DAYS: what fired, and which rules fire on too many to be believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from onlooker.engines.protocol import Engine
from onlooker.rules.rule import Firing, Rule
from onlooker.schema.days import AFTER_ALL

BROKEN_SHARE = 0.02
BROKEN_LEAST = 3
"""A rule may always fire on this many agents of a night."""


def fire(
    engine: Engine, wanted: Iterable[Rule], until: int = AFTER_ALL, broken_before: Collection[str] = ()
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
                f"night{'s' * (len(nights) > 1)}: it is not used there. Is its limit, or its side table, right "
                "for this log?"
            )
    return firings, notes, frozenset(standing)
