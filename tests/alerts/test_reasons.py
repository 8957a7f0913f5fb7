"""The reasons of every alert: each number in each sentence, and the evidence, worked out again from the tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.recomputed import Recomputed

from onlooker.alerts import sentences as wording
from onlooker.alerts.decide import severity
from onlooker.config import Settings
from onlooker.features import COUNTS
from onlooker.rules import Given, rules
from onlooker.scanning.result import Scan
from onlooker.scanning.run import scan
from onlooker.schema.evidence import Horizon
from onlooker.schema.findings import Alert, Reason

NOUNS = {feature.name: feature.noun for feature in COUNTS}
AGENTS, DAYS, TURN = 32, 64, 40
CAP = 120
BEGIN = 1_767_571_200
"""Seconds since 1970: 5 January 2026."""
RING = ("a00", "a01", "a02", "a03", "a04")
LOUD, SLOW = "a20", "a25"
TIMES: dict[str, Horizon] = {
    " per day worked in the 28 days to ": "level",
    " in the 28 days to ": "month",
    " in the 7 days to ": "week",
    " on 20": "day",
}


def log(path: Path) -> Path:
    """People of five teams at work on customers of their own day; seven of them open others from some day on."""
    rng, rows = np.random.default_rng(5), []
    for day in range(DAYS):
        live = rng.choice(3000, 160, replace=False)
        for number in range(AGENTS):
            agent = f"a{number:02d}"
            if rng.random() < 0.3:
                continue
            visits = [
                (who, 1 + rng.poisson(1.5)) for who in rng.choice(live, rng.poisson(6 + number % 5), replace=False)
            ]
            more = {LOUD: (day == 52) * (CAP + 1), SLOW: rng.poisson(9)} | dict.fromkeys(RING, rng.poisson(12))
            if agent in more and day >= TURN:
                visits += [(who, 1) for who in rng.choice(3000, more[agent], replace=False)]
            for who, events in visits:
                start, ticket = rng.integers(8 * 3600, 17 * 3600), f"t{who}-{day}" if events > 1 else ""
                for event in range(events):
                    second = BEGIN + day * 86_400 + start + 40 * event
                    rows.append((second, agent, f"c{who}", "view", f"team{number // 6}", ticket))
    frame = pd.DataFrame(rows, columns=["timestamp", "agent_id", "customer_id", "action", "team", "ticket_id"])
    frame["timestamp"] = pd.to_datetime(frame.timestamp, unit="s").dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scan]:
    settings = Settings(threads=2, daily_cap=CAP, quiet_days=1)
    with scan([log(tmp_path_factory.mktemp("reasons") / "log.csv")], settings) as found:
        yield found


def horizon_of(reason: Reason) -> Horizon:
    return next(horizon for words, horizon in TIMES.items() if words in reason.text)


def said(done: Scan, kind: str) -> list[tuple[Alert, Reason]]:
    found = [(alert, reason) for alert in done.alerts if alert.kind == kind for reason in alert.reasons]
    assert found
    return found


def test_the_evidence_of_an_alert_is_that_of_its_columns(done: Scan) -> None:
    scores = done.scores.set_index([done.scores.agent_id, done.scores.date.astype(str)])
    signals = scores.columns[scores.columns.get_loc("evidence") + 1 : scores.columns.get_loc("pattern")]
    np.testing.assert_allclose(scores[signals].sum(axis=1), scores.evidence, atol=1e-6)
    for alert in done.alerts:
        if alert.kind != "ring":
            row = scores.loc[(alert.agent_id, alert.date)]
            assert alert.evidence == pytest.approx(row.evidence, abs=1e-6)
            for reason in alert.reasons:
                assert reason.evidence == pytest.approx(row.get(reason.signal, 0.0), abs=1e-4)


def test_every_number_of_a_scored_reason(done: Scan) -> None:
    columns = done.scores.columns
    signals = [name for name in columns[columns.get_loc("evidence") + 1 :] if name in NOUNS]
    again, seen = Recomputed(done.agent_days, signals), set()
    for alert, reason in [*said(done, "score"), *said(done, "rule")]:
        if reason.signal not in signals:
            continue
        seen.add(horizon_of(reason))
        one = again.statistic(alert.agent_id, alert.date, reason.signal, horizon_of(reason))
        assert reason.observed == pytest.approx(one.observed, rel=1e-5)
        assert reason.expected == pytest.approx(one.expected, rel=1e-4, abs=1e-4)
        assert reason.peers == pytest.approx(one.peers, rel=1e-4)
        own = again.days_of_own(alert.agent_id, alert.date)
        assert reason.text == wording.sentence(one, NOUNS[reason.signal], alert.date, own)
    assert seen >= {"day", "week", "month"}
    for alert in (alert for alert in done.alerts if alert.kind == "score"):
        month = again.statistic(alert.agent_id, alert.date, "unexplained", "month")
        busy = alert.reasons[0].signal == "customers" and horizon_of(alert.reasons[0]) == "level"
        assert busy or alert.severity == severity(alert.unexplained, month.observed - month.expected)


def test_every_number_of_a_rule_s_reason(done: Scan) -> None:
    days = done.agent_days.set_index(["agent_id", "day"])
    known = {rule.name: rule for rule in rules(Given(CAP, has_tickets=True))}
    ruled = [(alert, reason) for alert, reason in said(done, "rule") if reason.signal in known]
    assert {alert.agent_id for alert, _ in ruled} == {LOUD}
    for alert, reason in ruled:
        rule = known[reason.signal]
        seen = days.loc[(alert.agent_id, (pd.Timestamp(alert.date) - pd.Timestamp(0)).days)][rule.observed]
        assert (reason.observed, reason.evidence) == (seen, 0.0)
        assert reason.text == rule.sentence.format(observed=f"{seen:,}", date=alert.date)


def test_every_number_of_a_team_s_reasons(done: Scan) -> None:
    scores = done.scores.assign(date=pd.to_datetime(done.scores.date), level=lambda s: -np.log10(s.p_value.clip(1e-3)))
    for alert in (alert for alert in done.alerts if alert.kind == "ring"):
        night = pd.Timestamp(alert.date)
        recent = scores[(scores.date <= night) & (scores.date > night - pd.Timedelta(days=28))]
        people = recent.groupby("agent_id")["level"].agg(["mean", "size"])
        people = people[people["size"] >= 5].round({"mean": 9})
        place = people["mean"].rank(ascending=False, method="max")
        weight = np.log((len(people) + 1) / place)
        named = [reason.text.split(":")[0] for reason in alert.reasons]
        assert set(named) <= set(RING) and alert.evidence == pytest.approx(weight[named].sum())
        for who, reason in zip(named, alert.reasons, strict=True):
            mean, worked = people.loc[who]
            assert (reason.observed, reason.evidence) == (pytest.approx(mean), pytest.approx(weight[who]))
            assert reason.text == (
                f"{who}: place {place[who]:.0f} of {len(people)} by the mean score of {worked:.0f} days worked "
                f"({mean:.2f}); {weight[who] / weight[named].sum():.0%} of the group's evidence."
            )
    assert said(done, "ring")


def test_the_headline_is_the_first_reason_and_the_row_has_its_numbers(done: Scan) -> None:
    for alert in (alert for alert in done.alerts if alert.kind == "score"):
        first = alert.reasons[0]
        assert alert.headline == first.text
        assert f": {wording.number(first.observed)}" in alert.reason
        assert f" {wording.number(first.expected or 0.0)}, {first.horizon} day" in alert.reason
