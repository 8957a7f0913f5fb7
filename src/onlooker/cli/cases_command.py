"""`onlooker cases`: what analysts work on, and what they decide."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.case_options import cases_argument, decide, desk, line, say, say_unknown, scope_of, scope_options
from onlooker.cli.handing_on_commands import answer, ask, refer, reveal, seal, unseal
from onlooker.cli.open_stores import in_store, looking_up, names_of, say_unless, shown_case
from onlooker.cli.store_command import author_option, json_option, person, store_option
from onlooker.cli.suppress_command import suppress

if TYPE_CHECKING:
    from onlooker.cases import Case


@click.group("cases", short_help="What came of alerts: assign, note, close, suppress.")
def command() -> None:
    """List and show cases; close, reopen, assign and annotate them; ask, refer, seal; suppress alerts.

    A case is named by its id, the beginning of it, or its agent, in that order.
    """


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed cases too.")
@json_option
@store_option
@author_option
def list_cases(store: Path, everything: bool, as_json: bool, author: str | None) -> None:
    """List open cases, newest first, and the precision so far.

    Of the cases that were raised on one night the worst stands first.
    """
    from onlooker.alerts.numbers import plural
    from onlooker.cases import CaseDesk, in_words
    from onlooker.schema.findings import SEVERITIES

    with looking_up(store, "cases listed", {"all": everything}, author) as look:
        found, names = look.desk.cases(None if everything else "open"), look.names
        alerts = {case.id: look.store.alerts(case=case.id) for case in found}
        newest = {case: names.shown(told[-1].record) for case, told in alerts.items() if told}
        worst = {
            case: max(SEVERITIES.index(one.record["severity"]) for one in told) for case, told in alerts.items() if told
        }
        found = names.shown(found)
        overall, signals = CaseDesk(look.store, seen=look.seen).precision()
    if as_json:
        by_signal = {signal: one.record() for signal, one in signals.items()}
        precision = {"precision": overall.record(), "precision_by_signal": by_signal}
        click.echo(json.dumps({"cases": [case.record() for case in found], **precision}))
        return
    order = {case.id: (case.raised, worst.get(case.id, -1), case.opened, case.id) for case in found}
    for case in sorted(found, key=lambda case: order[case.id], reverse=True):
        say(line(case))
        if alert := newest.get(case.id):
            say(f"    {alert['date']}  {alert['severity']}: {alert['headline']}")
    say(plural(len(found), "case"))
    for text in in_words(overall, signals):
        say(text)


@command.command("show", short_help="Show one case, and what was done to it.")
@click.argument("case_id", metavar="CASE")
@json_option
@store_option
@author_option
def show(store: Path, case_id: str, as_json: bool, author: str | None) -> None:
    """Show one case: its alerts with their reasons, and what was done to it."""
    from onlooker.config import load
    from onlooker.scanning.private_looks import case_look

    with case_look(store, case_id, load({}), who=author) as (look, found):
        say_unless(look.noted)
        names, known = look.names, found.revealed is not None
        case, alerts = shown_case(names, found), names.shown(look.store.alerts(case=found.id), revealed=known)
        hidden = names.shown(found) if known else None
    if as_json:
        document = {"case": case.record(), "alerts": [alert.record | {"state": alert.state} for alert in alerts]}
        click.echo(json.dumps(document))
        return
    for text in told(case, alerts, hidden.agent_id if hidden and names.private else ""):
        say(text)


def told(case: Case, alerts: Any, pseudonym: str = "") -> Iterator[str]:
    """A case in words; `pseudonym` stands for its agent elsewhere, where names are hidden and it was revealed."""
    yield line(case)
    if pseudonym and case.revealed:
        by = f"by {case.revealed.author} and {case.revealed.second}: {case.revealed.reason}"
        yield f"  {pseudonym} is {case.agent_id}, revealed {case.revealed.at[:10]} {by}"
    for alert in alerts:
        record = alert.record
        yield f"  {record['date']}  {record['severity']}  {alert.state}  {record['headline']}"
        yield from (f"    - {reason['text']}" for reason in record["reasons"])
        yield from (f"    against: {text}" for text in record["against"])
        yield from (f"    later: {text}" for text in alert.lines)
    if case.question:
        asked = case.question
        yield f"  asked {asked.asked}: {asked.question}  answer: {asked.answer or 'none yet'}"
    for note in case.notes:
        yield f"  {note.at}  {note.author}  {note.what} {note.text}".rstrip()
    if alerts and alerts[-1].record["kind"] != "ring":
        agent = shlex.quote(case.agent_id)  # whoever writes the log chooses it, and the line is there to be copied
        yield f"  Visits to look at first, and the nights before: onlooker explain {agent} --date {case.last}"


VERDICTS = {"confirmed": "confirmed", "benign": "benign", "false-alarm": "false alarm", "unsure": "unsure"}


@command.command("close", short_help="Decide: confirmed, benign, false alarm or unsure.")
@cases_argument
@click.option("--verdict", type=click.Choice(list(VERDICTS)), required=True)
@click.option("--reason", default="", help="Why; a benign verdict and a false alarm need one.")
@click.option("--from", "first", metavar="DATE", help="First local date the verdict speaks about.")
@click.option("--to", "last", metavar="DATE", help="Last local date.")
@click.option(
    "--until",
    metavar="DATE",
    help="Benign: last date on which the explanation holds (default: 30 days after the last night judged).",
)
@click.option("--second", metavar="NAME", help="A second person, who agrees to it.")
@scope_options
@store_option
@author_option
def close(
    store: Path, cases: tuple[str, ...], verdict: str, reason: str, author: str | None, first: str | None,
    last: str | None, until: str | None, second: str | None, **scope: tuple[str, ...],
) -> None:  # fmt: skip
    """Close cases with a verdict, and say what it does. CASE is an id, its beginning or an agent.

    Benign: the visits had a reason, which explains further ones for a while. False alarm: the alert should not have
    been; nothing is explained.
    """
    from onlooker.cases.consequences import consequences

    how: dict[str, Any] = {"first": first, "last": last, "until": until, "second": second}
    with in_store(store, "decide") as opened:
        names = names_of(opened)
        covers = scope_of(names, **scope) if any(scope.values()) else None
        me, done = person(author), []
        own = desk(opened, me)
        with opened.deciding():
            for case_id in dict.fromkeys(own.named(names.real(name)).id for name in cases):
                case = own.close(case_id, VERDICTS[verdict], me, reason, scope=covers, **how)  # type: ignore[arg-type]
                done.append((shown_case(names, case), [*consequences(own, case, names)]))
        if covers:
            say_unknown(opened, covers)
        for case, effects in done:
            say(line(case))
            for effect in effects:
                say(f"  {effect}")


@command.command("reopen")
@cases_argument
@click.option("--reason", required=True)
@store_option
@author_option
def reopen(store: Path, cases: tuple[str, ...], reason: str, author: str | None) -> None:
    """Open closed cases again; an explanation made with one ends."""
    decide(store, cases, author, lambda own, case, me: own.reopen(case.id, me, reason))


@command.command("assign")
@cases_argument
@click.argument("to")
@store_option
@author_option
def assign(store: Path, cases: tuple[str, ...], to: str, author: str | None) -> None:
    """Give cases to somebody."""
    decide(store, cases, author, lambda own, case, me: own.assign(case.id, to, me))


@command.command("note")
@cases_argument
@click.argument("text")
@store_option
@author_option
def note(store: Path, cases: tuple[str, ...], text: str, author: str | None) -> None:
    """Add a remark to cases."""
    decide(store, cases, author, lambda own, case, me: own.note(case.id, text, me))


command.add_command(suppress)
for one in (ask, answer, refer, reveal, seal, unseal):
    command.add_command(one)
