"""`onlooker history`: who did and looked up what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from onlooker.cli.open_stores import in_store, looking_up
from onlooker.cli.store_command import author_option, json_option, store_option
from onlooker.report.harmless import for_terminal


@click.group("history", short_help="Who did or looked up what, when and why.")
def command() -> None:
    """Show who did or looked up what, when and why. `history verify` detects an entry that was changed or removed."""


@command.command("show")
@click.option("--who", metavar="NAME", help="Only what this person did.")
@click.option("--whom", metavar="ID", help="Only what concerns or names this agent, customer or case.")
@click.option("--since", metavar="DATE", help="From this date on, in UTC.")
@click.option("--until", metavar="DATE", help="Up to this date, in UTC.")
@click.option("--what", metavar="WORD", help="Only what begins so: explain, case, suppress, scan ...")
@json_option
@store_option
@author_option
def show(store: Path, as_json: bool, author: str | None, **wanted: str | None) -> None:
    """Print the history, oldest first, and that you looked at it."""
    from onlooker.store.history_filters import Wanted
    from onlooker.store.layout import as_local_date

    for day in filter(None, (wanted["since"], wanted["until"])):
        as_local_date(day)
    asked = Wanted(**wanted)
    with looking_up(store, "history shown", asked.record(), author) as look:
        entries = look.history(asked)
    if as_json:
        click.echo(json.dumps({"history": [entry.record() for entry in entries]}))
        return
    for entry in entries:
        parts = (entry.at[:19], entry.who, entry.what, "(erased)" if entry.erased else about(entry.about), entry.why)
        click.echo(for_terminal("  ".join(part for part in parts if part)))


def about(told: Mapping[str, Any]) -> str:
    """What an entry concerned, without what it leaves open."""
    said = {name: ", ".join(map(str, value)) if isinstance(value, list) else value for name, value in told.items()}
    return "; ".join(name if value is True else f"{name} {value}" for name, value in said.items() if value)


def read_head(_context: click.Context, _parameter: click.Parameter, text: str | None) -> tuple[int, str] | None:
    """`12:a3f0...`, as `status` tells the last line."""
    if text is None:
        return None
    found = re.fullmatch(r"\W*(\d+)\W+([0-9a-f]{64})\W*", text)
    if found is None:
        raise click.BadParameter(f"{text!r} is not NUMBER:HASH")
    return int(found[1]), found[2]


@command.command("verify")
@click.option(
    "--head", metavar="NUMBER:HASH", callback=read_head, help="A last line noted earlier: tell if it is not there."
)
@store_option
def verify(store: Path, head: tuple[int, str] | None) -> int:
    """Recompute the chain of hashes. Exit 1 if it is broken."""
    from onlooker.alerts.numbers import plural

    with in_store(store) as opened:
        faults, (number, digest) = opened.verify_history(head), opened.history_head()
    for fault in faults:
        click.echo(for_terminal(fault))
    found = [plural(number, "line"), f"last hash {digest}", *([plural(len(faults), "fault")] if faults else [])]
    click.echo(", ".join(found))
    return 1 if faults else 0
