"""`onlooker metrics`: figures for Prometheus."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from onlooker.cli.open_stores import in_store
from onlooker.cli.store_command import store_option
from onlooker.cli.under_sudo import CallersFile


@click.command("metrics", short_help="Write figures for Prometheus.")
@click.option("--out", type=CallersFile(path_type=Path, dir_okay=False, allow_dash=True), default="-", metavar="FILE",
              help="File for the textfile collector, named *.prom; standard output by default.")  # fmt: skip
@store_option
def command(store: Path, out: Path) -> None:
    """Write figures of the store in the text format of Prometheus: nights, alerts, cases, what waits.

    They name nobody.
    """
    from onlooker.delivery.prometheus_figures import figures_text, write_figures
    from onlooker.scanning.out_folder import refuse_stores

    with in_store(store) as opened:
        if str(out) == "-":
            click.echo(figures_text(opened, datetime.now(UTC)), nl=False)
            return
        refuse_stores(out)
        write_figures(out, opened)
