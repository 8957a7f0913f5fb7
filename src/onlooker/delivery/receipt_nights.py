"""For the receipt of a month: which logs came, which nights were judged, what was covered and what was not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onlooker.engines.protocol import Engine
from onlooker.errors import UsageError
from onlooker.schema.days import iso
from onlooker.schema.explanations import UNEXPLAINED
from onlooker.schema.side_tables import SIDE_TABLES
from onlooker.store import Store, StoredNight
from onlooker.store.expected_nights import missing_days
from onlooker.store.layout import as_day

TOO_EARLY = "unknown"
"""The explanation of a visit of which it is too early in the log to tell."""
ALL = -1
"""No limit, to SQLite."""
JUDGED = "p_value IS NOT NULL AND NOT isnan(p_value)"


@dataclass(frozen=True)
class Month:
    """A calendar month of local days."""

    name: str
    """2026-10."""
    first: int
    """Day number."""
    last: int

    @classmethod
    def named(cls, text: str) -> Month:
        """The month that `text` names. Raises UsageError for anything but 2026-10."""
        try:
            first = date.fromisoformat(f"{text}-01")
        except ValueError:
            raise UsageError(f"{text!r} is not a month", "Write it as 2026-10.") from None
        following = (first + timedelta(days=31)).replace(day=1)
        return cls(text, as_day(first), as_day(following) - 1)


def logs_received(store: Store, month: Month) -> dict[str, Any]:
    """The inputs with events of the month, and those of its runs that could not be taken in.

    Files that were taken in together count for all their days, in both months where these lie in two.
    """
    records = {run.id: run.record for run in store.runs(ALL)}
    told = {one["sha256"]: one for record in records.values() for one in record.get("inputs", ())}
    tables = {path for record in records.values() for path in _side_tables(record.get("settings", {}))}
    rows = store.db.execute("SELECT name, bytes, rows, sha256, taken_at, days, run_id FROM inputs ORDER BY rowid")
    files, runs, side = [], set(), 0
    for name, size, lines, sha256, at, days, run in rows.fetchall():
        if not any(month.first <= day <= month.last for day in json.loads(days)):
            continue
        runs.add(run)
        if name in tables:
            side += 1
            continue
        said = told.get(sha256, {})
        files.append(
            {"name": name.rpartition("/")[2], "bytes": size, "lines": lines, "sha256": sha256, "taken_at": at,
             "rejected": said.get("rejected"), "note": said.get("note", "")}
        )  # fmt: skip
    unread = [one for run in sorted(runs) for one in records.get(run, {}).get("inputs", ()) if not one["format"]]
    return {
        "files": files,
        "bytes": sum(one["bytes"] for one in files),
        "lines": sum(one["lines"] for one in files),
        "rejected": sum(one["rejected"] or 0 for one in files),
        "side_tables": side,
        "not_read": [{"name": one["path"].rpartition("/")[2], "note": one["note"]} for one in unread],
    }


def _side_tables(settings: Mapping[str, Any]) -> Iterable[str]:
    return (str(settings[name]) for name in SIDE_TABLES if settings.get(name))


def nights_judged(store: Store, month: Month) -> dict[str, Any]:
    """How many nights of the month were judged, which are missing, and of which something was missing."""
    every = [night.day for night in store.nights()]
    nights = store.nights(month.first, month.last)
    missing = [iso(day) for day in missing_days(every) if month.first <= day <= month.last]
    broken = Counter(rule for night in nights for rule in night.record.get("broken_rules", ()))
    return {
        "judged": len(nights),
        "first": iso(nights[0].day) if nights else None,
        "last": iso(nights[-1].day) if nights else None,
        "log_from": iso(every[0]) if every else None,
        "log_to": iso(every[-1]) if every else None,
        "missing": missing,
        "not_whole": [{"date": iso(n.day), "doubts": list(n.record["doubts"])}
                      for n in nights if n.record.get("doubts")],
        "rules_not_used": dict(sorted(broken.items())),
    }  # fmt: skip


def covered(store: Store, engine: Engine, month: Month) -> dict[str, Any]:
    """Agents and views of the month: how many, how many agent-days were judged, how many views had a reason."""
    visits, days, scores = (store.select(name, month.first, month.last) for name in ("visits", "agent_days", "scores"))
    by_explanation: dict[str, int] = {}
    views = agents = customers = agent_days = judged = judged_agents = 0
    if visits:
        ((views, agents, customers),) = engine.rows(
            f"SELECT count(*), count(DISTINCT agent_id), count(DISTINCT customer_id) FROM {visits}"
        )
        rows = engine.rows(f"SELECT explanation, count(*) FROM {visits} GROUP BY 1 ORDER BY 1")
        by_explanation = {str(name): int(number) for name, number in rows}
    if days:
        ((agent_days,),) = engine.rows(f"SELECT count(*) FROM {days}")
    if scores:
        ((judged, judged_agents),) = engine.rows(
            f"SELECT count(*), count(DISTINCT agent_id) FROM {scores} WHERE {JUDGED}"
        )
    early = by_explanation.get(TOO_EARLY, 0)
    without = sum(by_explanation.get(name, 0) for name in UNEXPLAINED)
    told = views - early
    return {
        "agents": agents, "agents_judged": judged_agents, "customers": customers, "agent_days": agent_days,
        "agent_days_judged": judged, "views": views, "views_with_reason": told - without,
        "views_without_reason": without, "views_too_early_to_tell": early,
        "share_with_reason": round((told - without) / told, 4) if told else None, "views_by_reason": by_explanation,
    }  # fmt: skip


def switched_off(store: Store, month: Month) -> list[dict[str, Any]]:
    """Signals and patterns that the settings had switched off: in how many nights, and from which to which."""
    settings = {run.id: run.record.get("settings", {}) for run in store.runs(ALL)}
    return _by_name(store.nights(month.first, month.last), settings)


def _by_name(nights: Iterable[StoredNight], settings: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, list[str]] = {}
    for night in nights:
        for name in settings.get(night.run_id, {}).get("off") or ():
            found.setdefault(name, []).append(iso(night.day))
    return [
        {"name": name, "nights": len(days), "first": days[0], "last": days[-1]} for name, days in sorted(found.items())
    ]
