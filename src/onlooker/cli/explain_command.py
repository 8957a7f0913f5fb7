"""`onlooker explain`: one agent, one night."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.open_stores import say_unless
from onlooker.cli.store_command import author_option, json_option, store_option, why_option
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.investigate import AgentNight

MOST_SIGNALS = 6
MOST_CHECKS = 3
LONGEST_LINE = 400


@click.command("explain", short_help="Say what speaks for and against one night of an agent.")
@click.argument("agent")
@click.option(
    "--date",
    metavar="DATE",
    help="Local date; by default the rarest night of the open case, else of the newest alert, else the last judged.",
)
@click.option("--lines", is_flag=True, help="Show the lines of the log as well, from inputs that are still there.")
@json_option
@store_option
@why_option
@author_option
def command(
    agent: str, date: str | None, lines: bool, store: Path, as_json: bool, reason: str, author: str | None
) -> None:  # fmt: skip
    """Explain one night of AGENT: scores, reasons for and against, and the visits to check."""
    import onlooker

    night = onlooker.explain(agent, store, date, reason=reason, who=author, lines=lines)
    say_unless(night.noted)
    if as_json:
        click.echo(json.dumps(night.record()))
        return
    for line in told(night):
        click.echo(for_terminal(line))


def told(night: AgentNight) -> Iterator[str]:
    """The night in words."""
    from onlooker.alerts.numbers import by_chance, count, rarity

    who = ", ".join(value for value in night.who.values() if value)
    yield f"{night.agent_id} on {night.date}" + (f" ({who})" if who else "")
    yield (
        f"  by all signals together {by_chance(night.q_value, night.worth_nights)}; score {night.score:.1f}, "
        f"q {night.q_value:.2g}, rank {night.rank:,} of {night.agents:,} that night"
    )
    yield (
        f"  {count(night.customers)} customers, {count(night.expected)} expected; "
        f"{count(night.unexplained)} without an explanation"
    )
    yield from (f"  not whole: {text}" for text in night.doubts)
    yield from (f"  surge: {text}" for text in night.surges)
    yield from alerts_told(night)
    yield from signals_told(night)
    yield "Against it" if night.against else "Nothing was found that speaks against it."
    yield from (f"  - {text}" for text in night.against)
    if night.visits:
        yield "Visits to look at first"
    for visit in night.visits:
        times = f"{local(visit.first_seen, night.offset_us)} to {local(visit.last_seen, night.offset_us)} {night.zone}"
        yield f"  - {visit.customer_id}, {times}: {visit.why}"
    if night.story:
        yield f"The day from first to last look ({night.zone})"
    yield from (f"  - {text}" for text in night.story)
    if night.source_lines or night.lines_missing:
        yield "Lines of the log"
    yield from (f"  {one.path}:{one.line}: {one.text[:LONGEST_LINE]}" for one in night.source_lines)
    yield from (f"  not read again: {text}" for text in night.lines_missing)
    yield "Nights worked, up to today"
    worth = max(night.worth_nights, 1) * night.agents if night.worth_nights is not None else 0
    for one in night.nights:
        mark = "  alert" if one["alerted"] else f"  no alert: {one['no_alert']}" if one["no_alert"] else ""
        figures = f"{one['customers']:>5,} customers {one['unexplained']:>5,} unexplained"
        yield f"  {one['date']} {figures}  {rarity(one['p_value'], worth=worth)}{mark}"


def local(instant: str, offset_us: int) -> str:
    """`09:31` of an instant in UTC, in local time."""
    return (datetime.fromisoformat(instant) + timedelta(microseconds=offset_us)).strftime("%H:%M")


def alerts_told(night: AgentNight) -> Iterator[str]:
    """The alerts of the night, as they were raised."""
    if not night.alerts or night.no_alert:
        yield f"No alert was raised about this night: {night.no_alert}."
    for alert in night.alerts:
        because = f" ({alert['because']})" if alert["because"] else ""
        case = f", {alert['case_id']}" if alert["case_id"] else ""
        yield f"Alert, {alert['state']}{because}{case}: {alert['severity']} severity, {alert['confidence']} confidence"
        ring = alert["kind"] == "ring"
        yield from (f"  {text}" for text in [alert["headline"]] * ring)
        about = [reason for reason in alert["reasons"] if not ring or reason["agent_id"] == night.agent_id]
        yield from (f"  - {reason['text']}" for reason in about)
        yield from (f"  later: {text}" for text in alert["later"])


def signals_told(night: AgentNight) -> Iterator[str]:
    """What gave the evidence, each signal with its counts."""
    speaking = [part for part in night.signals if part.evidence > 0][:MOST_SIGNALS]
    yield f"What the evidence of {night.evidence:.1f} is made of"
    yield from (f"  {part.evidence:+.2f}  {part.signal}: {part.text}" for part in speaking)
    apart = (
        (night.combinations, "their combination"),
        (night.weeks_before, "from comparing with the weeks before"),
    )
    rest = night.evidence - sum(value for value, _ in apart) - sum(part.evidence for part in speaking)
    further = [f"{value:+.2f} {what}" for value, what in apart if value]
    yield "  " + "; ".join([f"{rest:+.2f}  all other signals", *further])
    yield from next_checks([part.signal for part in speaking])


def next_checks(signals: Sequence[str]) -> Iterator[str]:
    """What to look at next, for the strongest signals, and where more is said of them."""
    from onlooker.report.glossary import paragraphs

    known = [(name, paragraphs()[name].check) for name in signals if name in paragraphs()]
    if known:
        yield "What to check (more in docs/signals.md, under the name of the signal)"
    yield from (f"  {name}: {check}" for name, check in known[:MOST_CHECKS])
