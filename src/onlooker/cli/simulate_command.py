"""`onlooker simulate`: an invented organisation with its log, its tables and the truth."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.options import voice_options
from onlooker.cli.screen import Screen
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.simulation.write_world import Written

LIST_OPTIONS = ("agents", "tickets", "roster", "leave", "customers", "calendar", "identities")


@click.command("simulate", short_help="Invent an organisation, with misuse planted in its log.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="New or empty folder to write to.")
@click.option(
    "--world",
    default="call_centre",
    show_default=True,
    metavar="NAME",
    help="Which organisation: call_centre, clinic, chat_desk, gig_market, small_office, legacy, demo.",
)
@click.option("--agents", type=click.IntRange(min=1), metavar="N", help="People; the world's own number by default.")
@click.option("--days", type=click.IntRange(min=1), metavar="N", help="Days; the world's own number by default.")
@click.option("--seed", type=click.IntRange(min=0), metavar="S", help="Another seed gives another log.")
@click.option(
    "--campaigns",
    multiple=True,
    metavar="NAMES",
    help="Misuse to plant: names with commas between, each with :N for N insiders; all; none. "
    "By default the world's own. Can be repeated.",
)
@click.option(
    "--period",
    type=click.Choice(["all", "month", "week", "day"]),
    default="month",
    show_default=True,
    help="How much of the log a file holds.",
)
@click.option("--list", "listing", is_flag=True, help="Say what worlds and campaigns there are, and end.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@voice_options
def command(
    out: Path | None, world: str, agents: int | None, days: int | None, seed: int | None, campaigns: tuple[str, ...],
    period: str, listing: bool, as_json: bool, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """Invent an organisation and write its log, its side tables and the truth to DIR.

    Nobody and nothing in it is real. DIR/logs holds the log, DIR/tables the tables that its systems would give,
    DIR/truth what each line is, who was planted and who was not. The same seed writes the same lines again.
    """
    if listing:
        click.echo("\n".join(_told_of_all()))
        return 0
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    from onlooker.api import simulate

    screen = Screen(quiet, verbose)
    words = [word for given in campaigns for word in given.replace(" ", "").split(",") if word]
    written = simulate(
        out, world, agents=agents, days=days, seed=seed, campaigns=words, period=period, progress=screen.progress
    )
    screen.clear()
    for name, (wanted, found) in written.lacking.items():
        screen.say(f"note: {name} has {found} of {wanted} insiders: nobody else in this world could carry it out.")
    click.echo(json.dumps(written.record()) if as_json else "\n".join(for_terminal(line) for line in _told(written)))
    return 0


def _told(written: Written) -> Iterator[str]:
    folder = written.folder
    yield (
        f"{written.events:,} lines of {written.agents:,} agents over {written.days:,} days, "
        f"{written.planted:,} of them planted, in {folder / 'logs'}"
    )
    for name, agents in written.insiders.items():
        yield f"  {name}: {', '.join(agents)}"
    yield f"Side tables are in {folder / 'tables'}; {folder / 'truth'} says what each line is."
    options = [f"--{name} {path}" for name, path in written.tables.items() if name in LIST_OPTIONS]
    yield "Scan it with:"
    yield " ".join(["  onlooker scan", str(folder / "logs"), *options, "--out", str(folder / "scan")])


def _told_of_all() -> Iterator[str]:
    from onlooker.simulation.campaigns import KINDS
    from onlooker.simulation.worlds import WORLDS

    yield "Worlds:"
    for world in WORLDS:
        yield f"  {world.name:14}  {world.story} ({world.agents:,} agents, {world.days:,} days)"
    yield "Campaigns:"
    for kind in KINDS:
        yield f"  {kind.name:18}  {kind.story}"
