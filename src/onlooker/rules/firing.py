"""Applying hard rules to AGENT_DAYS: what fired, and which rules fire on too many to be believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from onlooker.engines.protocol import Engine
from onlooker.rules.person_days import LEADS, TABLE, make_person_days
from onlooker.rules.rule import Firing, Rule
from onlooker.schema.days import AFTER_ALL

BROKEN_SHARE = 0.1
BROKEN_LEAST = 10
"""A rule that fires on more agents of a night than this, and on a larger share of them, is broken: a few who agree to
break it can't switch it off."""


def fire(
    engine: Engine, wanted: Iterable[Rule], until: int = AFTER_ALL, broken_before: Collection[str] = ()
) -> tuple[list[Firing], list[Firing], frozenset[str]]:
    """Apply rules to `actor_days`: what fired, what broken rules fired on, and the rules broken on the last night.

    A day after `until` is not over: few agents may have fired yet. A rule that was broken on the last day that is over
    (`broken_before` names them where none is here) is not used on it.
    """
    firings: list[Firing] = []
    aside: list[Firing] = []
    standing: set[str] = set()
    ((last,),) = engine.rows(f"SELECT max(day) FROM actor_days WHERE day <= {until}")
    make_person_days(engine)
    for rule in wanted:
        condition = f"{rule.condition} AND {LEADS}" if rule.of_person else rule.condition
        rows = engine.rows(
            f"""SELECT agent_id, day, observed, fired > greatest({BROKEN_LEAST}, {BROKEN_SHARE} * active) AS broken
                FROM (SELECT agent_id, day, {rule.observed} AS observed, {condition} AS hit,
                             count(*) FILTER (WHERE {condition}) OVER (PARTITION BY day) AS fired,
                             count(*) OVER (PARTITION BY day) AS active FROM {TABLE}) d
                WHERE hit ORDER BY day NULLS FIRST, agent_id NULLS FIRST"""
        )
        if rule.name in broken_before if last is None else any(day == last and broken for _, day, _, broken in rows):
            standing.add(rule.name)
        firings += [
            Firing(rule, agent, int(day), float(seen))
            for agent, day, seen, broken in rows
            if not broken and (day <= until or rule.name not in standing)
        ]
        aside += [
            Firing(rule, agent, int(day), float(seen)) for agent, day, seen, broken in rows if broken and day <= until
        ]
    engine.drop(TABLE)
    return firings, aside, frozenset(standing)


def about_broken(aside: Iterable[Firing]) -> Iterator[str]:
    """What must be said of rules that were broken, and on how many nights."""
    nights: dict[str, set[int]] = {}
    for firing in aside:
        nights.setdefault(firing.rule.name, set()).add(firing.day)
    for name, days in nights.items():
        yield (
            f"Rule {name} fired on more than {BROKEN_LEAST} agents and {BROKEN_SHARE:.0%} of them on {len(days)} "
            f"night{'s' * (len(days) > 1)}: one alert names them. Is its limit, or its side table, right for this log?"
        )
