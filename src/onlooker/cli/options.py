"""Options that several commands share; settings come from flag, environment, onlooker.toml, default, in that order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]


def read_map(_context: click.Context, _parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str] | None:
    """`--map customer_id=accountId`, several times."""
    result = {}
    for pair in pairs:
        name, found, column = pair.partition("=")
        if not found or not name or not column:
            raise click.BadParameter(f"{pair!r} is not NAME=COLUMN, as in customer_id=accountId")
        result[name.strip()] = column.strip()
    return result or None


def logs_argument(command: Command) -> Command:
    """LOGS..."""
    return click.argument("logs", nargs=-1, required=True, metavar="LOGS...")(command)


def reading_options(command: Command) -> Command:
    """How logs are read, and where settings come from."""
    for option in (
        click.option("--config", "config_file", type=click.Path(path_type=Path), envvar="ONLOOKER_CONFIG",
                     help="Settings file; onlooker.toml in this folder if there is one."),
        click.option("--threads", type=int, help="Threads of the SQL engine."),
        click.option("--memory", metavar="SIZE", help="Memory of the SQL engine, e.g. 4GB; more goes to disk."),
        click.option("--tz", metavar="ZONE", help="Zone of local days and of timestamps without an offset."),
        click.option("--map", "map", multiple=True, metavar="NAME=COLUMN", callback=read_map,
                     help="Which column of the log is what, e.g. customer_id=accountId."),
    ):  # fmt: skip
        command = option(command)
    return command


def side_table_options(command: Command) -> Command:
    """Tables beside the log, each optional."""
    for name, holds in (
        ("calendar", "holidays, outages, approved projects, review samples"),
        ("customers", "tiers, owners, canary records"),
        ("leave", "days of leave"),
        ("roster", "shifts"),
        ("tickets", "tickets with their customers"),
        ("identities", "which ids belong together"),
        ("agents", "team, site, zone, role, actor type, first and last day"),
    ):
        command = click.option(f"--{name}", metavar="FILE", help=f"Side table: {holds}.")(command)
    return command


def voice_options(command: Command) -> Command:
    """How much is said."""
    command = click.option("-v", "--verbose", is_flag=True, help="Say more.")(command)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")(command)
