"""`onlooker trace`: who met these customers."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.open_stores import say_unless
from onlooker.cli.store_command import (
    author_option,
    customers_option,
    json_option,
    span_options,
    store_option,
    why_option,
)
from onlooker.cli.under_sudo import CallersFile
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.investigate import Trace

SHOWN = 10


@click.command("trace", short_help="Find who met more of some customers than expected.")
@click.argument("victims", type=CallersFile(path_type=Path, dir_okay=False, exists=True, allow_dash=True))
@span_options
@click.option("--expose", is_flag=True, help="List whom those who stand out opened since it began: whom to warn first.")
@click.option(
    "--out",
    type=CallersFile(path_type=Path),
    metavar="DIR",
    help="Write that to a new folder, or NAME.zip, with a manifest of SHA-256 hashes.",
)
@customers_option
@json_option
@store_option
@why_option
@author_option
def command(
    victims: Path, first: str | None, last: str | None, expose: bool, out: Path | None, customers: str | None,
    store: Path, as_json: bool, reason: str, author: str | None,
) -> None:  # fmt: skip
    """List the agents who met the customers of VICTIMS, those first who met more than their work makes likely.

    VICTIMS is a file of customer ids, one a line, or a table with a column customer_id; - is standard input. With a
    column fraud_date or report_date, only meetings before that day count.
    """
    import onlooker
    from onlooker.investigate import read_victims

    named = read_victims(sys.stdin.buffer.read(), "standard input") if str(victims) == "-" else victims
    found = onlooker.trace(
        named, store, first, last, expose=expose, out=out, customers=customers, reason=reason, who=author
    )
    say_unless(found.noted)
    for note in (*([unmet(found)] if found.met < found.victims else []), *found.notes):
        click.echo(for_terminal(f"note: {note}"), err=True)
    if as_json:
        click.echo(json.dumps(found.record()))
        return
    for line in told(found):
        click.echo(for_terminal(line))


def unmet(found: Trace) -> str:
    """How many of the customers nobody met, and what that may mean."""
    span = f"from {found.first} to {found.last}" if found.first else "on these days, of which the store has nothing"
    slip = "" if found.met or found.left_out else " Are the ids spelled as in the log?"
    when = " before the fraud" if found.left_out else ""
    return f"{found.victims - found.met:,} of {found.victims:,} customers were met by nobody {span}{when}.{slip}"


def told(found: Trace) -> Iterator[str]:
    """The list for people."""
    from onlooker.alerts.numbers import count, plural, rarity

    if found.manifest:
        yield f"SHA-256 of the manifest of the files written: {found.manifest}"
    if not found.met:
        return
    rows = found.agents.head(SHOWN).to_dict("records")
    yield (
        f"{plural(found.met, 'customer')} of the list met by {len(found.agents):,} of {found.active:,} agents, "
        f"{found.first} to {found.last}"
    )
    wide = max([5, *(len(row["agent_id"]) for row in rows)])
    yield f"  {'agent':{wide}}  met  expected  unexplained  q       how likely"
    for row in rows:
        figures = f"{row['victims']:>3,}  {count(row['expected']):>8}  {row['unexplained']:>11,}"
        yield f"  {row['agent_id']:{wide}}  {figures}  {row['q_value']:<6.2g}  {rarity(row['p_value'], 'agents')}"
    if len(found.agents) > SHOWN:
        yield f"  and {len(found.agents) - SHOWN:,} more: --json has all"
    yield from covering(found)
    if found.exposed:
        from onlooker.investigate.exposed import headlines

        yield from headlines(found, found.exposed)
    yield (
        "expected is each one's part of these meetings by the customers met on those days in that queue. "
        "To have met somebody is no misuse: look at the visits (onlooker explain, onlooker exposure)."
    )


def covering(found: Trace) -> Iterator[str]:
    """The small set of agents who together met all of them."""
    from onlooker.alerts.numbers import plural

    out = [step for step in found.cover if step.stands_out]
    if out:
        met = f"{out[-1].covered:,} of the {plural(found.met, 'customer')}"
        yield f"standing out (q <= 0.05), they met {met}: {', '.join(step.agent_id for step in out)}"
    others = [step for step in found.cover if not step.stands_out]
    if not out:
        yield "nobody stands out (q <= 0.05)"
    if others:
        number = plural(len(others), "agent")
        rest = "more met the rest" if out else "together met all of them"
        if found.cover[-1].covered < found.met:
            rest = f"more leave {found.met - found.cover[-1].covered:,} unmet" if out else "do not meet all of them"
        yield f"{number} {rest}: a small set, not surely the smallest (greedy set cover; --json has it)"
