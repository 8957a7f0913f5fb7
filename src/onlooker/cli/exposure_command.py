"""`onlooker exposure`: the customers whose records an agent opened."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.open_stores import say_unless
from onlooker.cli.store_command import (
    author_option,
    customers_option,
    json_option,
    span_options,
    store_option,
    why_option,
)
from onlooker.cli.under_sudo import CallersFile
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.investigate import Exposure

SHOWN = 20


@click.command("exposure", short_help="List the customers whose records an agent opened.")
@click.argument("agent")
@span_options
@customers_option
@click.option(
    "--csv",
    "csv_file",
    type=CallersFile(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Write all of them to a file as CSV; - is standard output.",
)
@json_option
@store_option
@why_option
@author_option
def command(
    agent: str, first: str | None, last: str | None, customers: str | None, csv_file: Path | None, store: Path,
    as_json: bool, reason: str, author: str | None,
) -> None:  # fmt: skip
    """List the customers whose records AGENT opened, those without a reason first."""
    import onlooker
    from onlooker.errors import UsageError
    from onlooker.investigate.exposure import COLUMNS
    from onlooker.outputs import print_table_csv, write_table_csv
    from onlooker.outputs.own_files import refuse_to_overwrite
    from onlooker.scanning.out_folder import refuse_stores

    to_screen = str(csv_file) == "-"
    if csv_file and not to_screen:
        try:
            refuse_stores(csv_file)
            refuse_to_overwrite(csv_file, COLUMNS[:6])  # as they were at first: an older list is replaced too
        except UsageError as error:
            raise click.BadParameter(error.message, param_hint="--csv") from error
    found = onlooker.exposure(
        agent, store, first, last, reason=reason, who=author, customers=customers,
        written_to="standard output" if to_screen else str(csv_file) if csv_file else None,
    )  # fmt: skip
    say_unless(found.noted)
    for note in found.notes:
        click.echo(for_terminal(f"note: {note}"), err=True)
    if csv_file and to_screen:
        print_table_csv(sys.stdout, found.table)
        return
    if csv_file:
        write_table_csv(csv_file, found.table)
    if as_json:
        click.echo(json.dumps(found.record()))
        return
    for line in told(found):
        click.echo(for_terminal(line))


def told(found: Exposure) -> Iterator[str]:
    """The list for people: the first of it, and how long it is."""
    from onlooker.alerts.numbers import plural

    number, rows = found.table.num_rows, found.table.slice(0, SHOWN).to_pylist()
    seen, unexplained = (sum(found.table[name].to_pylist()) for name in ("visits", "unexplained"))
    yield (
        f"{found.agent_id} saw {plural(number, 'customer')} from {found.first} to {found.last}: "
        f"{plural(seen, 'visit')}, {unexplained:,} of them without an explanation"
    )
    yield from since(found)
    wide = max([8, *(len(row["customer_id"]) for row in rows)])
    if rows:
        yield f"  {'customer':{wide}}  tier      visits  unexplained  first seen (UTC)  last seen"
    for row in rows:
        days = f"{row['visits']:>6,}  {row['unexplained']:>11,}"
        times = "  ".join(row[name][:16].replace("T", " ") for name in ("first_seen", "last_seen"))
        yield f"  {row['customer_id']:{wide}}  {row['tier'] or '':8}  {days}  {times}"
    if number > SHOWN:
        yield f"  and {number - SHOWN:,} more: --json and --csv FILE have all"


def since(found: Exposure) -> Iterator[str]:
    """Since when visits without an explanation rise, and whom to warn first."""
    from onlooker.investigate.exposure import PRIORITIES
    from onlooker.schema.days import iso

    if not found.onset:
        yield "visits without an explanation do not rise on the days up to then beyond what chance brings: no onset"
        return
    begun, earliest, latest = (iso(getattr(found.onset, name)) for name in ("day", "earliest", "latest"))
    yield f"visits without an explanation rise since about {begun} (between {earliest} and {latest}):"
    for row in found.by_priority():
        yield f"  priority {row['priority']}  {row['customers']:>7,}  opened {PRIORITIES[row['priority']]}"
