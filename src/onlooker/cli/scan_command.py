"""`onlooker scan`: logs in, ranked and explained agents out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.log_lines import RunLog
from onlooker.cli.option_groups import ScanCommand
from onlooker.cli.options import reading_options, several, side_table_options, spark_options, voice_options
from onlooker.cli.screen import Screen, wants_colour, width
from onlooker.cli.what_if_command import show
from onlooker.schema.findings import SEVERITIES
from onlooker.schema.privacy_modes import MODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onlooker.scanning.result import Scan
    from onlooker.schema.findings import Run


CANNOT_VOUCH = 6
WORDS, NAMED = 6, 5
"""Words shown of a note that the run before had as well, and the number of such notes that are named."""
STATUSES = """\b
Exit status:
  0  ran, alerts or not
  1  with --fail-on: there is such an alert
  2  usage, settings or the store: nothing was changed
  3  nothing usable in the input
  4  the nights are in the store, the report could not be written
  5  another run holds the store
  6  ran, but the log of the night is incomplete: see "not whole"
  70 a defect of Onlooker
"""


@click.command("scan", cls=ScanCommand, short_help="List the agents whose look-ups are worth a look.", epilog=STATUSES)
@click.argument("logs", nargs=-1, metavar="LOGS...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the report, the alerts and the scores (default out).",
)
@click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="ONLOOKER_STORE",
    help="Folder in which nights accumulate; without it, the logs are one closed set.",
)
@click.option(
    "--closed",
    is_flag=True,
    help="The logs are complete: with --store, judge all their days; else, vouch for the last.",
)
@click.option(
    "--what-if",
    metavar="NAME=VALUES",
    help="Show what budget, q_limit or quiet_days would have changed on the stored nights: budget=3,5,10.",
)
@click.option(
    "--rules-only",
    is_flag=True,
    help="With --store: judge no new night; hard rules look at the days that wait. For runs during the day.",
)
@click.option("--accept-scoring", is_flag=True, help="After an upgrade: agree to the new scoring that was shown.")
@click.option(
    "--rescore-days", type=int, help="Rescore up to this many recent nights when late data arrives (default 3)."
)
@click.option("--budget", type=int, help="Most alerts per night that the scores may raise (default 5).")
@click.option(
    "--q-limit",
    type=float,
    help="Highest q-value an alert may have: the expected share of false alarms among a night's alerts (default 0.5).",
)
@click.option("--quiet-days", type=int, help="Days without a further alert about the same agent (default 14).")
@click.option(
    "--combinations", type=float, help="Weight of the PyOD detector of unusual combinations (default 0.15; 0: off)."
)
@click.option(
    "--daily-cap", type=int, help="Alert on every person who opens more customers a day than this (default 200)."
)
@click.option(
    "--may-export",
    multiple=True,
    metavar="AGENT|ROLE",
    help="Who may export: any export by others raises an alert. Can be repeated.",
)
@click.option("--also-write", multiple=True, type=click.Choice(["ocsf", "ecs", "cef", "markdown"]), callback=several,
              help="Write the alerts in this format too. Can be repeated.")  # fmt: skip
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    help="Exit with 1 if there is an alert at least this severe; with --store, one that is new or was raised again.",
)
@click.option("--privacy", type=click.Choice(MODES),
              help="Show names (open) or pseudonyms; strict also shows nothing of people without alerts.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document: the run and its alerts.")
@click.option("--log-json", is_flag=True, help="Instead of list and words, JSON lines on standard error, without ids.")
@spark_options
@side_table_options
@reading_options
@voice_options
def command(
    logs: tuple[str, ...], out: Path | None, store: Path | None, closed: bool, as_json: bool, quiet: bool,
    verbose: bool, config_file: Path | None, fail_on: str | None, what_if: str | None, rules_only: bool,
    accept_scoring: bool, tables: tuple[str, ...], log_json: bool, **flags: Any,
) -> int:  # fmt: skip
    """Scan record-access LOGS and list the agents whose look-ups an analyst should check.

    LOGS are files, folders or globs (CSV, TSV, JSON lines, Parquet; plain, .gz, .zst), or - for standard input. With
    --engine spark also what Spark can reach (s3a://bucket/views/*.parquet), and tables of its catalog by --table.
    """
    from onlooker.config import load

    log = RunLog(log_json)
    screen = Screen(quiet or log_json, verbose)
    settings = load({**flags, "may_export": list(flags["may_export"]) or None}, config_file)
    out = out or Path(settings.out)
    store = store or (Path(settings.store) if settings.store else None)
    fail_on = fail_on or settings.fail_on
    if what_if:
        if store is None:
            raise click.UsageError("--what-if decides stored nights: it needs --store")
        show(store, settings, [what_if], as_json)
        return 0
    if not logs and not tables:
        raise click.UsageError("Missing argument 'LOGS...'.")
    if rules_only and not store:
        raise click.UsageError("--rules-only leaves nights to a later run: it needs --store.")
    if tables and settings.engine != "spark":
        raise click.UsageError("--table names a table of Spark's catalog: add --engine spark.")
    how: dict[str, Any] = {"out": out, "stdin": sys.stdin.buffer, "progress": screen.progress}
    nightly: dict[str, Any] = {
        "closed": closed,
        "accept_scoring": accept_scoring,
        "rules_only": rules_only,
        "tables": tables,
    }
    closed_set = {"tables": tables, "closed": closed, **how}
    log.say("started", inputs=len(logs) + len(tables), store=bool(store))
    with log.failures():
        if store:
            from onlooker.nightly import scan_into

            result = scan_into(store, logs, settings, **nightly, **how)
        else:
            from onlooker.scanning.run import scan

            result = scan(logs, settings, **closed_set)
    with result:
        screen.clear()
        told(screen, result, out)
        if as_json:
            document = {"run": result.run.record(), "alerts": [alert.record() for alert in result.alerts]}
            click.echo(json.dumps(document, ensure_ascii=True))
        elif not screen.quiet:
            from onlooker.report.terminal import alert_table, role_review

            colour, nights = wants_colour(sys.stdout), settings.nights
            click.echo(
                alert_table(result.alerts, result.night_run, width=width(), colour=colour, nights=nights), color=True
            )
            if review := role_review(result.run, width()):
                click.echo(f"\n{review}")
        screen.say(f"report: {out / 'report.html'}")
        if store and result.alerts:
            screen.say(f"cases: onlooker cases list --store {store}")
        status = ended(result, fail_on)
        log.finished(result.run, result.alerts, status)
    return status


def told(screen: Screen, result: Scan, out: Path) -> None:
    """What a reader must know of the run before the list."""
    from onlooker.alerts.numbers import doubts

    for doubt in doubts(result.run):
        screen.say(f"not whole: {doubt}")
    known = [note for note in result.run.notes if note in result.notes_before]
    for note in (*(note for note in result.run.notes if note not in result.notes_before), *rejected(result.run, out)):
        screen.say(f"note: {note}")
    if known:
        screen.say(f"{as_last_night(known)}; {out / 'run.json'} and the report have them.")
    screen.detail("columns: " + ", ".join(f"{name} = {column}" for name, column in result.run.mapping.items()))
    screen.detail("seconds: " + ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in result.run.stages.items()))


def as_last_night(notes: Sequence[str]) -> str:
    """Notes that the run before had as well, each by its first words."""
    from onlooker.alerts.numbers import plural

    begun = "; ".join(f"{' '.join(note.split()[:WORDS])} …" for note in notes[:NAMED])
    more = f"; and {len(notes) - NAMED} more" if len(notes) > NAMED else ""
    return f"{plural(len(notes), 'note')} as last night: {begun}{more}"


def ended(result: Scan, fail_on: str | None) -> int:
    """The exit status of a run that went to its end."""
    if not result.run.vouched:
        return CANNOT_VOUCH
    asked = [alert for alert in result.alerts if alert.new or alert.raised_again]
    worst = max((SEVERITIES.index(alert.severity) for alert in asked), default=-1)
    return 1 if fail_on and worst >= SEVERITIES.index(fail_on) else 0


def rejected(run: Run, out: Path) -> list[str]:
    """What could not be read, and where to find it."""
    if not run.counts["rejected"]:
        return []
    ranked = sorted(run.rejects_by_reason.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{reason} ({number:,})" for reason, number in ranked[:3]) if ranked[1:] else ranked[0][0]
    more = f", other reasons ({sum(number for _, number in ranked[3:]):,})" if ranked[3:] else ""
    return [
        f"{run.counts['rejected']:,} of {run.counts['lines']:,} lines could not be read: {told}{more}; "
        f"see {out / 'rejects.csv'}."
    ]
