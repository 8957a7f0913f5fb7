"""Options that several commands share; settings come from flag, environment, onlooker.toml, default, in that order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from onlooker.schema.side_tables import SIDE_TABLES

Command = Callable[..., Any]


def read_map(_context: click.Context, parameter: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str] | None:
    """`--map customer_id=accountId`, several times."""
    result: dict[str, str] = {}
    for pair in pairs:
        name, found, column = pair.partition("=")
        if not found or not name or not column:
            form = parameter.metavar if isinstance(parameter, click.Option) else "NAME=VALUE"
            example = ", as in customer_id=accountId" if parameter.name == "map" else ""
            raise click.BadParameter(f"{pair!r} is not {form}{example}")
        name, column = name.strip(), column.strip()
        if result.setdefault(name, column) != column:
            raise click.BadParameter(f"{name} is given twice: {result[name]} and {column}")
    return result or None


def several(_context: click.Context, _parameter: click.Parameter, values: tuple[str, ...]) -> list[str] | None:
    """The values of an option that can be repeated; None if it was not given, so that other sources count."""
    return list(values) or None


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
        click.option("--dates", type=click.Choice(["dmy", "mdy"]),
                     help="Order of day and month in dates such as 03/04/2026, if the log does not show it."),
        click.option("--formats", metavar="FOLDER", help="Log products of your own; `onlooker formats new` says how."),
        click.option("--join-ids", is_flag=True, default=None,
                     help="Take ids that differ in case, marks or .0 only for one, in small letters."),
        click.option("--tz", metavar="ZONE", help="Zone of local days and of timestamps without an offset."),
        click.option("--query", metavar="SELECT",
                     help="Rows that are the log, where LOGS is the address of a database (postgresql+psycopg://...)."),
        click.option("--where", multiple=True, metavar="COLUMN=VALUE", callback=several,
                     help="Read only lines with this, e.g. resource=clients; also != and ~. Can be repeated."),
        click.option("--map", "map", multiple=True, metavar="NAME=COLUMN", callback=read_map,
                     help="Which column of the log is what, e.g. customer_id=accountId. Can be repeated."),
    ):  # fmt: skip
        command = option(command)
    return command


def spark_options(command: Command) -> Command:
    """Where the heavy part runs."""
    for option in (
        click.option("--tables-to", metavar="PATH", help="Spark: write VISITS and AGENT_DAYS there (Parquet)."),
        click.option("--spark-folder", metavar="PATH",
                     help="Spark: a folder that all nodes see, for intermediate tables."),
        click.option("--spark-conf", multiple=True, metavar="NAME=VALUE", callback=read_map,
                     help="Spark: an option of its own, e.g. spark.executor.memory=8g. Can be repeated."),
        click.option("--remote", metavar="ADDRESS", help="Spark: a Connect server, sc://host:15002."),
        click.option("--master", metavar="MASTER", help="Spark: local[2], spark://host:7077, yarn; default local[*]."),
        click.option("--table", "tables", multiple=True, metavar="NAME",
                     help="Spark: a log that is a table of its catalog, e.g. lake.support.views. Can be repeated."),
        click.option("--engine", type=click.Choice(["duckdb", "spark"]),
                     help="What reads and counts: duckdb on this machine (default), or spark."),
    ):  # fmt: skip
        command = option(command)
    return command


def side_table_options(command: Command) -> Command:
    """Tables beside the log, each optional."""
    for name, holds in reversed(SIDE_TABLES.items()):
        command = click.option(f"--{name}", metavar="FILE", help=f"Side table: {holds}.")(command)
    return command


def voice_options(command: Command) -> Command:
    """How much is said."""
    command = click.option("-v", "--verbose", is_flag=True, help="Say more.")(command)
    return click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")(command)
