"""`onlooker what-if`: stored nights decided by other settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.store_command import json_option, store_option
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onlooker.config import Settings


@click.command("what-if", short_help="Decide the stored nights by other settings.")
@click.argument("wishes", nargs=-1, required=True, metavar="NAME=VALUES...")
@click.option(
    "--minutes", type=click.IntRange(1), help="Minutes that an alert takes: shows the minutes a week as well."
)
@click.option(
    "--config", "config_file", type=click.Path(path_type=Path), envvar="ONLOOKER_CONFIG",
    help="Settings file; onlooker.toml in this folder if there is one.",
)  # fmt: skip
@json_option
@store_option
def command(wishes: tuple[str, ...], minutes: int | None, config_file: Path | None, as_json: bool, store: Path) -> None:
    """Show what budget, q_limit or quiet_days would have changed on the stored nights: budget=3,5,10.

    Of several settings (budget=3,10 quiet_days=7) every combination is tried. Nothing is changed.
    """
    from onlooker.config import load

    show(store, load({}, config_file), wishes, as_json, minutes)


def show(store: Path, settings: Settings, wishes: Sequence[str], as_json: bool, minutes: int | None = None) -> None:
    """Try the wishes, and print what comes of it."""
    from onlooker.nightly.what_if import in_words, what_if

    found = what_if(store, settings, *wishes)
    if as_json:
        click.echo(json.dumps({"what_if": [one.record() for one in found]}))
        return
    for line in in_words(wishes, found, minutes):
        click.echo(for_terminal(line))
