"""AGENT_DAYS -> scores and alerts, whether from a whole log or from the nights that came since the last run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from onlooker.alerts.broken_rules import broken_rule_alerts
from onlooker.alerts.decide import Policy, Told
from onlooker.alerts.pattern_alerts import choose, held_back
from onlooker.alerts.rings import read_teams, ring_alerts
from onlooker.alerts.write_alerts import ruled_alerts
from onlooker.checks.calendar_days import special_days
from onlooker.checks.completeness import Doubt, by_day, half_seen, unwhole
from onlooker.engines.protocol import Engine
from onlooker.errors import UsageError
from onlooker.features import COUNTS, scored_features
from onlooker.patterns import Given as PatternGiven
from onlooker.patterns import find_patterns, patterns
from onlooker.rules import about_broken, fire, rules
from onlooker.scanning.caveats import caveats
from onlooker.scanning.decide_alerts import decide_and_explain
from onlooker.scanning.fired_rules import Fired, given_by, rows_of
from onlooker.scanning.found import Outcome
from onlooker.scanning.job import Job
from onlooker.scanning.past import Earlier
from onlooker.scanning.pattern_columns import with_patterns
from onlooker.scanning.rehearsals import Factors, about_rehearsals, rehearsed
from onlooker.scanning.span import Span
from onlooker.scanning.switched_off import about_off, check_off, off_at_sites
from onlooker.schema.days import day_of
from onlooker.schema.findings import Alert
from onlooker.schema.tables import RECENT_DAYS
from onlooker.scoring.judge_night import Limits
from onlooker.scoring.late_signals import about_gone, about_new
from onlooker.scoring.method import Method
from onlooker.scoring.panel import Panel
from onlooker.scoring.read_panel import read_panel, recognise_actors
from onlooker.scoring.score_log import Scores, new_history, score_panel
from onlooker.scoring.state_arrays import Arrays, Names, from_arrays, names_of, to_arrays
from onlooker.scoring.state_arrays import signals_of as signals_in
from onlooker.scoring.teaching import Untaught
from onlooker.scoring.weights_record import learned

KeepState = Callable[[int, Callable[[], Arrays]], None]


@dataclass(frozen=True)
class Judged:
    """The outcome, and what must be said beside it."""

    outcome: Outcome
    notes: tuple[str, ...]
    broken: frozenset[str]
    """Hard rules that were broken on the last day that is over."""


def judge(
    job: Job, given: PatternGiven, span: Span, earlier: Earlier, doubted: Sequence[Doubt],
    keep_state: KeepState = lambda _day, _arrays: None,
) -> Judged:  # fmt: skip
    """Score the days of `span` in `agent_days` and decide; on later ones only the hard rules are applied.

    `given` has the columns of the log, and the side tables (`Reading.offers`); `doubted` are the days that can't be
    judged as others are, of which those that are not whole teach nothing. `keep_state` is called after each night with
    its day and a function that gives the state as arrays.
    """
    engine, settings, columns = job.engine, job.settings, frozenset(given.columns)
    untaught = untaught_days(engine, earlier, doubted)
    # Scoring is numpy: the engine lends it its memory, and is asked again only for alerts.
    with job.clock.stage("score"), engine.lean(earlier.lean):
        signals = signals_of(columns, earlier.state, settings.off)
        recognised = recognise_actors(engine, earlier.agent_days, span.first)
        wanted = rules(given_by(settings, "ticket_id" in columns))
        firings, aside, broken = fire(engine, wanted, span.last, earlier.broken)
        policy = Policy(settings.budget, settings.q_limit, settings.quiet_days)
        hits = find_patterns(
            engine,
            [p for p in patterns(given) if p.name not in settings.off],
            span.first,
            span.last,
            earlier.agent_days,
            off_at_sites(engine, settings.off, span.first, span.last),
        )
        names = names_of(earlier.state) if earlier.state else Names()
        panel = read_panel(engine, signals, span.first_day, names, span.last)
        fired = rows_of(panel, names.agents, [firing for firing in firings if firing.day <= span.last])
        factors = rehearsed(job, signals, span, earlier)
        scores, known, changes = scored(job, panel, names, earlier, untaught, fired, policy, factors, keep_state)
        rings = ring_alerts(  # before the table of SCORES is there, which is as large as all else
            engine, read_teams(engine, panel, scores.p_value, names.agents, earlier.scored),
            span.first_day, span.first, earlier.told, policy.quiet_days,
        )  # fmt: skip
        found = decide_and_explain(
            engine, panel, scores, names.agents, policy, fired, earlier.told, earlier.with_case, by_day(doubted)
        )
        waiting = [firing for firing in firings if firing.day > span.last]
        told = {**earlier.told, **earlier.raised_early}
        of_rules = broken_rule_alerts(engine, aside, earlier.told, policy.quiet_days)
        early = news(ruled_alerts(engine, waiting), told, found.alerts, policy)
        chosen = choose(hits, earlier.patterns_told, policy.quiet_days, earlier.patterns_with_case)
        found = with_patterns(engine, found, hits, chosen, span.first_day)
        age = int(panel.day.max(initial=span.first_day)) - span.first_day + 1
        found = replace(found, alerts=(*found.alerts, *early, *of_rules, *rings), learned=known)
        if not span.empty:
            too_early = len(np.unique(panel.day[panel.day < span.first_day + RECENT_DAYS]))
            found = replace(found, counts={**found.counts, "log_days": age, "nights_too_early": too_early})
        unsure = caveats(columns, age, len(names.agents), recognised_ids(engine) if recognised else [])
        unrehearsed = about_rehearsals(factors, settings.rehearsal, age)
    return Judged(
        found,
        ()
        if span.empty
        else (*about_broken(aside), *changes, *held_back(chosen), *unsure, *unrehearsed, *about_off(settings.off)),
        broken,
    )


def untaught_days(engine: Engine, earlier: Earlier, doubted: Sequence[Doubt]) -> Untaught:
    """What must not teach: days that are not whole, those of confirmed cases, and those that the calendar names."""
    agents = {agent: list(spans) for agent, spans in earlier.excluded.items()}
    for agent, spans in half_seen(engine, doubted).items():
        agents.setdefault(agent, []).extend(spans)
    return Untaught(unwhole(doubted), agents, earlier.nights).and_also(*special_days(engine))


def recognised_ids(engine: Engine) -> list[str]:
    """Accounts that were taken for services by their hours."""
    return [
        row[0] for row in engine.rows("SELECT DISTINCT agent_id FROM actor_days WHERE recognised ORDER BY agent_id")
    ]


def scored(
    job: Job, panel: Panel, names: Names, earlier: Earlier, untaught: Untaught, fired: Fired, policy: Policy,
    factors: Factors, keep_state: KeepState,
) -> tuple[Scores, dict[str, Any], tuple[str, ...]]:  # fmt: skip
    """Score the nights of `panel`; also what was learned, and notes on signals that came or went.

    The history, which is large, is gone when this returns.
    """
    method = Method(combination_weight=job.settings.combinations)
    history = (
        from_arrays(earlier.state, names, panel.signals, panel.looks_back, method)
        if earlier.state is not None
        else new_history(panel, len(names.groups), method)
    )
    number = {name: i for i, name in enumerate(names.agents)}
    untaught.take_back(history, number)
    if not job.settings.rehearsal:
        history.learning.weigh_alike()
    scores = score_panel(
        panel,
        history,
        keep=fired.mask,
        limits=Limits(policy.p_limit, policy.q_limit),
        teaches=untaught.teaches(panel, number),
        factors=factors,
        after_night=lambda day: keep_state(day, lambda: to_arrays(history, names, panel.signals)),
        progress=lambda share: job.progress("scoring", share),
    )
    gone = about_gone(signals_in(earlier.state), panel.signals) if earlier.state is not None else ()
    return scores, learned(history), (*gone, *about_new(history))


def news(early: Sequence[Alert], told: Mapping[str, Told], alerts: Sequence[Alert], policy: Policy) -> list[Alert]:
    """Of alerts on days that are not over, those that the quiet period lets through."""
    rule_told = {agent: last for agent, last in told.items() if "rule" in last.kinds}
    rule_told |= {a.agent_id: told_by(a) for a in alerts if "rule" in a.kinds}
    fresh = []
    for alert in sorted(early, key=lambda alert: alert.date):
        last, now = rule_told.get(alert.agent_id), told_by(alert)
        quiet = last is not None and now.day - last.day < policy.quiet_days and now.kinds <= last.kinds
        if last is None or not quiet or now.unexplained >= 2 * max(last.unexplained, 5):
            fresh.append(alert)
            rule_told[alert.agent_id] = now
    return fresh


def told_by(alert: Alert) -> Told:
    """What an alert leaves for the quiet period."""
    return Told(day_of(alert.date), frozenset(alert.kinds), alert.unexplained)


def signals_of(columns: frozenset[str], state: Arrays | None, off: Sequence[str] = ()) -> list[tuple[str, bool]]:
    """Features to score and whether each looks back: those that the log has the columns for.

    They stand in the order of the `state`, and what it does not know comes last. Raises UsageError if the log has lost
    what earlier nights had. Those that are `off` are left out.
    """
    check_off(off)
    usable = scored_features(columns, columns)
    if state is not None:
        saved = signals_in(state)
        lost = [f for f in COUNTS if f.scored and f.name in saved and f not in usable and f.name not in off]
        if lost:
            needs = sorted({name for f in lost for name in (*f.needs, *f.needs_context) if name not in columns})
            raise UsageError(
                f"the log and its side tables have no {' and no '.join(needs)}, which those of earlier nights had",
                f"Say which column it is (--map {needs[0]}=...), give the side table, or begin a new store.",
            )
        # Sums of numbers with a fraction depend on their order, and nothing may depend on the registry's.
        place = {name: i for i, name in enumerate(saved)}
        usable = tuple(sorted(usable, key=lambda f: place.get(f.name, len(saved))))
    return [(f.name, f.looks_back) for f in usable if f.name not in off]
