"""What differs between organisations: how work comes in, how it is done, when people are there, what the log keeps.

The defaults are an ordinary support organisation. A world says what is different in it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """How much work there is, as factors on an agent's usual pace."""

    week: tuple[float, ...] = (1.15, 1.05, 1.0, 1.0, 0.97, 0.85, 0.8)  # Monday first
    growth: float = 0.08  # in 90 days
    noise: float = 0.07  # standard deviation of the logarithm, per queue and day
    common: float = 0.05  # the same for all queues together
    surges: float = 0.012  # share of the days of a queue with 25 to 60 % more
    holidays: int = 0  # a year; half of the people are off, and half of the work comes
    hours: tuple[float, ...] = ()  # how busy each hour of a shift is, from its first to its last eighth; flat if empty
    level: float = 0.08  # standard deviation of the logarithm of each agent's own ups and downs, a week
    drift: float = 0.0  # standard deviation of the logarithm by which each agent's pace has changed after a year


@dataclass(frozen=True)
class Shifts:
    """When people are there."""

    sick: float = 0.01  # share of days on which one to four days of sickness begin
    swapped: float = 0.02  # share of shifts swapped for one three or four hours earlier or later
    overtime: float = 0.03  # share of days with half an hour to two hours of it
    vacation: int = 0  # days of leave a year, in spells of three to fourteen days
    rotating_weekends: bool = False  # each weekend another third of the people is there, for days off in the week
    rotating_shifts: bool = False  # each person goes on to the site's next shift every week


@dataclass(frozen=True)
class Habits:
    """How work is done."""

    returning: float = 0.3  # of new tickets come from customers of the last 30 days
    further: float = 0.38  # of handlings lead to another one on a later day
    taken_over: float = 0.14  # of a person's tickets not seen before are a colleague's of the same day
    own: float = 0.6  # of the tickets due stay with the same agent when present
    reopened: float = 0.0  # of handlings that were the last come back after five to twenty days
    transferred: float = 0.0  # of tickets due go on to another queue
    status_calls: float = 0.0  # of visits are about a ticket that a colleague had in the last week
    households: float = 0.0  # of ticket visits lead to somebody else of the household, under the same ticket
    again_today: float = 0.0  # of ticket visits are followed by another one later that day
    dispersion: float = 0.05  # middle of the agents' own: variance = mean + dispersion * mean^2
    tickets: bool = True  # whether there are any
    ticket_gap: int = 0  # this many numbers are skipped at most from one ticket to the next: other systems use them
    named_searches: float = 0.0  # of searches name the customer
    search_first: float = 0.2  # of visits of several lines begin with a search


@dataclass(frozen=True)
class Queue:
    """A queue, and how fast its work goes."""

    name: str
    pace: float = 1.0
    later: bool = False  # nobody works in it before the nuisance `new_queue` opens it


QUEUES = (Queue("billing"), Queue("accounts", 1.1), Queue("technical", 0.8), Queue("orders", 1.15))


@dataclass(frozen=True)
class Mechanics:
    """All of it."""

    shape: Shape = Shape()
    shifts: Shifts = Shifts()
    habits: Habits = Habits()
    queues: tuple[Queue, ...] = QUEUES
    team_size: int = 9
    pace: float = 28.0  # distinct customers of an ordinary agent's full day
    depth: float = 1.3  # log lines of a visit beyond the first
    customers: int = 1500  # per agent
    callers: float = 2.5  # the k-th of n customers calls as n * u^callers: the larger, the fewer of them call at all
    minutes: bool = False  # the log's clock shows minutes only
    roles: tuple[str, ...] = ("agent", "senior", "team_lead", "qa_reviewer", "assistant", "trainee")
    tiers: tuple[tuple[str, float], ...] = (("standard", 0.9), ("gold", 0.08), ("platinum", 0.02))

    @property
    def queue_names(self) -> tuple[str, ...]:
        """The queues by name."""
        return tuple(q.name for q in self.queues)
