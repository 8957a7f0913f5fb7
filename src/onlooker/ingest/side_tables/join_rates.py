"""How well the side tables fit the log: the shares of ids that are found on the other side."""

from __future__ import annotations

from collections.abc import Collection

from onlooker.engines.protocol import Engine
from onlooker.ingest.quoting import strings
from onlooker.ingest.records import temporary
from onlooker.schema.placeholders import NO_TICKET
from onlooker.schema.tables import CTX_ASSIGNEES, CTX_TICKET_SPAN, CTX_TICKETS

WHAT = {
    "tickets_found": "the log's ticket ids are in the tickets table",
    "customers_matched": "the tickets found name a customer whom the log knows",
    "assignees_known": "the tickets' assignees are agents of the log or of the agents table",
    "agents_found": "the log's agents are in the agents table",
    "rostered": "the log's agents are in the roster",
    "contacts_known": "the contacts' agents are agents of the log",
    "customers_found": "the log's customers are in the customers table",
}
LEAST_RATE = 0.5


def join_rates(engine: Engine, given: Collection[str]) -> dict[str, float]:
    """Shares between 0 and 1 by name, for the tables given; a share of nothing is left out."""
    rates: dict[str, float | None] = {}
    agents = "SELECT DISTINCT agent_id FROM events"
    if "agents" in given:
        rates["agents_found"] = _share(
            engine, f"SELECT agent_id IN (SELECT agent_id FROM ctx_agents) AS hit FROM ({agents})"
        )
    if "roster" in given:
        rates["rostered"] = _share(
            engine, f"SELECT agent_id IN (SELECT agent_id FROM ctx_roster) AS hit FROM ({agents})"
        )
    if "contacts" in given:
        rates["contacts_known"] = _share(
            engine,
            f"SELECT agent_id IN ({agents}) AS hit FROM (SELECT DISTINCT agent_id FROM ctx_contacts)",
        )
    if "customers" in given:
        seen = "SELECT DISTINCT customer_id FROM events WHERE customer_id IS NOT NULL"
        rates["customers_found"] = _share(
            engine, f"SELECT customer_id IN (SELECT customer_id FROM ctx_customers) AS hit FROM ({seen})"
        )
    if "tickets" in given:
        rates |= _of_tickets(engine)
    return {name: round(rate, 4) for name, rate in rates.items() if rate is not None}


def _share(engine: Engine, select: str) -> float | None:
    """The share of the rows of `select` whose `hit` is true; None without rows."""
    ((share,),) = engine.rows(f"SELECT avg(CASE WHEN hit THEN 1.0 ELSE 0.0 END) FROM ({select})")
    return None if share is None else float(share)


def _of_tickets(engine: Engine) -> dict[str, float | None]:
    # Only tickets of the time that the table covers can be expected in it.
    ((first, last),) = engine.rows(
        f"SELECT min(opened_us), max(greatest(opened_us, coalesce(closed_us, 0))) FROM {CTX_TICKETS.name}"
    )
    during = f"AND us >= {first} AND us <= {last}" if first is not None else ""
    temporary(
        engine,
        "side_shown_tickets",
        f"""SELECT s.ticket_id, t.ticket_id IS NOT NULL AS found, coalesce(t.known, false) AS known
        FROM (SELECT DISTINCT ticket_id FROM events
              WHERE lower(trim(ticket_id)) NOT IN ({strings(NO_TICKET)}) {during}) s
        LEFT JOIN (SELECT ticket_id, bool_or(customer_id IN (SELECT customer_id FROM events)) AS known
                   FROM {CTX_TICKETS.name} GROUP BY ticket_id) t ON t.ticket_id = s.ticket_id""",
    )
    people = """SELECT coalesce(l.entity, a.agent_id) AS entity
        FROM (SELECT agent_id FROM events UNION SELECT agent_id FROM ctx_agents) a
        LEFT JOIN ctx_logins l ON l.agent_id = a.agent_id UNION SELECT entity FROM ctx_logins"""
    rates = {
        "tickets_found": _share(engine, "SELECT found AS hit FROM side_shown_tickets"),
        "customers_matched": _share(engine, "SELECT known AS hit FROM side_shown_tickets WHERE found"),
        "assignees_known": _share(
            engine,
            f"""SELECT assignee IN ({people}) AS hit
            FROM (SELECT DISTINCT assignee FROM {CTX_TICKETS.name} WHERE assignee IS NOT NULL)""",
        ),
    }
    engine.drop("side_shown_tickets")
    return rates


def judge_tickets(engine: Engine, given: bool, rates: dict[str, float], least: float) -> list[str]:
    """Make `ctx_ticket_span`, empty where tickets can't be judged by their table; say so.

    Where the log shows no ticket of the table's time there is no rate, and no reason to switch anything off.
    """
    notes = []
    told = {name: rate for name in ("tickets_found", "customers_matched") if (rate := rates.get(name)) is not None}
    low = [f"only {rate:.0%} of {WHAT[name]}" for name, rate in told.items() if rate < least]
    usable = given and not low
    if low:
        notes.append(
            f"The ticket rules are off: {', and '.join(low)} (at least {least:.0%} are needed). Visits are explained "
            "as if there were no tickets table. Do the log and the tickets use ids of different systems? Then an "
            "identities table brings them together."
        )
    if usable and rates.get("assignees_known", 1.0) < least:
        notes.append(
            f"Who opened a ticket is not looked at: only {rates['assignees_known']:.0%} of {WHAT['assignees_known']}."
        )
        engine.table(CTX_ASSIGNEES.name, CTX_ASSIGNEES.nothing)
        engine.table(CTX_TICKETS.name, f"SELECT * REPLACE (CAST(NULL AS VARCHAR) AS opened_by) FROM {CTX_TICKETS.name}")
    span = f"""SELECT min(opened_us) AS first_us, max(greatest(opened_us, coalesce(closed_us, opened_us))) AS last_us
        FROM {CTX_TICKETS.name} WHERE opened_us IS NOT NULL HAVING count(*) > 0"""
    engine.table(CTX_TICKET_SPAN.name, span if usable else CTX_TICKET_SPAN.nothing)
    return notes
