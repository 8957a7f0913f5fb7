"""Many more visits under tickets that were never the agent's than by others of the same work; never an alert alone."""

from __future__ import annotations

import numpy as np

from onlooker.patterns.above_peers import AbovePeers
from onlooker.patterns.pattern import Given, Passed, Pattern
from onlooker.patterns.people_days import PeopleDays

OFTEN = 0.2
"""Where half of those who do the same work visit more than this share under others' tickets, it is how they work."""
DAYS = 28
JUDGE = AbovePeers(
    ("borrowed",),
    30,
    "{observed} visits under tickets that were never assigned to the agent or the queue, {days}; "
    "in as many days the busiest tenth {whose}: {usual}.",
)


def pattern(given: Given) -> Pattern | None:
    """None where no tickets table says when each of its assignees got a ticket."""
    if "tickets.assigned" not in given.columns:
        return None
    return Pattern("borrowed_tickets", judge, "visits beyond twice the busiest tenth", high=100, alone=False)


def judge(people: PeopleDays, since: int) -> list[Passed]:
    """Who passes, but where borrowing is usual."""
    return [one for one in JUDGE(people, since) if usual_share(people, one.row) <= OFTEN]


def usual_share(people: PeopleDays, row: int) -> float:
    """The median share of borrowed visits in 28 days, of the people of the same queue and role as in a row."""
    same = (people.place == people.place[row]) & (people.role == people.role[row])
    lately = same & (people.day <= people.day[row]) & (people.day > people.day[row] - DAYS)
    person, size = people.person[lately], people.people
    borrowed = np.bincount(person, people.known("borrowed")[lately], minlength=size)
    customers = np.bincount(person, people.known("customers")[lately], minlength=size)
    there = customers > 0
    return float(np.median(borrowed[there] / customers[there])) if there.any() else 0.0
