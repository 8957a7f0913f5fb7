"""Several customers in one line: a JSON list is an event for each of them, any other form is a reject."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

from onlooker.ingest.plans import Plan
from onlooker.ingest.quoting import literal

SHARE = 0.1
"""If more than this share of the first values are parted by a sign, it parts several customers."""


def list_form(values: Iterable[str | None]) -> str:
    """How a column's first values list several customers: `[` for JSON lists, `;` or `|`; empty if they do not."""
    texts = [text for value in values if (text := (value or "").strip())]
    if any(map(_is_list, texts)):
        return "["
    return next((sign for sign in ";|" if sum(_parted(text, sign) for text in texts) > SHARE * len(texts)), "")


def one_each(plan: Plan, form: str) -> Plan:
    """The plan with a line for each customer of a list; lines with a list of another form have a flaw."""
    if form != "[":
        flaw = (
            f"CASE WHEN flaw IS NULL AND contains(customer_id, {literal(form)}) THEN 'several customers in one value'"
        )
        return replace(plan, raw=f"SELECT * REPLACE ({flaw} ELSE flaw END AS flaw) FROM ({plan.raw})")
    several = "starts_with(customer_id, '[') AND json_valid(customer_id)"
    each = f"unnest(CASE WHEN {several} THEN json_extract_string(customer_id, '$[*]') ELSE [customer_id] END)"
    # Python writes the texts of a list in single quotes.
    double = "replace(customer_id, chr(39), chr(34))"
    text = f"CASE WHEN starts_with(customer_id, '[' || chr(39)) THEN {double} ELSE customer_id END"
    lines = f"""SELECT *, {each} AS one FROM (SELECT * REPLACE (CASE WHEN replace(customer_id, ' ', '') <> '[]'
        THEN trim({text}) END AS customer_id) FROM ({plan.raw}))"""
    # An event_id is that of the line.
    by_id = f", CASE WHEN {several} THEN event_id || ' ' || one ELSE event_id END AS event_id"
    ours = by_id if "event_id" in plan.mapped else ""
    return replace(plan, raw=f"SELECT * EXCLUDE (one) REPLACE (one AS customer_id{ours}) FROM ({lines})")


def _is_list(text: str) -> bool:
    if not text.startswith("["):
        return False
    try:
        value = json.loads(text.replace("'", '"') if text.startswith("['") else text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, list) and not any(isinstance(one, dict | list) for one in value)


def _parted(text: str, sign: str) -> bool:
    parts = text.split(sign)
    return len(parts) > 1 and all(part.strip() for part in parts)
