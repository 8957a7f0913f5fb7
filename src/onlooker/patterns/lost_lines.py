"""Many lines of one person that were rejected, repeat another line's id, or came after their day had been judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from onlooker.patterns.pattern import Given, Lost, Passed, Pattern
from onlooker.patterns.people_days import PeopleDays
from onlooker.schema.same_person import folded

FEWEST = 20
"""Fewer lines are a mistake of the log."""
OTHERS = 0.5
"""Where everybody else lost more than this part of the share that is asked for, it is the log, and nobody's doing."""


def pattern(given: Given) -> Pattern | None:
    """None without a share from which it is told."""
    share = given.late_share
    if share is None:
        return None

    def judge(people: PeopleDays, since: int) -> list[Passed]:
        rows = last_rows(people, since)
        return [
            Passed(rows[person], float(one.lost), float(one.lost), round(usual * one.lines, 1), text(one, usual))
            for person, one in of_people(given.lost).items()
            if person in rows
            and one.lost >= FEWEST
            and one.lost >= share * one.lines
            and (usual := given.lost_share_without(one)) <= OTHERS * share
        ]

    return Pattern("lost_lines", judge, "lines that were rejected, repeated or late", high=200)


def text(one: Lost, usual: float) -> str:
    """The sentence."""
    what = {
        "could not be read": one.rejected,
        "repeat the event_id of a line that says something else": one.repeated,
        "came after their day had been judged": one.late,
    }
    parts = ", ".join(f"{number:,} {how}" for how, number in what.items() if number)
    return f"Of {one.lines:,} lines that came of this agent, {parts}; of everybody else's it is {usual:.1%}."


def of_people(lost: Iterable[Lost]) -> Mapping[str, Lost]:
    """Folded id -> what was lost under all of its spellings."""
    found: dict[str, Lost] = {}
    for one in lost:
        person = folded(one.agent_id)
        found[person] = found[person] + one if person in found else one
    return found


def last_rows(people: PeopleDays, since: int) -> Mapping[str, int]:
    """Folded id -> the row of the person's last day from `since` on."""
    return {folded(people.logins[people.login[row]]): int(row) for row in np.flatnonzero(people.day >= since)}
