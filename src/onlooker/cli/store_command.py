"""`onlooker store`: looking after what lasts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from onlooker.cli.open_stores import in_store, names_of, say_unless
from onlooker.cli.under_sudo import CallersFile, only_that_of_the_desk
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.store.forgetting import Forgotten
    from onlooker.store.kept_reading import KeptReading

Command = Callable[..., Any]


def store_option(function: Command) -> Command:
    """--store, or ONLOOKER_STORE."""
    return click.option(
        "--store", type=click.Path(path_type=Path, file_okay=False), envvar="ONLOOKER_STORE",
        callback=given_store, help="Folder of the store; ONLOOKER_STORE and the setting `store` name it too.",
    )(function)  # fmt: skip


def given_store(context: click.Context, parameter: click.Parameter, store: Path | None) -> Path | None:
    """The store that is named, here or by the settings; under --desk no other than that."""
    store = only_that_of_the_desk(context, parameter, store)
    if store is None and not context.resilient_parsing:
        from onlooker.config import load

        named = load({}, context.params.get("config_file")).store
        if named is None:
            raise click.MissingParameter(ctx=context, param=parameter)
        return Path(named)
    return store


def only_oneself(_context: click.Context, _parameter: click.Parameter, author: str | None) -> str | None:
    """A name given with --as; under sudo, which knows who calls, no other than that."""
    caller = os.environ.get("SUDO_USER")
    if author and caller:
        from onlooker.cases import same_person

        if not same_person(author, caller):
            raise click.BadParameter(f"you are {caller}, says sudo; the history names nobody else")
    return author


def author_option(function: Command) -> Command:
    """Who does it."""
    return click.option(
        "--as", "author", metavar="NAME", callback=only_oneself, help="Who does it; by default who is logged in."
    )(function)


def why_option(function: Command) -> Command:
    """Why it is looked up."""
    return click.option("--reason", default="", metavar="WHY", help="Why you look, for the history.")(function)


def span_options(function: Command) -> Command:
    """--from and --to."""
    function = click.option("--to", "last", metavar="DATE", help="Last local date.")(function)
    return click.option("--from", "first", metavar="DATE", help="First local date.")(function)


def customers_option(function: Command) -> Command:
    """--customers."""
    return click.option(
        "--customers", type=CallersFile(dir_okay=False), metavar="FILE",
        help="Side table with regions and tiers; by default that of the last scan.",
    )(function)  # fmt: skip


def json_option(function: Command) -> Command:
    """--json."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(function)


def tell(done: Any, lines: Iterable[str], as_json: bool) -> None:
    """What was done: as JSON, or for people."""
    if as_json:
        click.echo(json.dumps([asdict(one) for one in done] if isinstance(done, tuple) else asdict(done)))
        return
    for line in lines:
        click.echo(for_terminal(line))


@click.group("store", short_help="Verify, repair, compact, prune; show, erase a person.")
def command() -> None:
    """Verify, repair, compact and prune the store; erase a person; hold everything."""


@command.command("verify")
@json_option
@store_option
def verify(store: Path, as_json: bool) -> int:
    """Check every file, the database and the history. Exit 1 if something is wrong."""
    from onlooker.alerts.numbers import plural
    from onlooker.cases.case_tables import READERS

    with in_store(store) as opened:
        faults = opened.verify(readers=READERS)
    if as_json:
        click.echo(json.dumps({"faults": [fault.text for fault in faults]}))
    else:
        for fault in faults:
            click.echo(for_terminal(fault.text))
        click.echo(
            f"{plural(len(faults), 'fault')}; `onlooker store repair` sets aside what is damaged" if faults else "whole"
        )
    return 1 if faults else 0


@command.command("repair", short_help="Set damaged files aside; say what to scan again.")
@json_option
@store_option
@author_option
def repair(store: Path, as_json: bool, author: str | None) -> None:
    """Set aside what is damaged, and say which nights must be scanned again."""
    from onlooker.store import Store

    with Store.open(store, "write", set_aside=True) as opened:
        before, done = opened.recovered, opened.repair(person(author))
    nights = f"scan again the logs of {', '.join(done.nights)}" if done.nights else "no night was undone"
    aside = [f"set aside: {name}" for name in done.set_aside]
    tell(done, [*before, *aside, *done.remaining, nights if aside else "no file is damaged"], as_json)


@command.command("rebuild", short_help="Make a new database where it is gone.")
@json_option
@store_option
@author_option
def rebuild(store: Path, as_json: bool, author: str | None) -> None:
    """Make a new database for a store that has lost its own, from the files of its nights, and say what is lost."""
    from onlooker.store.rebuilding import rebuild as rebuilt

    done = rebuilt(store, person(author))
    nights = f"{len(done.nights):,} nights, {done.nights[0]} to {done.nights[-1]}" if done.nights else "no night"
    aside = [f"set aside: {name}" for name in done.set_aside]
    tell(
        done, [f"rebuilt from {done.files:,} files: {nights}", *aside, *(f"lost: {one}" for one in done.lost)], as_json
    )


@command.command("compact")
@click.option("--days", default=60, show_default=True, help="Leave the files of this many recent days as they are.")
@json_option
@store_option
@author_option
def compact(store: Path, days: int, as_json: bool, author: str | None) -> None:
    """Merge day files of whole months into month files."""
    with in_store(store, "write") as opened:
        merged = opened.compact(today() - days, person(author))
    lines = [f"{done.table} of {done.month}: {done.files:,} files became one, {done.rows:,} rows" for done in merged]
    tell(merged, lines or ["nothing to merge"], as_json)


