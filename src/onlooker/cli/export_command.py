"""`onlooker export`: the store's alerts in the formats of other tools."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from onlooker.cli.open_stores import say_unless
from onlooker.cli.store_command import author_option, store_option, why_option
from onlooker.cli.under_sudo import CallersFile

FORMATS = ("ocsf", "ecs", "cef", "markdown", "csv")


@click.command("export", short_help="Write alerts as OCSF, ECS, CEF, Markdown or CSV.")
@click.option("--format", "form", type=click.Choice(FORMATS), required=True, help="How they are written.")
@click.option("--since", "first", metavar="DATE", help="First local date; all of the store by default.")
@click.option("--until", "last", metavar="DATE", help="Last local date.")
@click.option("--out", type=CallersFile(path_type=Path, dir_okay=False, allow_dash=True), default="-", metavar="FILE",
              help="File that they are written to, whole or not at all; standard output by default.")  # fmt: skip
@click.option("--suppressed", is_flag=True, help="Also alerts that were held back.")
@store_option
@why_option
@author_option
def command(
    form: str, first: str | None, last: str | None, out: Path, suppressed: bool, store: Path, reason: str,
    author: str | None,
) -> None:  # fmt: skip
    """Write the store's alerts in the format of another tool, one a line.

    An alert has the same id in every export, and the same line until something about it changes: a receiver that
    replaces what it has under that id has each alert once, as it is now.
    """
    from onlooker.alerts.numbers import plural
    from onlooker.api import export
    from onlooker.atomic_files import write_whole
    from onlooker.outputs.formats_of_alerts import FILES
    from onlooker.outputs.own_files import refuse_foreign_file
    from onlooker.scanning.out_folder import refuse_stores

    to_screen = str(out) == "-"
    if not to_screen:
        refuse_stores(out)
        refuse_foreign_file(out, FILES[form])
    found = export(
        store, form, first, last, suppressed=suppressed, reason=reason, who=author,
        written_to="standard output" if to_screen else str(out),
    )  # fmt: skip
    if to_screen:
        sys.stdout.writelines(f"{line}\n" for line in found.lines)
    else:
        with write_whole(out) as stream:
            stream.writelines(f"{line}\n" for line in found.lines)
    say_unless(found.noted)
    if found.held_back:
        click.echo(
            f"note: {plural(found.held_back, 'alert')} held back by suppressions left out (--suppressed)", err=True
        )
