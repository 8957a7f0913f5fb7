"""The tables that stages speak through: columns, types, units and meaning, in one place.

A stage reads and writes tables by these names on an engine (or as frames on the small side) and never calls another
stage. Ids are strings, also when they look like numbers. A `day` is a local calendar day of the agent, as the number
of days since 1970-01-01: an integer is the one type on which every engine agrees.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onlooker.errors import OnlookerError


@dataclass(frozen=True)
class Column:
    """One column. `type` is a SQL type that DuckDB and Spark both know."""

    name: str
    type: str
    meaning: str
    required: bool = True


@dataclass(frozen=True)
class Table:
    """One table: its name on the engine, what a row is, and its columns in order."""

    name: str
    row: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Column names in order."""
        return tuple(c.name for c in self.columns)

    def check(self, present: Iterable[str]) -> None:
        """Raise if `present`, the column names found on an engine, lack a column of this table."""
        missing = [name for name in self.names if name not in set(present)]
        if missing:
            raise OnlookerError(f"table {self.name} lacks the columns {', '.join(missing)}")

    @property
    def nothing(self) -> str:
        """SQL of the table without a row. STRING is what both engines call VARCHAR in a cast."""
        columns = (f"CAST(NULL AS {c.type.replace('VARCHAR', 'STRING')}) AS {c.name}" for c in self.columns)
        return f"SELECT {', '.join(columns)} WHERE 1 = 0"


EVENTS = Table(
    "events",
    "one log line, normalised",
    (
        Column("us", "BIGINT", "instant, microseconds since 1970-01-01 UTC"),
        Column("agent_id", "VARCHAR", "the login that looked"),
        Column("customer_id", "VARCHAR", "whose record; null for a search or list that names nobody", required=False),
        Column("action", "VARCHAR", "view, search, list, reveal, export or edit; view when the log does not say"),
        Column("day", "INTEGER", "local day, days since 1970-01-01"),
        Column("hour", "INTEGER", "local hour of the day, 0 to 23"),
        Column("ticket_id", "VARCHAR", "ticket given as the reason", required=False),
        Column("record_type", "VARCHAR", "kind of record", required=False),
        Column("fields", "VARCHAR", "fields shown, as the log writes them", required=False),
        Column("team", "VARCHAR", "team of the agent", required=False),
        Column("queue", "VARCHAR", "queue the agent works in", required=False),
        Column("site", "VARCHAR", "site of the agent", required=False),
        Column("role", "VARCHAR", "role of the agent", required=False),
        Column("actor_type", "VARCHAR", "human, ai or service", required=False),
        Column("session_id", "VARCHAR", "session", required=False),
        Column("source_ip", "VARCHAR", "network address", required=False),
        Column("rows", "BIGINT", "records delivered by an export or list", required=False),
        Column("event_id", "VARCHAR", "identity of the line in its source", required=False),
    ),
)

REJECTS = Table(
    "rejects",
    "one line that could not be read",
    (
        Column("file", "VARCHAR", "file as it was given"),
        Column("line", "BIGINT", "line number in the file, from 1; null when the damage has no line", required=False),
        Column("reason", "VARCHAR", "what is wrong with it"),
        Column("text", "VARCHAR", "the line, cut to 200 characters", required=False),
    ),
)

VISITS = Table(
    "visits",
    "one agent, one customer, one day",
    (
        Column("agent_id", "VARCHAR", "the login that looked"),
        Column("customer_id", "VARCHAR", "whose record"),
        Column("day", "INTEGER", "local day, days since 1970-01-01"),
        Column("first_us", "BIGINT", "first event, microseconds since 1970-01-01 UTC"),
        Column("last_us", "BIGINT", "last event, microseconds since 1970-01-01 UTC"),
        Column("hour", "INTEGER", "local hour of the first event"),
        Column("hours", "BIGINT", "local hours with an event, as bits: 1 for that from midnight", required=False),
        Column("events", "BIGINT", "log lines"),
        Column("edits", "BIGINT", "of these, edits"),
        Column("exports", "BIGINT", "of these, exports"),
        Column("reveals", "BIGINT", "of these, reveals of masked fields"),
        Column("off_shift", "BIGINT", "of these, outside the agent's shifts; null without a roster", required=False),
        Column("ticket_id", "VARCHAR", "a ticket given as the reason", required=False),
        Column("ticket_customers", "BIGINT", "distinct customers that this ticket had been given for by then"),
        Column("worked", "BOOLEAN", "an edit, or activity in two different minutes"),
        Column("ticketed", "BOOLEAN", "a ticket that fits the customer, as far as that can be told"),
        Column("machine", "BOOLEAN", "of an AI agent or a service account; explains nothing to people", required=False),
        Column("contact", "VARCHAR", "the agent's contact it falls into: named, unnamed or outbound", required=False),
        Column("own_gap", "INTEGER", "days since this agent's last visit to the customer", required=False),
        Column("any_gap", "INTEGER", "days since any person's last visit to the customer", required=False),
        Column("colleagues", "BIGINT", "other people who visited the customer that day"),
        Column("recent_colleagues", "BIGINT", "visits by other people in the 14 days before"),
        Column("strength", "VARCHAR", "strong: somebody else than the agent is behind it; weak; or none"),
        Column("asserted_by", "VARCHAR", "who stands for the project or sample that covers it", required=False),
        Column(
            "explanation",
            "VARCHAR",
            "ticket, sample, contact, mismatch, continued, shared, worked, unexplained or unknown",
        ),
    ),
)

