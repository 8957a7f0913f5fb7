"""`onlooker today`: one screen of what is to be done."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.open_stores import say_unless
from onlooker.cli.screen import width
from onlooker.cli.store_command import author_option, json_option, store_option
from onlooker.cli.under_sudo import STORE
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.nightly.todays_cases import Today, TodaysCase


@click.command("today", short_help="Show what is new, what is yours, and what to do next.")
@json_option
@store_option
@author_option
def command(store: Path, as_json: bool, author: str | None) -> None:
    """Show this morning's cases: new, raised again, yours, without an owner for days; and nights that are not whole.

    Each line ends in the command to go on with.
    """
    import onlooker

    found = onlooker.today(store, who=author, place=named(store))
    say_unless(found.noted)
    if as_json:
        click.echo(json.dumps(found.record()))
        return
    for line in told(found, width()):
        click.echo(for_terminal(line))


def named(store: Path) -> Path | None:
    """The store as a command to copy must name it; None where the environment does."""
    return None if os.environ.get(STORE) == str(store) else store


def told(found: Today, columns: int) -> Iterator[str]:
    """The screen, line by line."""
    yield (f"Night of {found.night}. " if found.night else "") + found.summary
    for title, cases in (
        ("New", found.new),
        ("Raised again", found.raised_again),
        (f"Yours ({found.who})", found.mine),
        ("Nobody's for days", found.unassigned),
    ):
        yield from section(title, cases, columns)
    if found.others:
        yield from ("", f"Also open: {found.others:,} (onlooker cases list)")
    if found.not_whole:
        yield from ("", "Not whole")
        yield from (line for one in found.not_whole for line in beside(f"  {one.date}  {one.why}", one.next, columns))


def section(title: str, cases: Iterable[TodaysCase], columns: int) -> Iterator[str]:
    """A heading and its cases; nothing where there is none."""
    for number, one in enumerate(cases):
        if not number:
            yield from ("", title)
        since = f"since {one.since}" if one.since != one.last else one.last
        owner = f", {one.assignee} has it" if one.assignee else ""
        again = f" ({one.raised_again})" if one.raised_again else ""
        owner += f", {one.waits_for}" if one.waits_for else ""
        yield from beside(f"  {one.severity}  {one.agent_id}  {since}  {one.why}{again}{owner}", one.next, columns)


def beside(text: str, command: str, columns: int) -> list[str]:
    """The command at the end of the line where there is room, else at the end of the next."""
    line = f"{text}  -> {command}"
    return [line] if len(line) <= columns else [text, f"      -> {command}"]
