"""What the side tables say about each visit: the columns that features count, beside those of VISITS."""

from __future__ import annotations

from collections.abc import Collection

from onlooker.engines.protocol import Engine

MARGIN_US = 4 * 3_600_000_000
"""So long before the first contact and after the last one a table of contacts still tells."""

TABLES = {
    "agents": "ctx_agents",
    "tickets": "ctx_ticket_span",
    "roster": "ctx_roster",
    "leave": "ctx_leave",
    "customers": "ctx_customers",
    "contacts": "ctx_contacts",
}
"""Side table -> the table that has a row where it is there and usable."""

PERSON = "coalesce(l.entity, v.agent_id)"

COLUMNS = {
    "roster": "v.off_shift IS NOT NULL AS rostered, coalesce(v.off_shift, 0) = 0 AS on_shift",
    "leave": "a.agent_id IS NOT NULL AS on_leave",
    "customers": f"""coalesce(c.high, FALSE) AS high, coalesce(c.canary, FALSE) AS canary,
                   coalesce(c.owner_agent = {PERSON}, FALSE) AS own_record,
                   coalesce(c.owner_agent <> {PERSON}, FALSE) AS colleague_record""",
    "agents": "coalesce(v.day > w.leave_day, FALSE) AS after_leaving",
    "tickets": f"coalesce(t.opened_by = {PERSON}, FALSE) AS self_opened",
    "contacts": """v.contact IS NULL AND n.agent_id IS NOT NULL AND v.first_us >= n.first_us
                   AND v.first_us < n.last_us AS outside_contacts""",
}

# None of these joins finds more than one row: shifts and absences that touch are one, the others are unique.
JOINS = {
    "leave": """
LEFT JOIN ctx_leave a ON a.agent_id = v.agent_id AND v.day >= a.from_day AND v.day < a.to_day""",
    "customers": """
LEFT JOIN ctx_customers c ON c.customer_id = v.customer_id""",
    "agents": """
LEFT JOIN ctx_agents w ON w.agent_id = v.agent_id AND v.day >= w.from_day AND v.day < w.to_day""",
    "tickets": """
LEFT JOIN ctx_tickets t ON t.ticket_id = v.ticket_id AND t.customer_id = v.customer_id""",
    # From the agent's own first contact to the last: a table of telephone calls judges nobody who writes mails.
    "contacts": f"""
LEFT JOIN (SELECT agent_id, min(start_us) - {MARGIN_US} AS first_us, max(end_us) + {MARGIN_US} AS last_us
           FROM ctx_contacts GROUP BY agent_id) n ON n.agent_id = v.agent_id""",
}
LOGINS = """
LEFT JOIN ctx_logins l ON l.agent_id = v.agent_id AND v.day >= l.from_day AND v.day < l.to_day"""


def given(engine: Engine) -> frozenset[str]:
    """The side tables that are there."""
    return frozenset(name for name, table in TABLES.items() if engine.rows(f"SELECT 1 FROM {table} LIMIT 1"))


def facts(tables: Collection[str]) -> str:
    """SQL of VISITS with the columns that `tables` allow; VISITS itself without any."""
    chosen = [name for name in TABLES if name in tables]
    if not chosen:
        return "visits"
    columns = ", ".join(COLUMNS[name] for name in chosen)
    joins = "".join(JOINS.get(name, "") for name in chosen)
    return f"(SELECT v.*, {columns} FROM visits v{LOGINS}{joins}) v"
