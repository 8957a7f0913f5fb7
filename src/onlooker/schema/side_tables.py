"""The side tables: files beside the log that tell of its agents, customers and tickets."""

from __future__ import annotations

SIDE_TABLES = {
    "agents": "team, site, zone, role, actor type, first and last day",
    "identities": "which ids belong together",
    "tickets": "tickets with their customers",
    "roster": "shifts",
    "leave": "days of leave",
    "customers": "tiers, owners, canary records",
    "calendar": "holidays, outages, approved projects, review samples",
    "contacts": "calls, chats and mails that agents handled",
}
"""Name (of the option, the setting and the file that `simulate` writes) -> what it holds, for help."""
