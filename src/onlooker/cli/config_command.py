"""`onlooker config`: the settings in force, and where each came from."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group("config", short_help="The settings, and where each came from.")
def command() -> None:
    """Settings: flag, environment (ONLOOKER_...), onlooker.toml, default, in that order."""


@command.command("show")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    envvar="ONLOOKER_CONFIG",
    help="Settings file; onlooker.toml in this folder if there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(config_file: Path | None, as_json: bool) -> None:
    """Print every setting, its value, and where it came from."""
    from onlooker.config import Settings, resolve

    settings, origin = resolve({}, config_file)
    values = settings.record()
    if as_json:
        click.echo(json.dumps({name: {"value": value, "from": origin[name]} for name, value in values.items()}))
        return
    for name, value in values.items():
        shown = json.dumps(value)
        click.echo(f"{name:<12} {shown:<16} {origin[name]:<14} {Settings.model_fields[name].description}")