AGENT_DAYS = Table(
    "agent_days",
    "one agent, one day; after these columns one per feature of features/",
    (
        Column("agent_id", "VARCHAR", "the login that looked"),
        Column("day", "INTEGER", "local day, days since 1970-01-01"),
        Column("team", "VARCHAR", "team that day", required=False),
        Column("queue", "VARCHAR", "queue that day", required=False),
        Column("site", "VARCHAR", "site that day", required=False),
        Column("role", "VARCHAR", "role that day", required=False),
        Column("actor_type", "VARCHAR", "human, ai or service by most lines, else the agents table", required=False),
        Column("hire_day", "INTEGER", "first day of employment, from the agents table", required=False),
        Column("vendor", "VARCHAR", "employer, where it is another company, from the agents table", required=False),
        Column("events", "BIGINT", "log lines"),
        Column("hours", "BIGINT", "hours of the day with an event"),
    ),
)

_FROM = Column("from_day", "INTEGER", "first day on which the row holds; BEFORE_ALL when it does not say")
_TO = Column("to_day", "INTEGER", "first day on which it no longer holds; AFTER_ALL when it does not say")

CTX_AGENTS = Table(
    "ctx_agents",
    "one agent, as long as nothing about the agent changes",
    (
        Column("agent_id", "VARCHAR", "the login of the log"),
        Column("team", "VARCHAR", "team", required=False),
        Column("manager", "VARCHAR", "who leads the agent, as an entity", required=False),
        Column("queue", "VARCHAR", "queue", required=False),
        Column("site", "VARCHAR", "site", required=False),
        Column("zone", "VARCHAR", "IANA time zone that decides local days and hours", required=False),
        Column("role", "VARCHAR", "role", required=False),
        Column("hire_day", "INTEGER", "first day of employment", required=False),
        Column("leave_day", "INTEGER", "last day of employment", required=False),
        Column("has_left", "BOOLEAN", "said to have left, perhaps without a date", required=False),
        Column("actor_type", "VARCHAR", "human, ai or service", required=False),
        Column("vendor", "VARCHAR", "employer, where it is another company", required=False),
        _FROM,
        _TO,
    ),
)

CTX_IDENTITIES = Table(
    "ctx_identities",
    "one id of one system, and whose it is",
    (
        Column("system", "VARCHAR", "where the id is used"),
        Column("id", "VARCHAR", "login, help-desk id, customer number"),
        Column("entity", "VARCHAR", "the person or customer behind it, the same in all systems"),
        _FROM,
        _TO,
    ),
)

CTX_LOGINS = Table(
    "ctx_logins",
    "one login of the log, and the person behind it",
    (
        Column("agent_id", "VARCHAR", "the login of the log"),
        Column("entity", "VARCHAR", "the person"),
        _FROM,
        _TO,
    ),
)

CTX_TICKETS = Table(
    "ctx_tickets",
    "one ticket and one of its customers",
    (
        Column("ticket_id", "VARCHAR", "ticket"),
        Column("customer_id", "VARCHAR", "customer, by the log's ids", required=False),
        Column("customers", "BIGINT", "customers that the table names for the ticket"),
        Column("assignee", "VARCHAR", "who works on it, as an entity", required=False),
        Column("opened_by", "VARCHAR", "who opened it, as an entity", required=False),
        Column("opened_us", "BIGINT", "microseconds since 1970-01-01 UTC", required=False),
        Column("closed_us", "BIGINT", "microseconds since 1970-01-01 UTC; null while it is open", required=False),
    ),
)

CTX_ASSIGNEES = Table(
    "ctx_assignees",
    "one ticket and somebody to whom it was assigned; no row where the tickets table does not say when",
    (
        Column("ticket_id", "VARCHAR", "ticket"),
        Column("assignee", "VARCHAR", "who got it, as an entity, or the name of a queue", required=False),
        Column("from_us", "BIGINT", "since when, microseconds since 1970-01-01 UTC"),
        Column("opened_by", "VARCHAR", "who opened it, as an entity", required=False),
    ),
)

