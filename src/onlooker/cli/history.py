"""`onlooker history`: who did and looked up what."""

from __future__ import annotations

import json
from pathlib import Path

import click

from onlooker.cli.store import in_store, store_option
from onlooker.report.harmless import for_terminal


@click.group("history", short_help="Who did or looked up what, when and why.")
def command() -> None:
    """Everything that anyone did or looked up: who, when, what, why. Nothing can be taken out unseen."""


@command.command("show")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@store_option
def show(store: Path, as_json: bool) -> None:
    """Print the history, oldest first."""
    with in_store(store) as opened:
        entries = opened.history()
    if as_json:
        click.echo(json.dumps({"history": [entry.record() for entry in entries]}))
        return
    for entry in entries:
        about = ", ".join(f"{name} {value}" for name, value in entry.about.items())
        click.echo(for_terminal(f"{entry.at}  {entry.who}  {entry.what}  {about}  {entry.why}".rstrip()))


@command.command("verify")
@store_option
def verify(store: Path) -> int:
    """Recompute the chain of hashes. Exit 1 if it is broken."""
    with in_store(store) as opened:
        faults, (number, digest) = opened.verify_history(), opened.history_head()
    for fault in faults:
        click.echo(for_terminal(fault))
    click.echo(f"{number} entries, last hash {digest}" + ("" if not faults else f", {len(faults)} faults"))
    return 1 if faults else 0
