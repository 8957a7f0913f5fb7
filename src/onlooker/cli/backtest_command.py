"""`onlooker backtest`: would misuse have been found in these logs, when, and at what price?"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.options import reading_options, side_table_options, voice_options
from onlooker.cli.screen import Screen
from onlooker.cli.store_command import author_option, why_option
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.backtesting import Backtest

STATUSES = """\b
Exit status:
  0  ran
  2  usage or settings: an unknown campaign, a folder that is not empty
  3  the log is too short, or nobody in it could be an insider
"""


@click.command("backtest", short_help="Plant misuse in copies of logs: what is found.", epilog=STATUSES)
@click.argument("logs", nargs=-1, metavar="LOGS...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="New or empty folder for backtest.html and backtest.json.",
)
@click.option(
    "--campaign",
    "campaigns",
    multiple=True,
    metavar="NAME",
    help="Only this campaign. Can be repeated; all by default.",
)
@click.option("--tries", type=click.IntRange(1, 1000), help="Tries of each campaign (default 8; quick 4).")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Another seed draws other tries.")
@click.option("--quick", is_flag=True, help="The main campaigns only, and few tries of each.")
@click.option(
    "--blind-spots",
    is_flag=True,
    help="Measure how many records a day stay unseen, by group; or, without LOGS, show those of the store.",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ONLOOKER_STORE",
    help="With --blind-spots: the store that keeps them; each reading goes on record there.",
)
@click.option("--budget", type=int, help="Alerts a night that the sentences are about (default 5).")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@why_option
@author_option
@side_table_options
@reading_options
@voice_options
def command(
    logs: tuple[str, ...], out: Path | None, campaigns: tuple[str, ...], tries: int | None, seed: int, quick: bool,
    blind_spots: bool, store: Path | None, as_json: bool, reason: str, author: str | None, config_file: Path | None,
    verbose: bool, **flags: Any,
) -> int:  # fmt: skip
    """Plant misuse in copies of LOGS and say what would have been known, on which night, after how many records.

    Nothing of it is kept but figures: planted agents have invented ids everywhere.
    """
    from onlooker.backtesting import backtest_into, record
    from onlooker.config import load

    screen = Screen(flags.pop("quiet"), verbose)
    if blind_spots and not logs:
        return shown(store, reason, author, as_json)
    if not logs:
        raise click.UsageError("Missing argument 'LOGS...'.")
    settings = load(flags, config_file)
    how: dict[str, Any] = {
        "seed": seed,
        "progress": screen.progress,
        "stdin": sys.stdin.buffer if "-" in logs else None,
    }
    if blind_spots:
        return measured(screen, logs, settings, out, store, author, how)
    if out is None:
        raise click.UsageError("Missing option '--out'.")
    found = backtest_into(out, logs, settings, campaigns=campaigns, tries=tries, quick=quick, **how)
    screen.clear()
    if as_json:
        click.echo(json.dumps(record(found), ensure_ascii=True))
    elif not screen.quiet:
        click.echo("\n".join(for_terminal(line) for line in lines(found)))
    screen.say(f"page: {out / 'backtest.html'}")
    return 0


def measured(
    screen: Screen, logs: tuple[str, ...], settings: Any, out: Path | None, store: Path | None, author: str | None,
    how: dict[str, Any],
) -> int:  # fmt: skip
    """Measure blind spots and say where they are."""
    from onlooker.backtesting import measure_into_folder, measure_into_store

    if store:
        measure_into_store(store, logs, settings, author, **how)
        screen.say(f"blind spots: onlooker backtest --blind-spots --store {store}")
        return 0
    if out is None:
        raise click.UsageError("Name the store that keeps them with --store, or a folder of your own with --out.")
    measure_into_folder(out, logs, settings, **how)
    screen.say(f"blind spots: {out / 'blind_spots.json'}, in a folder that only you may open")
    return 0


def shown(store: Path | None, reason: str, author: str | None, as_json: bool) -> int:
    """Show the blind spots of a store."""
    from onlooker.backtesting import read_blind_spots

    if store is None:
        raise click.UsageError("Name LOGS to measure blind spots in, or --store to show those that it keeps.")
    found = read_blind_spots(store, reason, author)
    text = json.dumps(found) if as_json else "\n".join(for_terminal(line) for line in spot_lines(found))
    click.echo(text)
    return 0


def lines(found: Backtest) -> Iterator[str]:
    """The backtest as a table."""
    from onlooker.backtesting import first_sentence, nearest

    budget = nearest(found)
    yield first_sentence(found)
    yield ""
    yield f"{'campaign':<20} {'tries':>5} {'a day':>6} {'found':>6} {'95 %':>12} {'nights':>6} {'gone':>6}"
    for one in found.campaigns:
        now = one.at(budget)
        nights = "-" if now.nights is None else f"{now.nights:.0f}"
        span = f"{now.found.low:.0%} to {now.found.high:.0%}"
        yield (
            f"{one.name:<20} {one.tries:>5} {one.records_a_day:>6.0f} {now.found.value:>6.0%} {span:>12} {nights:>6} "
            f"{now.gone.value:>6.0%}"
        )
    yield ""
    for price in found.prices:
        per = price.per_1000_week
        yield (
            f"budget {price.budget}: {per.value:.1f} new subjects per 1,000 agents a week in the log as it is "
            f"({per.low:.1f} to {per.high:.1f})"
        )
    if found.left_out:
        yield f"not tried: {', '.join(found.left_out)} (the page says why)"


def spot_lines(found: dict[str, Any]) -> Iterator[str]:
    """Blind spots as a table."""
    yield (
        f"{found['first_date']} to {found['last_date']}, a budget of {found['budget']} alerts a night: "
        "records a day that are found in half of the tries within 14 days"
    )
    for name, story in found["patterns"].items():
        yield ""
        yield f"{name}: {story}"
        for spot in found["spots"]:
            if spot["pattern"] == name:
                group = spot["group"] if spot["by"] == "all" else f"{spot['by']} {spot['group']}"
                yield f"  {group:<28} {spot['agents']:>5} agents  {half_in_words(spot['half'])}"
        for mended in found["mended"]:
            if mended["pattern"] == name:
                yield f"  with {mended['mend']:<23} {'':>12}  {half_in_words(mended['then'])}"
    for note in found["notes"]:
        yield f"note: {note}"


def half_in_words(half: dict[str, Any]) -> str:
    """`12 (8 to 20)`."""
    most = f"more than {half['most']:.0f}"
    low, high = (most if half[end] is None else f"{half[end]:.1f}" for end in ("low", "high"))
    return f"{most if half['number'] is None else format(half['number'], '.1f'):>8} ({low} to {high})"
