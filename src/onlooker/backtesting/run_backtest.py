"""A backtest: misuse planted in copies of the log, and what would have been known of it, when, and at what price."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import numpy as np

from onlooker.alerts.decide import Policy, Told
from onlooker.alerts.pattern_alerts import choose
from onlooker.backtesting.backtest_record import Backtest, Price
from onlooker.backtesting.campaign_figures import figures, rate
from onlooker.backtesting.honest_log import HonestLog, engine_for, read_honest_log
from onlooker.backtesting.judging_pool import Work, judge_all
from onlooker.backtesting.outcomes import Comparison, Planned, TryOutcome, compare_with
from onlooker.backtesting.plant_copy import clock_step, plant
from onlooker.backtesting.recount import recount
from onlooker.backtesting.replay import BUDGETS, Base, Judged, alerts, judge_honest
from onlooker.backtesting.surroundings import Records, read_records
from onlooker.backtesting.tries import Try, copies, drawn, staff_of, wanted_kinds
from onlooker.config import Settings
from onlooker.errors import UsageError
from onlooker.scanning.job import Progress
from onlooker.schema.days import iso
from onlooker.simulation.campaigns import BY_NAME

TRIES, QUICK_TRIES = 8, 4
MOST_WORKERS = 8
QUICK = ("loud", "breach", "slow", "bursts", "off_hours", "few_unexplained", "only_live", "made_up_tickets")
"""Campaigns of a quick backtest."""


def run_backtest(
    logs: Sequence[str | os.PathLike[str]], settings: Settings, *, campaigns: Sequence[str] = (),
    tries: int | None = None, seed: int = 0, quick: bool = False, progress: Progress = lambda _what, _share: None,
    stdin: BinaryIO | None = None,
) -> Backtest:  # fmt: skip
    """Plant campaigns in copies of `logs` and judge them.

    Raises UsageError for a campaign that there is not, UnusableInput if the log is too short or nobody in it could be
    an insider.
    """
    kinds = wanted_kinds(campaigns or ([name for name in QUICK if name in BY_NAME] if quick else ()))
    each = tries or (QUICK_TRIES if quick else TRIES)
    with engine_for(settings) as engine:
        log = read_honest_log(engine, [os.fspath(one) for one in logs], settings, progress, stdin)
        staff = staff_of(log)
        planned, left_out = drawn(log, staff, kinds, each, seed)
        if not planned:
            raise UsageError(
                "none of the campaigns can be tried on this log: "
                + "; ".join(f"{name}: {why}" for name, why in left_out.items()),
                "Name others with --campaign, or leave it out to try all.",
            )
        records = read_records(log)
        together = copies(planned, int(staff.person.sum()))
        base, honest = honest_base(log, together, progress)
        since = min(point for point in base.told if point > log.first_day) if len(base.told) > 1 else min(base.told)
        prices = tuple(price(base, honest, budget, since) for budget in BUDGETS)
        wanted = next((one.alerts for one in prices if one.budget == settings.budget), prices[2].alerts)
        against = compare_with(base, honest, since, "ticket_id" in log.reading.offers, wanted)
        found = judged_tries(log, records, together, base, against, progress, "judging campaigns")
    return summary(log, settings, seed, prices, found, left_out)


def judged_tries(
    log: HonestLog, records: Records, together: Sequence[Sequence[Try]], base: Base, against: Comparison | None,
    progress: Progress, what: str,
) -> list[TryOutcome]:  # fmt: skip
    """Plant, count and judge one copy after the other."""
    workers = min(log.settings.threads or os.cpu_count() or 1, MOST_WORKERS)
    found: list[TryOutcome] = []
    work = counted_copies(log, records, together)
    for number, outcomes in enumerate(judge_all(base, against, work, len(together), workers)):
        found += outcomes
        progress(what, (number + 1) / len(together))
    return found


def honest_base(log: HonestLog, together: Sequence[Sequence[Try]], progress: Progress) -> tuple[Base, Judged]:
    """Judge the log as it is, with the states from which copies go on."""
    points = sorted({copy[0].point + log.first_day for copy in together})
    honest, states = judge_honest(log, points, lambda share: progress("judging the log as it is", share))
    policy = Policy(log.settings.budget, log.settings.q_limit, log.settings.quiet_days)
    told: dict[int, dict[int, dict[int, Told]]] = {point: {} for point in points}
    days: dict[int, dict[int, list[int]]] = {budget: {} for budget in BUDGETS}
    named = choose(log.hits, {}, policy.quiet_days).raised
    patterns_told = {
        point: {(hit.subject, hit.pattern.name): hit.day for hits in named for hit in hits if hit.day < point}
        for point in points
    }
    base = Base(
        log.panel, log.names, log.facts, log.untaught, log.in_doubt, log.method, policy, states, told, days,
        patterns_told, log.factors,
    )  # fmt: skip
    number = {name: place for place, name in enumerate(log.names.agents)}
    groups = {subject: -1 - place for place, subject in enumerate(sorted({hits[0].subject for hits in named}))}
    for budget in BUDGETS:
        raised = alerts(honest, log.fired, base.policy_of(budget), base, {})
        for row, last in raised:
            days[budget].setdefault(int(honest.agent[row]), []).append(last.day)
        for hits in named:
            subject = hits[0].subject
            days[budget].setdefault(number.get(subject, groups[subject]), []).append(hits[0].day)
        for point in points:
            told[point][budget] = {int(honest.agent[row]): last for row, last in raised if last.day < point}
    return base, honest


def price(base: Base, honest: Judged, budget: int, since: int) -> Price:
    """New subjects of the log as it is, from day `since` on."""
    days = base.raised[budget].values()
    new = sum(min(own) >= since for own in days)
    late = honest.day >= since
    weeks = (honest.day[late] - since) // 7
    active = sum(len(np.unique(honest.agent[late][weeks == week])) for week in np.unique(weeks))
    return Price(budget, sum(day >= since for own in days for day in own), new, rate(new, max(active, 1) / 1000))


def counted_copies(log: HonestLog, records: Records, together: Sequence[Sequence[Try]]) -> Iterator[Work]:
    """Plant and count one copy after the other."""
    step = clock_step(log)
    for copy in together:
        since = copy[0].point + log.first_day
        until = min(max(one.last for one in copy) + log.first_day - 1, log.last_day)
        planting = plant(log, records, copy, step)
        counted = recount(log, since, until)
        yield (
            counted,
            [
                Planned(one.kind.name, one.strength, one.insiders, tuple(logins), views)
                for one, logins, views in zip(copy, planting.logins, planting.views, strict=True) if views
            ],
        )  # fmt: skip


def summary(
    log: HonestLog, settings: Settings, seed: int, prices: tuple[Price, ...], found: Sequence[TryOutcome],
    left_out: dict[str, str],
) -> Backtest:  # fmt: skip
    """Figures of all campaigns."""
    from onlooker.backtesting.campaign_figures import mean

    by_kind = {name: [one for one in found if one.kind == name] for name in BY_NAME}
    campaigns = tuple(figures(name, BY_NAME[name].story, mine) for name, mine in by_kind.items() if mine)
    names = list(campaigns[0].precision) if campaigns else []
    rankers = {name: mean([one.precision[name].value for one in campaigns]) for name in names}
    events = int(log.reading.counts["events"])
    return Backtest(
        iso(log.first_day), iso(log.last_day),
        {"agents": len(log.names.agents), "agent_days": len(log.panel.day), "events": events},
        settings.budget, seed, prices, campaigns, left_out, tuple(found), rankers, log.reading.notes,
    )  # fmt: skip
