"""`onlooker status`: what monitoring watches."""

from __future__ import annotations

import json
from pathlib import Path

import click

from onlooker.cli.store import in_store, store_option
from onlooker.report.harmless import for_terminal


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@store_option
def command(store: Path, as_json: bool) -> None:
    """Last nights, what is missing, what is open."""
    with in_store(store) as opened:
        record = opened.status().record()
    if as_json:
        click.echo(json.dumps(record))
        return
    for name, value in record.items():
        shown = json.dumps(value) if isinstance(value, dict | list | tuple) else value
        click.echo(for_terminal(f"{name.replace('_', ' '):<18} {shown}"))
