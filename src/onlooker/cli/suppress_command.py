"""`onlooker cases suppress`: raise no alerts in a scope until a date."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.case_options import desk, say, say_unknown, scope_of, scope_options
from onlooker.cli.open_stores import in_store, looking_up, names_of
from onlooker.cli.store_command import author_option, person, store_option

if TYPE_CHECKING:
    from onlooker.cases import CaseDesk, Explanation, Suppression
    from onlooker.privacy import Names


@click.command("suppress", short_help="Raise no alerts in a scope until a date.")
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
        with looking_up(store, "suppressions listed", {}, author) as look:
            for text in standing(look.desk, look.names):
                say(text)
        return
    with in_store(store, "decide") as opened:
        if end:
            say(f"ended: {desk(opened).unsuppress(end, person(author), reason).id}")
        elif until is None:
            raise click.UsageError("--until is needed: nothing is suppressed for ever")
        else:
            names = names_of(opened)
            made = desk(opened).suppress(scope_of(names, **scope), until, person(author), reason, second=second)
            say(f"{made.id}: {names.shown(made.scope).in_words()} until {made.until}")
            say_unknown(opened, made.scope)


def standing(desk: CaseDesk, names: Names) -> Iterator[str]:
    """Suppressions and explanations, in words."""
    kinds: tuple[tuple[str, tuple[Suppression | Explanation, ...]], ...] = (
        ("suppressed", desk.suppressions()),
        ("explained", desk.explanations()),
    )
    for kind, found in kinds:
        for one in names.shown(tuple(term for term in found if desk.sees_scope(term.scope))):
            state = "holds" if one.active_on(desk.today) else "over"
            scope, span = one.scope.in_words(), f"{one.first} to {one.until} ({state})"
            who = f"{one.author}, agreed by {one.second}" if one.second else one.author
            yield f"{one.id}  {kind}  {scope}  {span}  {who}: {one.reason}"
