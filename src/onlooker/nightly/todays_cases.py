"""What an analyst has before them this morning: what is new, what was raised again, what is theirs, what lies about."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from onlooker.alerts.listed_cases import Listed, morning_list
from onlooker.cases import same_person
from onlooker.cases.policy import UNASSIGNED_DAYS
from onlooker.nightly.shown_nights import alerts_with_cases
from onlooker.privacy.people_seen import EVERYBODY, PeopleSeen
from onlooker.schema.days import iso
from onlooker.store import Store, StoredNight

LAST_NIGHTS = 14
"""Nights of which it is said whether they were whole."""


@dataclass(frozen=True)
class TodaysCase:
    """One case, with what to do about it."""

    case_id: str
    agent_id: str
    severity: str
    why: str
    """Its most telling reason; of a case that was raised again, that of the alert that did."""
    raised_again: str
    """Why it was raised again; empty if it was not."""
    since: str
    """Night of its first alert, ISO; `last` is that of its newest."""
    last: str
    assignee: str
    """Who has it; empty if nobody."""
    next: str
    """The command to go on with."""
    waits_for: str = ""
    """What it waits for: `asked` somebody, `referred`; empty if for nobody."""


@dataclass(frozen=True)
class NotWhole:
    """A night, or a run, that cannot be relied on."""

    date: str
    """Local date, ISO; of a run that did not end, when it began."""
    why: str
    next: str


@dataclass(frozen=True)
class Today:
    """The screen of a morning. A case stands in one of its lists: the first that fits."""

    night: str
    """The last night that was judged, ISO; empty before the first."""
    who: str
    """Whose cases are `mine`."""
    summary: str
    new: tuple[TodaysCase, ...] = ()
    raised_again: tuple[TodaysCase, ...] = ()
    mine: tuple[TodaysCase, ...] = ()
    unassigned: tuple[TodaysCase, ...] = ()
    """Nobody has taken them for days."""
    others: int = 0
    """Open cases that stand in none of the lists: other people's, and those without an owner for a day or two."""
    not_whole: tuple[NotWhole, ...] = ()
    noted: bool = True
    """Whether the look is in the store's history; it is not where one may only read the store."""

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def todays_cases(store: Store, place: Path | None, who: str, nights: int, seen: PeopleSeen = EVERYBODY) -> Today:
    """What is to be done about people who are `seen`, with the alerts of the last `nights` nights and of open cases.

    `place` is the folder that the commands to copy name; None where they need not.
    """
    judged = store.nights()
    command = Commands(place)
    broken = tuple(not_whole(store, judged[-LAST_NIGHTS:], command))
    if not judged:
        return Today(
            "",
            who,
            "No night was judged yet.",
            not_whole=(*broken, NotWhole("", "there is nothing in the store", command("scan", "LOGS"))),
        )
    last = judged[-1].day
    told = alerts_with_cases(store, store.alerts(last - nights + 1), iso(last), who)
    found = morning_list([one for one in told if seen.sees_alert(one.record())] if seen.limited else told)
    rest = found.still_open
    mine = [one for one in rest if one.telling.assignee and same_person(one.telling.assignee, who)]
    idle = [one for one in rest if lies_about(one, iso(last))]
    return Today(
        night=iso(last),
        who=who,
        summary=found.in_short(),
        new=entries(found.new, command),
        raised_again=entries(found.raised_again, command),
        mine=entries(mine, command),
        unassigned=entries(idle, command, who),
        others=len(rest) - len(mine) - len(idle),
        not_whole=broken,
    )


@dataclass(frozen=True)
class Commands:
    """Commands to copy, about one store."""

    place: Path | None

    def __call__(self, *words: str) -> str:
        """The command with these words; a word of a log cannot break out of it."""
        store = ["--store", str(self.place)] if self.place else []
        return shlex.join(["onlooker", *words, *store])


def entries(found: Iterable[Listed], command: Commands, for_whom: str = "") -> tuple[TodaysCase, ...]:
    """Cases, each with the command to review it, or to give it to `for_whom`."""
    return tuple(_entry(one, command, for_whom) for one in found)


def _entry(one: Listed, command: Commands, for_whom: str) -> TodaysCase:
    alert = one.telling
    goes_on = ("cases", "assign", alert.case_id, for_whom) if for_whom else ("review", alert.case_id)
    return TodaysCase(
        alert.case_id, one.agent_id, one.severity, one.newest_reason, one.raised_again, one.since, one.last,
        alert.assignee, command(*goes_on), one.waits_for,
    )  # fmt: skip


def not_whole(store: Store, nights: Sequence[StoredNight], command: Commands) -> Iterator[NotWhole]:
    """The last run, if it did not end, and nights whose log was incomplete or that are missing, newest first."""
    for run in store.runs(1):
        if run.outcome != "done":
            why = "the run has begun and not ended" if run.outcome == "running" else f"the run is {run.outcome}"
            yield NotWhole(run.started[:10], why, command("status"))
    judged, again = {night.day: night for night in nights}, command("scan", "LOGS")
    for day in range(max(judged, default=-1), min(judged, default=0) - 1, -1):
        doubts = judged[day].record.get("doubts", ()) if day in judged else ["it was not judged"]
        if doubts:
            yield NotWhole(iso(day), " ".join(text.removeprefix(f"{iso(day)}: ") for text in doubts), again)


def lies_about(one: Listed, night: str) -> bool:
    """Whether nobody has taken a case in the days since its first alert, and it waits for nobody's answer."""
    waited = (date.fromisoformat(night) - date.fromisoformat(one.since)).days
    return not one.telling.assignee and not one.waits_for and waited >= UNASSIGNED_DAYS
