"""`onlooker cases`: what analysts work on, and what they decide."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.store_command import author_option, in_store, json_option, looking_up, person, store_option
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.cases import Case, CaseDesk, Explanation, Scope, Suppression
    from onlooker.store import Store

Command = Callable[..., Any]


@click.group("cases", short_help="What came of alerts: assign, note, close, suppress.")
def command() -> None:
    """List and show cases; close, reopen, assign and annotate them; suppress alerts that are already explained."""


def scope_options(function: Command) -> Command:
    """Whom and what a suppression or explanation covers."""
    for name in ("--customer", "--signal", "--team", "--agent"):
        function = click.option(name, f"{name[2:]}s", multiple=True, help=f"Only this {name[2:]}. Can be repeated.")(
            function
        )
    return function


def scope_of(
    agents: tuple[str, ...], teams: tuple[str, ...], signals: tuple[str, ...], customers: tuple[str, ...]
) -> Scope:
    """The scope that the options describe."""
    from onlooker.cases import Scope

    return Scope(agents=agents, teams=teams, signals=signals, customers=customers)


def desk(store: Store) -> CaseDesk:
    """The case desk of an open store."""
    from onlooker.cases import CaseDesk

    return CaseDesk(store)


def say_unknown(store: Store, scope: Scope) -> None:
    """Warn of names in a scope that the store has never seen: misspelled, or not there yet."""
    from onlooker.config import load
    from onlooker.engines.duck import DuckEngine
    from onlooker.investigate import unknown

    settings = load({})
    with DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        names = list(unknown(engine, store, scope.agents, scope.teams, scope.customers))
    if names:
        click.echo(for_terminal(f"note: the store knows nothing of {', '.join(names)} so far"), err=True)


def say(text: str) -> None:
    """One line of a log's and people's words, harmless."""
    click.echo(for_terminal(text))


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed cases too.")
@json_option
@store_option
@author_option
def list_cases(store: Path, everything: bool, as_json: bool, author: str | None) -> None:
    """List open cases, newest first, and the precision so far."""
    from onlooker.alerts.numbers import plural
    from onlooker.cases import in_words

    with looking_up(store, "cases listed", {"all": everything}, author) as opened:
        found = desk(opened).cases(None if everything else "open")
        newest = {case.id: alert.record for case in found for alert in opened.alerts(case=case.id)}
        overall, signals = desk(opened).precision()
    if as_json:
        by_signal = {signal: one.record() for signal, one in signals.items()}
        precision = {"precision": overall.record(), "precision_by_signal": by_signal}
        click.echo(json.dumps({"cases": [case.record() for case in found], **precision}))
        return
    for case in sorted(found, key=lambda case: (case.raised, case.id), reverse=True):
        say(line(case))
        if alert := newest.get(case.id):
            say(f"    {alert['date']}  {alert['severity']}: {alert['headline']}")
    say(plural(len(found), "case"))
    for text in in_words(overall, signals):
        say(text)


def line(case: Case) -> str:
    """One case on one line."""
    from onlooker.alerts.numbers import plural

    verdict = f" {case.verdict.kind}" if case.verdict else ""
    unexplained = sum(case.unexplained.values())
    return (
        f"{case.id}  {case.raised}  {case.state}{verdict}  {case.agent_id}  {plural(len(case.alerts), 'alert')}  "
        f"{unexplained} unexplained since {case.opened}  {case.assignee or 'nobody'}"
    )


@command.command("show", short_help="Show one case, and what was done to it.")
@click.argument("case_id")
@json_option
@store_option
@author_option
def show(store: Path, case_id: str, as_json: bool, author: str | None) -> None:
    """Show one case: its alerts with their reasons, and what was done to it."""
    with in_store(store) as opened:
        agent = desk(opened).show(case_id).agent_id
    with looking_up(store, "case shown", {"case": case_id, "agent": agent}, author) as opened:
        case, alerts = desk(opened).show(case_id), opened.alerts(case=case_id)
    if as_json:
        document = {"case": case.record(), "alerts": [alert.record | {"state": alert.state} for alert in alerts]}
        click.echo(json.dumps(document))
        return
    for text in told(case, alerts):
        say(text)


def told(case: Case, alerts: Any) -> Iterator[str]:
    """A case in words."""
    yield line(case)
    for alert in alerts:
        record = alert.record
        yield f"  {record['date']}  {record['severity']}  {alert.state}  {record['headline']}"
        yield from (f"    - {reason['text']}" for reason in record["reasons"])
        yield from (f"    against: {text}" for text in record["against"])
        yield from (f"    later: {text}" for text in alert.lines)
    for note in case.notes:
        yield f"  {note.at}  {note.author}  {note.what} {note.text}".rstrip()
    if alerts and alerts[-1].record["kind"] != "ring":
        agent = shlex.quote(case.agent_id)  # whoever writes the log chooses it, and the line is there to be copied
        yield f"  Visits to look at first, and the nights before: onlooker explain {agent} --date {case.last}"


@command.command("close")
@click.argument("case_id")
@click.option("--verdict", type=click.Choice(["confirmed", "benign", "unsure"]), required=True)
@click.option("--reason", default="", help="Why; a benign verdict needs one.")
@click.option("--from", "first", metavar="DATE", help="First local date the verdict speaks about.")
@click.option("--to", "last", metavar="DATE", help="Last local date.")
@click.option(
    "--until", metavar="DATE", help="Benign: last date on which the explanation holds (default: 30 days from today)."
)
@click.option("--second", metavar="NAME", help="A second person, who agrees to more than 90 days.")
@scope_options
@store_option
@author_option
def close(
    store: Path, case_id: str, verdict: Any, reason: str, author: str | None, first: str | None, last: str | None,
    until: str | None, second: str | None, **scope: tuple[str, ...],
) -> None:  # fmt: skip
    """Close a case with a verdict. A benign one becomes an explanation that holds for a while."""
    with in_store(store, "decide") as opened:
        covers = scope_of(**scope) if any(scope.values()) else None
        case = desk(opened).close(
            case_id, verdict, person(author), reason, first=first, last=last, until=until, scope=covers, second=second
        )
        if covers:
            say_unknown(opened, covers)
    say(line(case))


@command.command("reopen")
@click.argument("case_id")
@click.option("--reason", required=True)
@store_option
@author_option
def reopen(store: Path, case_id: str, reason: str, author: str | None) -> None:
    """Open a closed case again; an explanation made with it ends."""
    with in_store(store, "decide") as opened:
        say(line(desk(opened).reopen(case_id, person(author), reason)))


@command.command("assign")
@click.argument("case_id")
@click.argument("to")
@store_option
@author_option
def assign(store: Path, case_id: str, to: str, author: str | None) -> None:
    """Give a case to somebody."""
    with in_store(store, "decide") as opened:
        say(line(desk(opened).assign(case_id, to, person(author))))


@command.command("note")
@click.argument("case_id")
@click.argument("text")
@store_option
@author_option
def note(store: Path, case_id: str, text: str, author: str | None) -> None:
    """Add a remark to a case."""
    with in_store(store, "decide") as opened:
        say(line(desk(opened).note(case_id, text, person(author))))


@command.command("suppress", short_help="Raise no alerts in a scope until a date.")
@click.option("--list", "listing", is_flag=True, help="List suppressions and explanations that hold.")
@click.option("--until", metavar="DATE", help="Last local date, inclusive.")
@click.option("--reason", default="")
@click.option("--second", metavar="NAME", help="A second person, who agrees to more than 90 days.")
@click.option("--end", metavar="ID", help="Take a suppression back.")
@scope_options
@store_option
@author_option
def suppress(
    store: Path, listing: bool, until: str | None, reason: str, second: str | None, end: str | None,
    author: str | None, **scope: tuple[str, ...],
) -> None:  # fmt: skip
    """Stop raising alerts in a scope until a date; they are still counted and shown as suppressed."""
    if listing:
        with looking_up(store, "suppressions listed", {}, author) as opened:
            for text in standing(desk(opened)):
                say(text)
        return
    with in_store(store, "decide") as opened:
        if end:
            say(f"ended: {desk(opened).unsuppress(end, person(author), reason).id}")
        elif until is None:
            raise click.UsageError("--until is needed: nothing is suppressed for ever")
        else:
            made = desk(opened).suppress(scope_of(**scope), until, person(author), reason, second=second)
            say(f"{made.id}: {made.scope.in_words()} until {made.until}")
            say_unknown(opened, made.scope)


def standing(desk: CaseDesk) -> Iterator[str]:
    """Suppressions and explanations, in words."""
    today = date.today().isoformat()
    kinds: tuple[tuple[str, tuple[Suppression | Explanation, ...]], ...] = (
        ("suppressed", desk.suppressions()),
        ("explained", desk.explanations()),
    )
    for kind, found in kinds:
        for one in found:
            state = "holds" if one.active_on(today) else "over"
            scope, span = one.scope.in_words(), f"{one.first} to {one.until} ({state})"
            who = f"{one.author}, agreed by {one.second}" if one.second else one.author
            yield f"{one.id}  {kind}  {scope}  {span}  {who}: {one.reason}"
