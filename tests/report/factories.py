"""Invented runs, alerts and daily lines, rich enough to look at."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from onlooker.schema.case_evidence import CaseEvidence, CaseVisit, MemberSignals, QueuePlace, SharedCustomers
from onlooker.schema.findings import AgentSeries, Alert, GroupRate, InputFile, Reason, Run, VisitToSee

LAST = date(2026, 11, 20)
LOUD = {LAST: 212}

REASONS = (
    Reason(
        "distinct_customers",
        "212 distinct customers on 2026-11-20; 41 expected from own last 84 days (peers 38 that day, day factor 1.04).",
        1,
        212,
        41.2,
        38,
        7.9,
    ),
    Reason("unexplained", "168 of the 212 visits have no visible reason; 3.1 expected.", 1, 168, 3.1, 2.6, 8.0),
    Reason("new_glances", "151 single glances at customers new to this agent; 4.4 expected.", 1, 151, 4.4, 5.0, 6.1),
    Reason(
        "orphans", "97 customers in 7 days whom nobody had worked on for 14 days; 9 expected.", 7, 97, 9.0, 8.2, 4.4
    ),
    Reason("new_without_colleague", "Above expectation on 17 of the last 20 worked days.", 28, 1390, 702.5, 655, 3.0),
)

VISITS = tuple(
    VisitToSee(
        f"C-{40_817 + 7919 * i % 59_999:06d}",
        "2026-11-20",
        f"2026-11-20T0{8 + i // 4}:1{i}:07Z",
        f"2026-11-20T0{8 + i // 4}:1{i}:{9 + 8 * i:02d}Z" if i else "2026-11-20T08:10:07Z",
        1 + i % 3,
        "mismatch" if i == 2 else "unexplained",
        why,
    )
    for i, why in enumerate(
        (
            "high tier, nobody else in 14 days",
            "new to the agent, one glance",
            "ticket of another customer",
            "dormant for 2 years",
            "bank details revealed",
        )
    )
)


FAIRNESS = (
    GroupRate("site", "Lisbon", 2_103, 120_400, 6, 0.05, 0.02, 0.11, 9.8, False),
    GroupRate("site", "Tallinn", 902, 51_220, 4, 0.08, 0.03, 0.2, 11.2, False),
    GroupRate("shift", "middle at 00-06 h", 31, 1_904, 2, 1.05, 0.29, 3.82, 31.0, True),
    GroupRate("shift", "middle at 12-18 h", 2_974, 169_716, 8, 0.05, 0.02, 0.09, 9.9, False),
)


def make_alert(agent_id: str = "m.okafor", **changes: Any) -> Alert:
    """One alert; `changes` replace its fields."""
    alert = Alert(
        id="a1b2c3d4e5f60718",
        kind="score",
        agent_id=agent_id,
        date="2026-11-20",
        severity="critical",
        confidence="high",
        headline="212 customers in a day where 41 were expected, 168 of them without a visible reason.",
        reasons=REASONS,
        kinds=("volume",),
        against=(
            "41 of the visits carry a ticket of the visited customer.",
            "No roster was given, so hours could not be judged.",
        ),
        visits=VISITS,
        score=4.6,
        p_value=2.5e-5,
        q_value=0.02,
        rank=1,
        actor_type="human",
        team="Billing 4",
        site="Lisbon",
        evidence=26.4,
        customers=212,
        expected=41.2,
        unexplained=168,
        reason="customers: 212, usual 41, 1 day",
    )
    return replace(alert, **changes)


def make_series(
    agent_id: str = "m.okafor", *, days: int = 270, loud: Mapping[date, int] = LOUD, seed: int = 4, level: int = 38
) -> AgentSeries:
    """A working week of 5 days around `level` customers, with loud days at its end."""
    rng = random.Random(seed)
    calendar = [LAST - timedelta(days=n) for n in range(days, -1, -1)]
    active = [
        d
        for d in calendar
        if (d.weekday() < 5 and rng.random() > 0.04 and not date(2026, 8, 3) <= d <= date(2026, 8, 17)) or d in loud
    ]
    busy = (date(2026, 9, 14), date(2026, 9, 15), date(2026, 9, 16), date(2026, 9, 17))
    usual = [(level * 1.1 if d.weekday() == 0 else level) * (1.3 if d in busy else 1.0) for d in active]
    seen = [
        float(loud[d]) if d in loud else max(0.0, float(round(rng.gauss(v, v / 8))))
        for d, v in zip(active, usual, strict=True)
    ]
    return AgentSeries(
        agent_id,
        tuple(d.isoformat() for d in active),
        tuple(seen),
        tuple(usual),
        tuple(v * 1.4 for v in usual),
        tuple(int(s * 0.75) if d in loud else rng.randrange(5) for d, s in zip(active, seen, strict=True)),
        tuple(d in loud for d in active),
    )


def make_run(**changes: Any) -> Run:
    """A run over 204 days; `changes` replace its fields."""
    run = Run(
        id="2026-11-21T050207-7f3a",
        version="0.1.0",
        started="2026-11-21T05:02:07Z",
        seconds=41.7,
        config_hash="9c1185a5c5e9fc54612808977ee8f548b2258d31",
        settings={"budget": 5, "quiet_days": 14, "q": 0.5, "tz": None},
        inputs=(
            InputFile("logs/access-2026-10.csv.gz", 182_334_112, "5e88" * 16, 6_120_334, 12, "csv", "gz", "utf-8"),
            InputFile(
                "logs/access-2026-11.csv",
                97_001_332,
                "c0ff" * 16,
                3_301_009,
                1_990,
                "csv",
                "none",
                "latin-1",
                "truncated after 97,001,332 bytes",
            ),
        ),
        mapping={"us": "viewed_at", "agent_id": "operator", "customer_id": "account_no", "ticket_id": "case_ref"},
        timezone="site of the agent where known (97 % of the lines), else Europe/Lisbon",
        counts={
            "lines": 9_421_343,
            "events": 9_418_771,
            "duplicates": 570,
            "agents": 3_902,
            "customers": 812_450,
            "agent_days": 498_120,
            "agents_judged": 3_871,
            "agents_not_judged": 31,
            "not_judged_fewer_than_5_worked_days": 22,
            "not_judged_no_peers": 9,
            "nights": 204,
            "alerts": 12,
        },
        rejects_by_reason={"time cannot be read": 1_733, "no agent": 269},
        first_date="2026-05-01",
        last_date="2026-11-20",
        last_night="2026-11-20",
        notes=(
            "No roster was given: work outside shifts could not be judged.",
            "The rule `export_without_right` fired on 4.1 % of agents on 2026-11-18 and was set aside as broken.",
        ),
        fairness=FAIRNESS,
        learned={
            "weights": [
                {"signal": "unexplained", "weight": 0.31, "equal_weight": 0.05, "of_share": 0.12},
                {"signal": "customers", "weight": 0.004, "equal_weight": 0.05, "of_share": 0.0},
            ],
            "fitted_on": "2026-11-14",
            "nights": 162.4,
            "note": "Learned on 2026-11-14 from what 162 nights of this log showed and rehearsed.",
            "detector": {"fitted_on": "2026-10-31", "agent_days": 20_000},
        },
        stages={"ingest": 20.1, "visits": 9.2, "features": 6.0, "scoring": 5.9},
    )
    return replace(run, **changes)


def make_evidence(agent_id: str = "m.okafor", *, case_id: str = "", days: int = 60) -> CaseEvidence:
    """What the page of a case shows: a working week of few such visits, a last week of many, two hours from UTC."""
    rng = random.Random(11)
    calendar = [day for n in range(days, -1, -1) if (day := LAST - timedelta(days=n)).weekday() < 5]
    late = [(LAST - day).days < 7 for day in calendar]
    bare = [rng.randrange(12, 20) if odd else rng.randrange(5) for odd in late]
    visits = tuple(
        CaseVisit(agent_id, f"C-{n}", "2026-11-20", 1_795_165_200_000_000, 1_795_165_260_000_000, 2, "unexplained")
        for n in range(30)
    )
    return CaseEvidence(
        agent_id, case_id, "2026-11-14", "2026-11-20", "unexplained", "visits without an explanation",
        counted=tuple((day.isoformat(), number) for day, number in zip(calendar, bare, strict=True)),
        explained=tuple(
            (day.isoformat(), name, number)
            for day, odd in zip(calendar, bare, strict=True)
            for name, number in (("unexplained", odd), ("worked", 4), ("shared", 6), ("ticket", 20)) if number
        ),
        place=QueuePlace("queue cards", 14.5, tuple(n / 10 for n in range(40))),
        visits=visits, visits_in_all=1_840, customers_in_all=1_500,
        shared=(SharedCustomers("j.lindqvist", "case-2", 12, 9),),
        offsets={"2026-11-20": 2 * 3_600_000_000},
    )  # fmt: skip


def make_ring() -> tuple[Alert, CaseEvidence]:
    """A team that moved together, and what its page shows."""
    reasons = tuple(
        replace(REASONS[0], signal="ring", horizon=28, expected=None, peers=None, agent_id=who, text=f"{who}: high.")
        for who in ("m.okafor", "p.duarte")
    )
    alert = make_alert(
        "team Billing 4", id="r1", kind="ring", case_id="case-ring", case_state="open", reasons=reasons, expected=None
    )
    evidence = replace(
        make_evidence("team Billing 4", case_id="case-ring"), counted=(), place=None, shared=(),
        signals=("orphans", "unexplained"),
        members=(MemberSignals("m.okafor", 19, (1.5, 0.9)), MemberSignals("p.duarte", 20, (0.4, 0.7))),
    )  # fmt: skip
    return alert, evidence


def night() -> tuple[Run, list[Alert], dict[str, AgentSeries]]:
    """A whole page: four agents in the last 14 nights, one of them seen before, two alerted on only long ago."""
    slow = replace(
        REASONS[4],
        text="Above expectation on 24 of the last 28 worked days; 28-day sum 2.0 times what was expected.",
        evidence=6.2,
    )
    alerts = [
        make_alert(),
        make_alert(
            date="2026-11-09",
            id="a2",
            severity="high",
            customers=131,
            unexplained=88,
            p_value=2.2e-4,
            score=3.66,
            q_value=0.11,
            rank=2,
            headline="131 customers in a day where 42 were expected, 88 of them without a visible reason.",
            reasons=(
                replace(
                    REASONS[0], text="131 distinct customers on 2026-11-09; 42 expected.", observed=131, expected=42.0
                ),
                REASONS[1],
            ),
        ),
        make_alert(
            date="2026-06-02",
            id="a3",
            severity="medium",
            p_value=8e-4,
            score=3.1,
            headline="96 customers in a day where 40 were expected.",
        ),
        make_alert(
            "j.lindqvist",
            id="b1",
            date="2026-11-20",
            severity="high",
            confidence="medium",
            customers=58,
            unexplained=31,
            rank=2,
            p_value=1.1e-4,
            score=3.96,
            q_value=0.08,
            team="Disputes",
            site="Tallinn",
            reasons=(slow, replace(REASONS[3], evidence=3.3)),
            headline="31 of 58 visits without a visible reason; above expectation on 24 of the last 28 worked days.",
        ),
        make_alert(
            "svc-export-7",
            id="c1",
            kind="rule",
            date="2026-11-17",
            severity="high",
            confidence="high",
            actor_type="service",
            team=None,
            site=None,
            customers=0,
            unexplained=0,
            p_value=1.0,
            score=0.0,
            q_value=1.0,
            rank=41,
            visits=(),
            against=(),
            reasons=(
                Reason(
                    "export_without_right",
                    "1 export of 14,000 records by an account that has no export right.",
                    1,
                    1,
                    None,
                    None,
                    0.0,
                ),
            ),
            headline="An export of 14,000 records by an account that has no export right.",
            reason="export without right: 1, 1 day",
        ),
        make_alert(
            "k.tanaka-gig",
            id="d1",
            date="2026-11-12",
            severity="medium",
            confidence="low",
            customers=19,
            unexplained=11,
            rank=3,
            p_value=3.3e-3,
            score=2.48,
            q_value=0.41,
            team="Gig west",
            site=None,
            visits=VISITS[1:3],
            reasons=(
                replace(
                    REASONS[1],
                    text="11 of 19 visits without a visible reason; 2.2 expected.",
                    observed=11,
                    expected=2.2,
                    peers=2.0,
                    evidence=4.0,
                ),
            ),
            headline="11 of 19 visits without a visible reason where 2 were expected.",
            against=("Only 12 days of history: expected counts come from peers.",),
        ),
        make_alert("p.duarte", id="e1", date="2026-08-14", severity="low", confidence="low", p_value=5e-3),
        make_alert("r.achterberg", id="f1", date="2026-07-03", severity="high", p_value=9e-5),
    ]
    series = {
        "m.okafor": make_series(loud={LAST: 212, date(2026, 11, 9): 131, date(2026, 6, 2): 96}),
        "j.lindqvist": make_series("j.lindqvist", days=120, loud={LAST: 58}, seed=9),
        "k.tanaka-gig": make_series("k.tanaka-gig", days=17, loud={date(2026, 11, 12): 19}, seed=2, level=8),
    }
    return make_run(), alerts, series
