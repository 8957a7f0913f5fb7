"""`onlooker access`: who opened a customer's record, when, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.open_stores import say_unless
from onlooker.cli.store_command import author_option, json_option, span_options, store_option, why_option
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.investigate import Access


@click.command("access", short_help="Show who opened a customer's record, when, and why.")
@click.argument("customer")
@span_options
@json_option
@store_option
@why_option
@author_option
def command(
    customer: str, first: str | None, last: str | None, store: Path, as_json: bool, reason: str, author: str | None
) -> None:
    """List who opened the record of CUSTOMER, oldest visit first, with what explains each visit."""
    import onlooker

    found = onlooker.access(customer, store, first, last, reason=reason, who=author)
    say_unless(found.noted)
    if as_json:
        click.echo(json.dumps(found.record()))
        return
    for line in told(found):
        click.echo(for_terminal(line))


def told(found: Access) -> Iterator[str]:
    """The list for people."""
    from onlooker.alerts.numbers import plural

    rows = found.record()["visits"]
    agents = plural(len({row["agent_id"] for row in rows}), "agent")
    yield f"{found.customer_id} was opened by {agents} on {plural(len(rows), 'visit')}, {found.first} to {found.last}"
    if not rows:
        return
    wide = max([5, *(len(row["agent_id"]) for row in rows)])
    yield f"  first seen (UTC)  {'agent':{wide}}  why"
    for row in rows:
        done = [plural(row[f"{one}s"], one) for one in ("reveal", "export", "edit") if row[f"{one}s"]]
        ticket = f" {row['ticket_id']}" if row["ticket_id"] and row["explanation"] == "ticket" else ""
        when = row["first_seen"][:16].replace("T", " ")
        yield f"  {when}  {row['agent_id']:{wide}}  {row['why']}{ticket}{'; ' if done else ''}{', '.join(done)}"
    yield "To have opened a record is no misuse. Searches and lists that showed the customer are not in it."
