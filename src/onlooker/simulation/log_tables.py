"""Lays out what was simulated as tables of plain columns: ids become strings, seconds become microseconds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from onlooker.simulation.arrays import Bools, Ints, rank_within, stream
from onlooker.simulation.damage import Shown
from onlooker.simulation.demand import Customers
from onlooker.simulation.insider_house import MADE_UP
from onlooker.simulation.lines import ACTIONS, RECORDS, SEARCH
from onlooker.simulation.plant import Insider
from onlooker.simulation.roster import Plan
from onlooker.simulation.sittings import Visits

MICROSECONDS = 1_000_000


def coded(codes: Ints, words: Sequence[str], absent: Bools | None = None) -> pa.Array:
    """Return a column of strings from places in `words`; null where `absent`."""
    places = pa.array(codes.astype(np.int32), mask=absent)
    return pa.DictionaryArray.from_arrays(places, pa.array(words, pa.string())).dictionary_decode()


def numbered(codes: Ints, pattern: str, absent: Bools | None = None) -> pa.Array:
    """Return a column of strings made from numbers, each distinct number formatted once."""
    distinct, places = np.unique(codes, return_inverse=True)
    return coded(places, [pattern.format(n) for n in distinct.tolist()], absent)


class Ids:
    """How customers and tickets are called. Customer numbers are scattered, ticket numbers follow each other."""

    def __init__(self, customers: Customers, opened: Ints, made_up: Ints, gap: int, seed: int) -> None:
        self._customer = customers.number
        steps = np.ones(len(opened), np.int64)
        if gap:
            steps += stream(seed, "ticket numbers").integers(0, gap + 1, len(opened))
        numbers = 31_000 - 1 + np.cumsum(steps)
        self._ticket = np.zeros(len(opened) + 1 + len(made_up), np.int64)  # the last of the first part stands for none
        self._ticket[np.argsort(opened, kind="stable")] = numbers
        self._count = len(opened)
        self._ticket[self._count + 1 :] = self._free(numbers, made_up)

    def _free(self, numbers: Ints, near: Ints) -> Ints:
        """Numbers that no ticket has: among those of the day if the system skips any, else after the last."""
        last = int(numbers[-1]) if len(numbers) else 31_000
        skipped: Ints = np.setdiff1d(np.arange(31_000, last), numbers)
        if not len(skipped):
            return last + 1 + np.arange(len(near))
        place = np.searchsorted(skipped, self._ticket[near])
        return np.asarray(skipped[np.minimum(place + rank_within(near), len(skipped) - 1)], np.int64)

    def customers(self, which: Ints, absent: Bools | None = None) -> pa.Array:
        """Return the customers' ids."""
        return numbered(self._customer[which], "C{}", absent)

    def tickets(self, which: Ints) -> pa.Array:
        """Return the tickets' ids; null for -1."""
        place = np.where(which >= MADE_UP, which - MADE_UP + self._count + 1, np.where(which < 0, self._count, which))
        return numbered(self._ticket[place], "T-{}", which < 0)


class Logins:
    """Under which login each person's lines stand."""

    def __init__(self, plan: Plan, insiders: Sequence[Insider]) -> None:
        self.words = list(plan.staff.login)
        self.special = [(i, self._add(i)) for i in insiders if i.kind.logins != "own"]

    def _add(self, insider: Insider) -> int:
        own = self.words[insider.agent]
        more = [f"ext.{own}"] if insider.kind.logins == "new" else [own.title(), own.upper(), _accented(own)]
        self.words += more
        return len(self.words) - len(more)

    def codes(self, who: Ints, day: Ints, campaign: Ints, turn: Ints) -> Ints:
        """Return a place in `words` for each of these visits or shifts."""
        codes = who
        for insider, first in self.special:
            if insider.kind.logins == "new":
                codes = np.where((who == insider.agent) & (day >= insider.first), first, codes)
            else:
                here = (who == insider.agent) & (campaign == insider.campaign)
                codes = np.where(here, first + turn % 3, codes)
        return codes

    def new(self) -> list[tuple[Insider, str]]:
        """Return the logins that were made for insiders."""
        return [(insider, self.words[n]) for insider, n in self.special if insider.kind.logins == "new"]

    def of(self, insider: Insider) -> str:
        """Return the login that an alert on the insider would name."""
        return next((word for i, word in self.new() if i == insider), self.words[insider.agent])


def _accented(login: str) -> str:
    for plain, marked in zip("aeiou", "áéíóú", strict=True):
        if plain in login:
            return login.replace(plain, marked, 1)
    return f"{login} "


def events(shown: Shown, where: Ints, visits: Visits, plan: Plan, ids: Ids, logins: Logins) -> pa.Table:
    """Return some lines of the log, by their places."""
    lines = shown.lines.take(where)
    who, day = visits.agent[lines.visit], visits.day[lines.visit]
    login = logins.codes(who, day, visits.campaign[lines.visit], lines.visit)
    return pa.table(
        {
            "timestamp": lines.second * MICROSECONDS,
            "agent_id": coded(login, logins.words, shown.nameless[where]),
            "customer_id": ids.customers(visits.customer[lines.visit], lines.action == SEARCH),
            "action": coded(lines.action, ACTIONS),
            "ticket_id": ids.tickets(shown.ticket[where]),
            "record_type": coded(lines.record, RECORDS),
            "team": coded(plan.crew[who, day], plan.teams),
            "queue": coded(plan.queue[who, day], plan.mechanics.queue_names),
            "site": coded(plan.staff.site[who], [s.name for s in plan.sites]),
            "role": coded(plan.role[who, day], plan.mechanics.roles),
            "actor_type": coded(who, plan.staff.actor),
            "session_id": numbered(who * plan.days + day, "S{}"),
            "event_id": _prefixed("E", lines.number),
        }
    )


def _prefixed(prefix: str, numbers: Ints) -> pa.Array:
    return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")
