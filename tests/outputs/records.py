"""Invented records for the sinks."""

from __future__ import annotations

from typing import Any

from onlooker.schema.findings import Alert, InputFile, Reason, Run, VisitToSee

HOSTILE = {
    "formula": ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    "plus": ("+49 30 1234", "'+49 30 1234"),
    "minus": ("-2+3", "'-2+3"),
    "at": ("@SUM(A1)", "'@SUM(A1)"),
    "tab": ("\t=1+1", "'\\t=1+1"),
    "carriage return": ("\r=1+1", "'\\r=1+1"),
    "after a space": ("  =1+1", "'  =1+1"),
    "full width": ("＝1+1", "'＝1+1"),
    "ansi": ("\x1b[31mred", "\\x1b[31mred"),
    "newlines": ("one\r\ntwo\u2028three", "one\\r\\ntwo\\u2028three"),
    "direction": ("user\u202egpj.exe", "user\\u202egpj.exe"),
    "nul": ("a\x00b", "a\\x00b"),
    "surrogate": ("a\udc80b", "a\\udc80b"),
    "tag": ("a\U000e0041", "a\\U000e0041"),
    "script": ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    "quotes": ('say "no", please', 'say "no", please'),
}
"""Name of the trick -> what the log holds, what the CSV cell holds."""


def make_alert(agent_id: str = "m.okafor", **changes: Any) -> Alert:
    """One alert; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "id": "a1b2",
        "kind": "score",
        "agent_id": agent_id,
        "date": "2026-11-20",
        "severity": "critical",
        "confidence": "high",
        "headline": "212 customers in a day where 41 were expected.",
        "reasons": (
            Reason("distinct_customers", "212 distinct customers; 41 expected.", 1, 212.0, 41.2, 38.0, 7.9),
            Reason("unexplained", "168 without a visible reason.", 1, 168.0, None, None, 8.0),
        ),
        "kinds": ("volume",),
        "against": ("No roster was given.",),
        "visits": (VisitToSee("C-1", "2026-11-20", "2026-11-20T08:10Z", "2026-11-20T08:10Z", 1, "unexplained", "new"),),
        "score": 4.6,
        "p_value": 2.5e-5,
        "q_value": 0.02,
        "rank": 1,
        "actor_type": "human",
        "team": "Billing 4",
        "site": None,
        "evidence": 15.9,
        "customers": 212,
        "expected": 41.2,
        "unexplained": 168,
    }  # fmt: skip
    return Alert(**{**fields, **changes})


def make_run(**changes: Any) -> Run:
    """A small run; `changes` replace its fields."""
    fields: dict[str, Any] = {
        "id": "r1",
        "version": "0.1.0",
        "started": "2026-11-21T05:02:07Z",
        "seconds": 1.5,
        "config_hash": "9c11",
        "settings": {"budget": 5},
        "inputs": (InputFile("log.csv", 10, "5e", 2, 0, "csv", "none", "utf-8"),),
        "mapping": {"us": "viewed_at"},
        "timezone": "UTC",
        "counts": {"lines": 2},
        "rejects_by_reason": {},
        "first_date": "2026-11-19",
        "last_date": "2026-11-20",
        "notes": (),
    }
    return Run(**{**fields, **changes})
