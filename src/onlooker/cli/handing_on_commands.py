"""`onlooker cases ask`, `answer`, `refer`, `seal` and `unseal`: a case in other hands."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from onlooker.cli.case_options import cases_argument, decide, say
from onlooker.cli.store_command import author_option, person, store_option
from onlooker.cli.under_sudo import CallersFile


@click.command("ask", short_help="Note whom you asked about cases, and what.")
@cases_argument
@click.argument("whom")
@click.argument("question")
@store_option
@author_option
def ask(store: Path, cases: tuple[str, ...], whom: str, question: str, author: str | None) -> None:
    """Note that WHOM was asked QUESTION: the cases are `asked` until there is an answer. Nothing is sent."""
    from onlooker.cases import handing_on

    decide(store, cases, author, lambda own, case, me: handing_on.ask(own, case.id, whom, question, me))


@click.command("answer", short_help="Note the answer to the question that was asked.")
@cases_argument
@click.argument("text")
@store_option
@author_option
def answer(store: Path, cases: tuple[str, ...], text: str, author: str | None) -> None:
    """Note the answer to the question that was asked last about cases."""
    from onlooker.cases import handing_on

    decide(store, cases, author, lambda own, case, me: handing_on.answer(own, case.id, text, me))


@click.command("refer", short_help="Hand a case to HR, legal or a vendor, with a bundle.")
@click.argument("case_id", metavar="CASE")
@click.argument("to", type=click.Choice(["HR", "legal", "vendor"], case_sensitive=False))
@click.option(
    "--bundle", type=CallersFile(path_type=Path, allow_dash=True), metavar="FOLDER|FILE.zip", required=True,
    help="What is handed over: a new folder, or a new file NAME.zip; - writes a zip to standard output.",
)  # fmt: skip
@click.option("--reason", default="", help="Why, for the case and the history.")
@store_option
@author_option
def refer(store: Path, case_id: str, to: Any, bundle: Path, reason: str, author: str | None) -> None:
    """Refer CASE to HR, legal or a vendor, and write what they need, sealed by a manifest of SHA-256 hashes.

    The bundle has the case, its alerts, the customers that the agent saw, and what the history says of the case. The
    hash of its manifest is in the history, so that it can be told later whether a copy is the one handed over.
    """
    from onlooker import api

    out = None if str(bundle) == "-" else bundle
    case, digest, content = api.refer(case_id, store, to, out, who=person(author), reason=reason)
    if out is None:
        sys.stdout.buffer.write(content)
        return
    say(f"{case.id}: referred to {case.referred}; {bundle} holds what to hand over")
    say(f"  SHA-256 of its MANIFEST.sha256, also in the history: {digest}")
    say("  Whoever gets it checks it in that folder with: sha256sum -c MANIFEST.sha256")


@click.command("seal", short_help="Hide cases from people, and from what everybody reads.")
@cases_argument
@click.option("--from", "people", metavar="NAME", multiple=True, required=True, help="From whom. Can be repeated.")
@click.option("--reason", required=True)
@store_option
@author_option
def seal(store: Path, cases: tuple[str, ...], people: tuple[str, ...], reason: str, author: str | None) -> None:
    """Hide cases from people: a lead may be in it. Reports, alert files and messages leave them out for everybody."""
    from onlooker.cases import handing_on

    decide(store, cases, author, lambda own, case, me: handing_on.seal(own, case.id, people, me, reason))


@click.command("reveal", short_help="Unlock the names of a case, where names are hidden.")
@click.argument("case_id", metavar="CASE")
@click.option("--reason", required=True, help="Why, for the case and the history.")
@click.option("--second", metavar="NAME", required=True, help="A second person, who agrees to it.")
@store_option
@author_option
def reveal(store: Path, case_id: str, reason: str, second: str, author: str | None) -> None:
    """Unlock the names of CASE, where names are hidden: its agent, its visits and the customers the agent opened.

    `cases show`, `explain`, `exposure`, `trace` and `review` name them from now on, and a bundle can be handed over.
    Lists, reports and messages keep the pseudonyms.
    """
    from onlooker.cases import handing_on

    decide(store, (case_id,), author, lambda own, case, me: handing_on.reveal(own, case.id, me, second, reason))


@click.command("unseal", short_help="Show sealed cases to all again.")
@cases_argument
@click.option("--reason", required=True)
@store_option
@author_option
def unseal(store: Path, cases: tuple[str, ...], reason: str, author: str | None) -> None:
    """Show sealed cases to all again."""
    from onlooker.cases import handing_on

    decide(store, cases, author, lambda own, case, me: handing_on.unseal(own, case.id, me, reason))
