"""`onlooker outbox`: alerts to where a team works."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.open_stores import in_store
from onlooker.cli.store_command import author_option, json_option, person, store_option
from onlooker.cli.under_sudo import CallersFile
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.delivery.send_waiting import Delivered

Command = Callable[..., Any]
STILL_WAITING = 4
STATUSES = """\b
Exit status:
  0  everything has arrived
  2  usage, settings or the store
  4  something still waits: it is tried again by the next run
  5  another run is delivering
"""


def receiver_option(required: bool) -> Callable[[Command], Command]:
    """--receiver."""
    return click.option("--receiver", metavar="NAME", required=required, help="Only what is for this receiver.")


@click.group("outbox", short_help="Deliver new alerts to chat, tickets, mail, syslog.")
def command() -> None:
    """Deliver new alerts to webhooks, syslog, mail and folders: what waits, and what was refused.

    A scan with --store puts news into the outbox of each receiver of the settings; docs/delivery.md has examples.
    """


@command.command("list", short_help="List what has not arrived.")
@click.option("--all", "everything", is_flag=True, help="Also what has arrived or was dropped.")
@json_option
@store_option
def list_messages(store: Path, everything: bool, as_json: bool) -> None:
    """List what has not arrived, in the order in which it is delivered."""
    from onlooker.alerts.numbers import plural
    from onlooker.delivery.outbox_table import OPEN, STATES, rows

    with in_store(store) as opened:
        found = [row.record() for row in rows(opened.db, STATES if everything else OPEN)]
    if as_json:
        click.echo(json.dumps({"messages": found}))
        return
    for row in found:
        tries = f"  tried {row['tries']:,} times: {row['error']}" if row["error"] else ""
        told = f"{row['receiver']}  {row['state']}  {row['night']}  {row['severity']}  {row['event']}  {row['case_id']}"
        click.echo(for_terminal(told + tries))
    click.echo(plural(len(found), "message"))


@command.command("send", short_help="Deliver what waits, in order.", epilog=STATUSES)
@click.option("--config", "config_file", type=CallersFile(path_type=Path), envvar="ONLOOKER_CONFIG",
              help="Settings file; onlooker.toml in this folder if there is one.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Say nothing of receivers for whom nothing waits.")
@json_option
@store_option
def send(store: Path, config_file: Path | None, quiet: bool, as_json: bool) -> int:
    """Deliver what waits, each receiver's messages in order; a minute long for those that fail."""
    from onlooker.api import deliver

    done = deliver(store, config_file)
    if as_json:
        click.echo(json.dumps({"receivers": [asdict(one) for one in done]}))
    else:
        for line in told(done, quiet):
            click.echo(for_terminal(line))
    return STILL_WAITING if any(one.waiting for one in done) else 0


def told(done: Sequence[Delivered], quiet: bool) -> list[str]:
    """What a run did, for people."""
    if not done and not quiet:
        return ["nobody is to be told: the settings have no [receivers.NAME]"]
    return [about(one) for one in done if one.waiting or not quiet]


def about(one: Delivered) -> str:
    """What a run did for one receiver."""
    refused = f", {one.refused:,} of them refused (`onlooker outbox retry`)" if one.refused else ""
    waits = f", {one.waiting:,} waiting{refused}: {one.error or 'their time has not come'}" if one.waiting else ""
    return f"{one.receiver}: {one.sent:,} delivered{waits}"


@command.command("retry", short_help="Try again what was refused.")
@receiver_option(required=False)
@store_option
def retry(store: Path, receiver: str | None) -> None:
    """Let what was refused wait again, and everything be tried by the next `send`."""
    from onlooker.alerts.numbers import plural
    from onlooker.delivery.outbox_table import put_back

    with in_store(store, "decide") as opened, opened.deciding() as db:
        number = put_back(db, receiver)
    click.echo(f"{plural(number, 'message')} to be tried again")


@command.command("drop")
@receiver_option(required=True)
@click.option("--reason", required=True, help="Why, for the history.")
@author_option
@store_option
def drop(store: Path, receiver: str, reason: str, author: str | None) -> None:
    """Give up what waits for a receiver that is gone. The alerts stay in the store."""
    from onlooker.alerts.numbers import plural
    from onlooker.delivery.outbox_table import give_up

    with in_store(store, "decide") as opened, opened.deciding() as db:
        number = give_up(db, receiver)
        opened.record("undelivered", {"receiver": receiver, "messages": number}, reason, person(author))
    click.echo(f"{plural(number, 'message')} dropped")