CTX_TICKET_SPAN = Table(
    "ctx_ticket_span",
    "the time that the tickets table covers: one row, or none when tickets are not to be judged by it",
    (
        Column("first_us", "BIGINT", "first opening, microseconds since 1970-01-01 UTC"),
        Column("last_us", "BIGINT", "last opening or closing, microseconds since 1970-01-01 UTC"),
    ),
)

CTX_ROSTER = Table(
    "ctx_roster",
    "one planned shift, or several that run into each other, on one day of UTC that it touches",
    (
        Column("agent_id", "VARCHAR", "the login of the log"),
        Column("start_us", "BIGINT", "start of the shift, microseconds since 1970-01-01 UTC"),
        Column("end_us", "BIGINT", "its end"),
        Column("utc_day", "BIGINT", "day of UTC, days since 1970-01-01"),
    ),
)

CTX_LEAVE = Table(
    "ctx_leave",
    "one absence of one agent; never its cause",
    (
        Column("agent_id", "VARCHAR", "the login of the log"),
        _FROM,
        _TO,
    ),
)

CTX_CUSTOMERS = Table(
    "ctx_customers",
    "one customer",
    (
        Column("customer_id", "VARCHAR", "the log's id"),
        Column("tier", "VARCHAR", "tier as the table writes it", required=False),
        Column("high", "BOOLEAN", "a VIP, or of a high tier"),
        Column("region", "VARCHAR", "region", required=False),
        Column("owner_agent", "VARCHAR", "the member of staff whose own record it is, as an entity", required=False),
        Column("canary", "BOOLEAN", "a record that nobody has a reason to open"),
    ),
)

CTX_CALENDAR = Table(
    "ctx_calendar",
    "one holiday, outage, project or review sample, for one scope; an empty part of the scope means all",
    (
        Column("kind", "VARCHAR", "holiday, outage, project or sample"),
        Column("name", "VARCHAR", "what it is called", required=False),
        Column("site", "VARCHAR", "site", required=False),
        Column("queue", "VARCHAR", "queue", required=False),
        Column("team", "VARCHAR", "team", required=False),
        Column("agent_id", "VARCHAR", "the login of the log", required=False),
        Column("customer_id", "VARCHAR", "customer, by the log's ids", required=False),
        Column("approver", "VARCHAR", "who approved it, as an entity", required=False),
        Column("approver_team", "VARCHAR", "team of the approver, where it is known", required=False),
        _FROM,
        _TO,
    ),
)

CTX_CONTACTS = Table(
    "ctx_contacts",
    "one contact that names its customer or ticket; or contacts of one agent that name neither and overlap",
    (
        Column("agent_id", "VARCHAR", "the login of the log that handled it"),
        Column("start_us", "BIGINT", "its start, microseconds since 1970-01-01 UTC"),
        Column("end_us", "BIGINT", "its end"),
        Column(
            "utc_day",
            "BIGINT",
            "day of UTC: of its start; a row for each that it touches where it names nobody",
        ),
        Column("customer_id", "VARCHAR", "customer, by the log's ids", required=False),
        Column("ticket_id", "VARCHAR", "ticket", required=False),
        Column("inbound", "BOOLEAN", "begun by the customer"),
        Column("contacts", "BIGINT", "how many contacts the row is of"),
    ),
)

CTX_OFFSETS = Table(
    "ctx_offsets",
    "one agent, as long as the offset from UTC where the agent works does not change",
    (
        Column("agent_id", "VARCHAR", "the login of the log"),
        Column("start_us", "BIGINT", "from this instant, microseconds since 1970-01-01 UTC"),
        Column("end_us", "BIGINT", "until before this one"),
        Column("offset_us", "BIGINT", "microseconds to add to UTC for the wall clock"),
    ),
)

HISTORY_CUTS = Table(
    "history_cuts",
    "one day from which an agent's own past says nothing about the agent any more",
    (
        Column("agent_id", "VARCHAR", "the login of the log"),
        Column("day", "INTEGER", "first day after the change"),
        Column("reason", "VARCHAR", "role, queue, rehired or login"),
    ),
)

CONTEXT = (
    CTX_AGENTS, CTX_IDENTITIES, CTX_LOGINS, CTX_TICKETS, CTX_ASSIGNEES, CTX_TICKET_SPAN, CTX_ROSTER, CTX_LEAVE,
    CTX_CUSTOMERS, CTX_CALENDAR, CTX_CONTACTS, CTX_OFFSETS, HISTORY_CUTS,
)  # fmt: skip
"""What the side tables become. All are on the engine, with no row where nothing was given."""

"""Days before and after all others."""

RECENT_DAYS = 14
"""How long work on a customer goes on explaining visits to that customer."""

MEMORY_DAYS = 84
"""A customer whom the agent has not met for so long counts as new to the agent again."""

ACTIONS = ("view", "search", "list", "reveal", "export", "edit")
