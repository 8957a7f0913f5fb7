"""Delivers what waits in the outbox: at least once, in order for each receiver, and the others go on when one fails."""

from __future__ import annotations

import random
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onlooker.delivery import outbox_table as outbox
from onlooker.delivery.file_drop import FolderWay
from onlooker.delivery.mail import MailWay
from onlooker.delivery.message import Message, facts_of
from onlooker.delivery.outbox_table import Queued
from onlooker.delivery.syslog_stream import SyslogWay
from onlooker.delivery.way import NotTaken, Way
from onlooker.delivery.webhook import WebhookWay
from onlooker.errors import UsageError
from onlooker.outputs.alert_format import Exported
from onlooker.outputs.alerts_cef import event
from onlooker.privacy import Names
from onlooker.privacy.names_in_store import names_in_store
from onlooker.schema.days import iso
from onlooker.schema.findings import Alert
from onlooker.schema.privacy_modes import Mode
from onlooker.schema.receivers import Folder, Mail, Receiver, Syslog, Webhook
from onlooker.store import Store
from onlooker.store.layout import OUTBOX_LOCK
from onlooker.store.lock import StoreLock

LONGEST_WAIT = 3600.0
"""Seconds between two tries, at most."""
PATIENCE = 60.0
"""Seconds that a run goes on for a receiver that fails."""


@dataclass(frozen=True)
class Delivered:
    """What a run did for one receiver."""

    receiver: str
    sent: int
    waiting: int
    """What has not arrived."""
    refused: int = 0
    """Of these, what is not tried again until somebody says so."""
    error: str = ""
    """Of a try that failed, if something waits."""


@dataclass(frozen=True)
class Pace:
    """How long failed tries wait."""

    first_wait: float = 1.0
    """Seconds after the first failure; doubled with each further one, up to LONGEST_WAIT."""
    patience: float = PATIENCE
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[float, float], float] = random.uniform

    def wait(self, tries: int, asked: float) -> float:
        """Seconds to wait after `tries` failed tries; at least what the receiver `asked` for.

        Half of it is left to chance, so that many senders do not come back at one moment.
        """
        grown = min(self.first_wait * 2.0 ** min(tries - 1, 30), LONGEST_WAIT)
        return max(grown * self.jitter(0.5, 1.0), min(asked, LONGEST_WAIT))


def send_waiting(
    place: Path, receivers: Mapping[str, Receiver], link: str = "", pace: Pace | None = None, *,
    mode: Mode = "open", key: str | None = None,
) -> tuple[Delivered, ...]:  # fmt: skip
    """Deliver what waits in the store at `place`; what happened, by receiver.

    `mode` and `key` say how names are shown. Raises StoreBusy if another run is delivering from it.
    """
    with Store.open(place, "decide") as store:
        lock = StoreLock(place / OUTBOX_LOCK, "is delivering from")
        try:
            names = names_in_store(store, mode, key)
            return _Sending(store, receivers, link, pace or Pace(), names).run()
        finally:
            lock.release()


@dataclass
class _Sending:
    store: Store
    receivers: Mapping[str, Receiver]
    link: str
    pace: Pace
    names: Names
    sent: Counter[str] = field(default_factory=Counter)
    errors: dict[str, str] = field(default_factory=dict)

    def run(self) -> tuple[Delivered, ...]:
        """Message by message, each receiver in turn, until nothing is left or those left fail beyond our patience."""
        ways = self._ways()
        end, turns = self.pace.clock() + self.pace.patience, deque(ways)
        while heads := {name: row for name in turns if (row := outbox.first_waiting(self.store.db, name))}:
            now = self.pace.clock()
            name = next_of(heads, now)
            if heads[name].due > max(end, now):
                break
            self.pace.sleep(max(heads[name].due - now, 0.0))
            turns.remove(name)
            if self._try(ways[name], heads[name]) or self.pace.clock() < end:
                turns.append(name)
        return self._told()

    def _ways(self) -> dict[str, Way]:
        ways = {}
        for name, receiver in self.receivers.items():
            try:
                ways[name] = way_to(receiver)
            except UsageError as error:  # the others are not kept waiting for it
                self.errors[name] = f"{error.message}. {error.hint}"
        return ways

    def _try(self, way: Way, row: Queued) -> bool:
        """Whether the next message can follow at once."""
        try:
            told = replace(row, alert=self.names.shown(row.alert))
            way.deliver(message_of(told, self.receivers[row.receiver], self.link))
        except (NotTaken, UsageError) as error:
            # A body with a $name that is not told is the receiver's own trouble: the others go on.
            failed = error if isinstance(error, NotTaken) else NotTaken(f"{error.message}. {error.hint}")
            due = self.pace.clock() + self.pace.wait(row.tries + 1, failed.wait)
            self.errors[row.receiver] = failed.why
            with self.store.deciding() as db:
                outbox.mark_failed(db, row.seq, error=failed.why, due=due, refused=failed.refused)
            return failed.refused
        with self.store.deciding() as db:
            outbox.mark_sent(db, row.seq, datetime.now(UTC).isoformat(timespec="seconds"))
        self.sent[row.receiver] += 1
        return True

    def _told(self) -> tuple[Delivered, ...]:
        if self.sent:
            self.store.record("delivered", dict(self.sent))
        left = outbox.open_by_receiver(self.store.db)
        errors = dict.fromkeys(left.keys() - self.receivers.keys(), "no receiver of the settings has this name")
        errors |= self.errors
        told = []
        for name in (*self.receivers, *sorted(left.keys() - self.receivers.keys())):
            number, refused, error = left.get(name, (0, 0, ""))
            told.append(Delivered(name, self.sent[name], number, refused, errors.get(name, error) if number else ""))
        return tuple(told)


def next_of(heads: Mapping[str, Queued], now: float) -> str:
    """Whose turn it is: of those due by `now` the first, else whoever is due first."""
    return min(heads, key=lambda name: max(heads[name].due, now))


def way_to(receiver: Receiver) -> Way:
    """The way to a receiver. Raises UsageError for secrets, certificates and folders that are not there."""
    if isinstance(receiver, Webhook):
        return WebhookWay(receiver)
    if isinstance(receiver, Syslog):
        return SyslogWay(receiver)
    if isinstance(receiver, Mail):
        return MailWay(receiver)
    assert isinstance(receiver, Folder)
    return FolderWay(receiver)


def message_of(row: Queued, receiver: Receiver, link: str) -> Message:
    """What a receiver is told of a row."""
    facts = facts_of(
        row.alert, message_id=row.message_id, event=row.event, night=iso(row.night), case=row.case_id or "none",
        link=link, names=receiver.names,
    )  # fmt: skip
    line = cef_of(row, facts) if isinstance(receiver, Syslog) and receiver.body == "cef" else ""
    return Message(row.seq, row.message_id, row.queued_at, facts, line)


def cef_of(row: Queued, facts: Mapping[str, Any]) -> str:
    """The facts as an event of CEF: no sentence of the alert, no customer, and its agent only if the facts have it."""
    alert = Alert.from_record(row.alert)
    told = replace(
        alert, id=row.message_id, agent_id=facts.get("agent", ""), headline=f"Onlooker: {facts['event']}",
        reasons=tuple(replace(reason, text="") for reason in alert.reasons),
    )  # fmt: skip
    return event(Exported(told, case=row.case_id))
