"""`onlooker config`: the settings in force, where each came from, what is wrong with them, and a file to begin with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from onlooker.cli.under_sudo import CallersFile
from onlooker.report.harmless import for_terminal


def file_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--config, or ONLOOKER_CONFIG."""
    return click.option(
        "--config", "config_file", type=click.Path(path_type=Path), envvar="ONLOOKER_CONFIG",
        help="Settings file; onlooker.toml in this folder if there is one.",
    )(function)  # fmt: skip


@click.group("config", short_help="The settings: write a file, check it, show what is in force.")
def command() -> None:
    """Settings: flag, environment (ONLOOKER_...), onlooker.toml, default, in that order."""


@command.command("show")
@file_option
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


@command.command("init", short_help="Write a commented settings file to begin with.")
@click.argument("file", type=CallersFile(path_type=Path, allow_dash=True), default=Path("onlooker.toml"))
def init(file: Path) -> None:
    """Write every setting with its meaning and default to FILE (onlooker.toml); - is standard output."""
    from onlooker.atomic_files import write_whole
    from onlooker.cli.config_template import template
    from onlooker.errors import UsageError

    if str(file) == "-":
        click.echo(template(), nl=False)
        return
    if file.exists():
        raise UsageError(f"{file} is there already", "Name another file; - shows the settings without writing any.")
    with write_whole(file) as out:
        out.write(template())
    click.echo(f"{file}: take the # away from what you set, then `onlooker config check`", err=True)


@command.command("check", short_help="Say what is wrong with the settings. Exit 2 if something is.")
@file_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check(config_file: Path | None, as_json: bool) -> int:
    """Look at what the settings name: zones, side tables and their columns, words, signals. Exit 2 if one is wrong."""
    from onlooker.config import load
    from onlooker.scanning.check_settings import check_settings

    found = check_settings(load({}, config_file))
    faults = sum(bool(one.fault) for one in found)
    if as_json:
        click.echo(json.dumps({"checked": [one.record() for one in found], "faults": faults}))
        return 2 if faults else 0
    for one in found:
        click.echo(for_terminal(f"{one.setting}: {'WRONG: ' + one.fault if one.fault else one.about or 'good'}"))
    said = f"{faults} of {len(found)} are wrong" if faults else f"nothing is wrong with the {len(found)} looked up"
    click.echo(said if found else "the settings name nothing that could be looked up")
    return 2 if faults else 0