@command.command("prune", short_help="Remove what is older than it is kept for.")
@click.option("--keep", multiple=True, metavar="TABLE=DAYS", help="Keep a table for this many days. Can be repeated.")
@json_option
@store_option
@author_option
def prune(store: Path, keep: tuple[str, ...], as_json: bool, author: str | None) -> None:
    """Remove what is older than it is kept for: by --keep, the setting `keep`, or docs/operations.md."""
    from onlooker.config import load
    from onlooker.store.retention import StrictRetention

    settings = load({})
    days = dict(settings.keep)
    for pair in keep:
        name, _, number = pair.partition("=")
        if not number.isdigit():
            raise click.BadParameter(f"{pair!r} is not TABLE=DAYS")
        days[name] = int(number)
    with in_store(store, "write") as opened:
        strict = StrictRetention(settings.keep_unalerted, settings.keep_verdicts) if names_of(opened).strict else None
        gone = opened.prune(today(), person(author), days or None, strict)
    lines = [
        f"{one.table}: everything before {one.before} went, {one.rows:,} rows in {one.files:,} files" for one in gone
    ]
    tell(gone, lines or ["nothing is older than it is kept for"], as_json)


@command.command("forget", short_help="Erase one customer or agent from every table.")
@click.argument("kind", type=click.Choice(["customer", "agent"]))
@click.argument("person_id")
@click.option("--reason", required=True, help="Why, for the history; not who.")
@click.option(
    "--sentences", is_flag=True, help="Erase an id that is a plain word from all sentences that have the word."
)
@json_option
@store_option
@author_option
def forget(
    store: Path, kind: Any, person_id: str, reason: str, sentences: bool, as_json: bool, author: str | None
) -> None:
    """Erase one customer or agent from every table, with a record that it was done."""
    from onlooker.scanning.private_looks import as_stored

    with in_store(store, "write") as opened:
        spelled = as_stored(names_of(opened).real(person_id), opened)
        done = opened.forget(kind, spelled, person(author), reason, sentences=sentences)
    tell(done, about_erasure(done), as_json)


def about_erasure(done: Forgotten) -> Iterator[str]:
    """What an erasure did, without saying whom."""
    from onlooker.alerts.numbers import plural
    from onlooker.scanning.outputs import FILES

    if done.found:
        texts = f"{done.texts:,} texts of the history"
        yield f"erased: {done.rows:,} rows, {done.records:,} alerts, cases and the like, {texts}"
    else:
        yield f"nothing in the store was about this {done.kind}: is the id spelled as in the log?"
    if done.left:
        has = "record has" if done.left == 1 else "records have"
        yield f"{done.left:,} {has} the word in a sentence, and no id is spelled so: left as it is (--sentences erases)"
    if done.kept:
        stays = "stays that tells" if done.kept == 1 else "stay that tell"
        yield f"{plural(done.kept, 'line')} of the history {stays} what this person did"
    written = ", ".join((*FILES, "the pages in cases/"))
    yield f"not reached: backups, what scans and exports wrote outside of the store ({written}), what was delivered"
    yield f"the history says that it was done, under the mark {done.mark}"


@command.command("person", short_help="All that is held about a person, and who looked.")
@click.argument("person_id", metavar="ID")
@click.option("--reason", default="", metavar="WHY", help="Why you look, for the history.")
@json_option
@store_option
@author_option
def about_person(store: Path, person_id: str, reason: str, as_json: bool, author: str | None) -> None:
    """Show all that the store holds about an agent or a customer, and who looked at it.

    That you asked is in the history. `store forget` erases it.
    """
    from onlooker.api import held
    from onlooker.cases.held_about import in_words

    found = held(person_id, store, reason=reason, who=author)
    say_unless(found.noted)
    if as_json:
        click.echo(json.dumps(found.record()))
        return
    for line in in_words(found):
        click.echo(for_terminal(line))


@command.command("remap", short_help="Read logs anew by settings and content from the next run on.")
@click.option("--reason", required=True)
@json_option
@store_option
@author_option
def remap(store: Path, reason: str, as_json: bool, author: str | None) -> None:
    """Read logs by the settings and by their content from the next run on, and no longer as the store began.

    Days that are stored stay as they were read. Which columns, and which rule for ids, were kept until now is printed,
    and is in the history.
    """
    with in_store(store, "decide") as opened:
        before = opened.remap(person(author), reason)
    tell(before, about_remapping(before), as_json)


def about_remapping(before: KeptReading) -> Iterator[str]:
    """What was kept until now, and what comes."""
    for mapping in before.mappings:
        yield f"until now: {', '.join(f'{name} = {column}' for name, column in mapping.items())}"
    if before.join_ids is not None:
        yield f"until now: join_ids = {str(before.join_ids).lower()}"
    yield "the next run reads its logs by the settings and by their content, and the store goes on by that"


@command.command("hold")
@click.option("--reason", required=True)
@store_option
@author_option
def hold(store: Path, reason: str, author: str | None) -> None:
    """Legal hold: nothing is removed until it is released."""
    with in_store(store, "decide") as opened:
        click.echo(f"hold {opened.hold(reason, person(author)).id}")


@command.command("release")
@click.argument("hold_id", type=int)
@click.option("--reason", required=True)
@store_option
@author_option
def release(store: Path, hold_id: int, reason: str, author: str | None) -> None:
    """End a hold."""
    with in_store(store, "decide") as opened:
        opened.release(hold_id, reason, person(author))


def person(author: str | None) -> str:
    """Who does it: the name given, or whoever is at the keyboard."""
    from onlooker.store.history_chain import person as at_the_keyboard

    return author or at_the_keyboard()


def today() -> int:
    """Today in UTC, as a day number."""
    from onlooker.store import as_day

    return as_day(datetime.now(UTC).date())
