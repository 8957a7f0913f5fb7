"""`onlooker status`: what monitoring watches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onlooker.cli.open_stores import in_store
from onlooker.cli.store_command import json_option, store_option
from onlooker.report.harmless import for_terminal

if TYPE_CHECKING:
    from onlooker.store import Status


@click.command("status")
@json_option
@store_option
def command(store: Path, as_json: bool) -> None:
    """Show the last nights, missing nights and open cases."""
    from onlooker.cases import CaseDesk, in_words

    with in_store(store) as opened:
        status, (overall, signals) = opened.status(), CaseDesk(opened).precision()
    if as_json:
        by_signal = {signal: one.record() for signal, one in signals.items()}
        click.echo(json.dumps(status.record() | {"precision": overall.record(), "precision_by_signal": by_signal}))
        return
    for line in page(status, in_words(overall, signals)):
        click.echo(for_terminal(line))


def page(status: Status, precision: Iterable[str]) -> Iterator[str]:
    """The status for people."""
    from onlooker.alerts.numbers import plural, size

    if status.last_night is None:
        yield "no night was judged yet"
    else:
        yield f"nights judged: {status.first_night} to {status.last_night}"
        yield f"missing between them: {', '.join(status.missing_nights) or 'none'}"
    yield f"waiting for their day to be over: {plural(status.waiting_events, 'event')}"
    if status.last_run:
        run = status.last_run
        yield f"last run: {str(run['started'])[:16].replace('T', ' ')} UTC, {run['outcome']}, version {run['version']}"
        of_nights = {doubt for night in status.last_nights for doubt in night["doubts"]}
        yield from (f"  not whole: {doubt}" for doubt in run["doubts"] if doubt not in of_nights)
    yield f"cases: {status.open_cases:,} open, {status.unassigned_cases:,} of them unassigned"
    yield from precision
    if status.outbox_waiting:
        yield f"outbox: {plural(status.outbox_waiting, 'message')} not delivered yet (`onlooker outbox list`)"
    yield f"legal holds: {status.holds or 'none'}"
    stored = f"{plural(status.rows.get('visits', 0), 'visit')}, {size(sum(status.bytes.values()))}"
    yield f"stored: {stored}, format {status.format}"
    number, digest = status.history_head
    yield f"history: {plural(number, 'line')}, the last is {digest}"
    if status.last_nights:
        yield "last nights:"
    for night in status.last_nights:
        yield f"  {night['date']}  {plural(night['alerts'], 'alert')}"
        begin = f"{night['date']}: "
        yield from (f"    not whole: {doubt.removeprefix(begin)}" for doubt in night["doubts"])
