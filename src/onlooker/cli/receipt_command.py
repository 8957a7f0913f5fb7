"""`onlooker receipt`: a month's proof for an auditor that logs were received, judged and looked at."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from onlooker.cli.open_stores import say_unless
from onlooker.cli.store_command import author_option, given_store, json_option
from onlooker.cli.under_sudo import CallersFile
from onlooker.report.harmless import for_terminal


@click.command("receipt", short_help="A month's proof for an auditor, signed; or verify one.")
@click.option("--month", metavar="YYYY-MM", help="The month, such as 2026-10.")
@click.option("--out", type=CallersFile(path_type=Path, file_okay=False, allow_dash=True), default="-", metavar="DIR",
              help="Folder for the page and its JSON file; the page goes to standard output by default.")  # fmt: skip
@click.option("--key", type=CallersFile(path_type=Path, dir_okay=False), metavar="FILE",
              help="Sign with this Ed25519 private key (PEM); unsigned by default.")  # fmt: skip
@click.option("--verify", "verified", type=CallersFile(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
              help="Verify the JSON file of a receipt; exit 1 if it is not genuine.")  # fmt: skip
@click.option("--public-key", type=CallersFile(path_type=Path, dir_okay=False, exists=True), metavar="FILE",
              help="For --verify: the public key (PEM) of whoever signed.")  # fmt: skip
@click.option("--store", type=click.Path(path_type=Path, file_okay=False),
              help="Folder of the store; ONLOOKER_STORE and the setting `store` name it too.")  # fmt: skip
@json_option
@author_option
@click.pass_context
def command(
    context: click.Context, month: str | None, out: Path, key: Path | None, verified: Path | None,
    public_key: Path | None, store: Path | None, as_json: bool, author: str | None,
) -> int:  # fmt: skip
    """Write a page and a JSON file for an auditor: what came, what was judged, and who looked.

    They name no agent and no customer. A signature needs the extra `sign`.
    """
    if verified is not None:
        return verify(verified, public_key)
    if month is None:
        raise click.UsageError("say which month: --month 2026-10", context)
    (option,) = (one for one in context.command.params if one.name == "store")
    place = given_store(context, option, store or _of_environment())
    assert place is not None
    return write(place, month, out, key, as_json=as_json, author=author)


def _of_environment() -> Path | None:
    named = os.environ.get("ONLOOKER_STORE")
    return Path(named) if named else None


def verify(file: Path, key: Path | None) -> int:
    """Tell whether a receipt is genuine: 0 if it is, 1 if not."""
    from onlooker.api import check_receipt

    if key is None:
        raise click.UsageError("--verify needs --public-key FILE")
    faults = check_receipt(file, key)
    for fault in faults:
        click.echo(for_terminal(f"{file}: {fault}"))
    if not faults:
        click.echo(for_terminal(f"{file}: genuine"))
    return 1 if faults else 0


def write(store: Path, month: str, out: Path, key: Path | None, *, as_json: bool, author: str | None) -> int:
    """Make a receipt; say where it is, and what an auditor will ask about."""
    from onlooker.api import receipt
    from onlooker.scanning.out_folder import refuse_stores

    to_screen = str(out) == "-"
    if not to_screen:
        refuse_stores(out)
    made = receipt(store, month, key=key, who=author, written_to="standard output" if to_screen else str(out))
    say_unless(made.noted)
    if as_json:
        sys.stdout.write(made.text())
    elif to_screen:
        sys.stdout.write(made.page)
    if not to_screen:
        page, document = made.write(out)
        signed = "signed" if made.document["signature"] else "unsigned"
        for line in (f"{page} and {document.name}, {signed}", *made.document["receipt"]["attention"]):
            click.echo(for_terminal(line), err=as_json)
    return 0
