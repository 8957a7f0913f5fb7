"""What the commands on cases share: whom a scope covers, which cases are meant, what is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.open_stores import in_store, names_of, seen_in, shown_case
from onlooker.cli.store_command import person
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.cases import Case, CaseDesk, Scope
    from onlooker.privacy import Names
    from onlooker.store import Store

Command = Callable[..., Any]


def cases_argument(function: Command) -> Command:
    """CASES..."""
    return click.argument("cases", nargs=-1, required=True, metavar="CASE...")(function)


def scope_options(function: Command) -> Command:
    """Whom and what a suppression or explanation covers."""
    for name in ("--customer", "--signal", "--team", "--agent"):
        function = click.option(name, f"{name[2:]}s", multiple=True, help=f"Only this {name[2:]}. Can be repeated.")(
            function
        )
    return function


def scope_of(
    names: Names, agents: tuple[str, ...], teams: tuple[str, ...], signals: tuple[str, ...], customers: tuple[str, ...]
) -> Scope:
    """The scope that the options describe, by ids or pseudonyms."""
    from onlooker.cases import Scope

    return Scope(
        agents=tuple(map(names.real, agents)),
        teams=tuple(names.real(one).removeprefix("team ") for one in teams),
        signals=signals,
        customers=tuple(names.real(one, "customer") for one in customers),
    )


def say_unknown(store: Store, scope: Scope) -> None:
    """Warn of names in a scope that the store has never seen: misspelled, or not there yet."""
    from onlooker.config import load
    from onlooker.engines.duck import DuckEngine
    from onlooker.investigate import unknown

    settings = load({})
    with DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        absent = list(unknown(engine, store, scope.agents, scope.teams, scope.customers))
    if absent and names_of(store).private:
        absent = [f"{len(absent):,} of the names given"]
    if absent:
        click.echo(for_terminal(f"note: the store knows nothing of {', '.join(absent)} so far"), err=True)


def say(text: str) -> None:
    """One line of a log's and people's words, harmless."""
    click.echo(for_terminal(text))


def desk(store: Store, viewer: str | None = None) -> CaseDesk:
    """The case desk of an open store, as `viewer` sees it."""
    from onlooker.cases import CaseDesk

    return CaseDesk(store, viewer=viewer, seen=seen_in(store))


def decide(
    store: Path, cases: tuple[str, ...], author: str | None, what: Callable[[CaseDesk, Case, str], Case]
) -> None:
    """Do `what` to all of the cases or to none, and say how each stands."""
    me = person(author)
    with in_store(store, "decide") as opened:
        own, names = desk(opened, me), names_of(opened)
        with opened.deciding():
            ids = dict.fromkeys(own.named(names.real(name)).id for name in cases)
            changed = [what(own, own.show(case_id), me) for case_id in ids]
        for case in changed:
            say(line(shown_case(names, case)))


def line(case: Case) -> str:
    """One case on one line."""
    from onlooker.alerts.numbers import plural

    unexplained = sum(case.unexplained.values())
    sealed = "  sealed" if case.hidden_from else ""
    return (
        f"{case.id}  {case.raised}  {case.in_words()}  {case.agent_id}  {plural(len(case.alerts), 'alert')}  "
        f"{unexplained} unexplained since {case.opened}  {case.assignee or 'nobody'}{sealed}"
    )
