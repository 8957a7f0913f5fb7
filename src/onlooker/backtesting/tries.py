"""Which campaigns are tried on whom and from when: drawn before anything is scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from onlooker.backtesting.honest_log import HonestLog
from onlooker.errors import UnusableInput
from onlooker.schema.actors import PERSON
from onlooker.simulation.arrays import Bools, Ints
from onlooker.simulation.campaigns import BY_NAME, KINDS, Kind, kind_named

LEAST_DAYS = 35
"""A shorter log has no time both to learn and to be tried: its first two weeks teach, and alerts begin slowly."""
WORKED_BEFORE, WORKED_AFTER = 15, 5
"""Days that somebody has worked before a campaign begins, and in the five weeks from then on."""
AFTER_DAYS = 35
MOST_DAYS = 42
"""A campaign is followed for so long."""
STARTS = (0.5, 0.6, 0.7)
"""Shares of the log at which campaigns begin, give or take some days."""
JITTER = 5
"""Most days between such a point and the beginning of a campaign."""
CROWD = 0.04
"""Part of the agents that may be insiders in one copy: many would be each other's measure."""
LEADS = ("lead", "supervisor", "manager")
GIGS = ("gig", "freelance", "casual", "flex")


@dataclass(frozen=True)
class Try:
    """One campaign on its insiders. Days are numbered from the log's first."""

    kind: Kind
    insiders: tuple[int, ...]
    """Numbers of the agents."""
    first: int
    last: int
    """The day after the last."""
    point: int
    """Day from which its copy is judged anew."""
    seed: int
    strength: float = 1.0


@dataclass(frozen=True)
class Staff:
    """Who could turn insider; one entry per agent."""

    person: Bools
    team: Ints
    """-1: none."""
    lead: Bools
    gig: Bools
    assistant: Bools
    worked: Bools
    """Shape (agents, days)."""

    def free(self, first: int) -> Bools:
        """People who have worked enough before day `first` and after it."""
        before = self.worked[:, :first].sum(axis=1) >= (WORKED_BEFORE if first else 0)
        return np.asarray(before & (self.worked[:, first : first + AFTER_DAYS].sum(axis=1) >= WORKED_AFTER))


STAFF = """
SELECT a.number AS agent, bool_and({person}) AS person,
       bool_or(d.actor_type = 'ai') AS assistant, max_by(coalesce(d.team, d.queue, d.site), d.day) AS team,
       coalesce(bool_or(regexp_matches(lower(d.role), '{leads}')), FALSE) AS lead,
       coalesce(bool_or(regexp_matches(lower(concat_ws(' ', d.role, d.team, d.site)), '{gigs}')), FALSE) AS gig
FROM honest_actor_days d JOIN agents_by_name a ON a.name = d.agent_id GROUP BY a.number ORDER BY a.number
"""


def staff_of(log: HonestLog) -> Staff:
    """Read who is who."""
    rows = log.engine.arrow(STAFF.format(person=PERSON, leads="|".join(LEADS), gigs="|".join(GIGS))).to_pydict()
    names = {name: i for i, name in enumerate(sorted({team for team in rows["team"] if team is not None}))}
    worked = np.zeros((len(log.names.agents), log.days), dtype=bool)
    worked[log.panel.agent, log.panel.day - log.first_day] = True
    return Staff(
        person=np.array(rows["person"], dtype=bool),
        team=np.array([names.get(team, -1) for team in rows["team"]], dtype=np.int64),
        lead=np.array(rows["lead"], dtype=bool),
        gig=np.array(rows["gig"], dtype=bool),
        assistant=np.array([bool(one) for one in rows["assistant"]]),
        worked=worked,
    )


def wanted_kinds(names: Sequence[str]) -> tuple[Kind, ...]:
    """The kinds of these names, or all. Raises UsageError for a name that there is not."""
    return tuple(kind_named(name) for name in dict.fromkeys(names)) if names else KINDS


def impossible(kind: Kind, log: HonestLog, staff: Staff) -> str:
    """Why a campaign cannot be tried on this log; empty if it can."""
    columns = log.reading.offers
    borrows = kind.taste is not None and kind.taste.borrowed > 0.5
    reasons = {
        "the log has no tickets": borrows and "ticket_id" not in columns,
        f"the log has no action {kind.action}": kind.action != "view" and not _has_action(log, kind.action),
        "when lines reach the log is not known from a log that is complete": kind.late > 0,
        "nobody is known to be a gig worker": kind.who == "gig" and not staff.gig.any(),
        "no account is known to be an AI agent": kind.who == "assistant" and not staff.assistant.any(),
        "no customer is known to be of a high tier": kind.pool == "high_tier" and "customers" not in columns,
        "no team is known": kind.team and not (staff.team >= 0).any(),
        "the ids of the agents have no letters to spell in another way": kind.logins == "spellings"
        and not any(name.lower() != name.upper() for name in log.names.agents),
    }
    return next((why for why, holds in reasons.items() if holds), "")


def _has_action(log: HonestLog, action: str) -> bool:
    return bool(log.engine.rows(f"SELECT 1 FROM honest_events WHERE action = '{action}' LIMIT 1"))


def must_be_able(log: HonestLog, staff: Staff, points: Sequence[int]) -> None:
    """Raise UnusableInput if the log is too short, or if nobody in it could be an insider from any of `points` on."""
    if log.days < LEAST_DAYS:
        raise UnusableInput(
            f"the log spans {log.days} days, and a backtest needs at least {LEAST_DAYS}",
            "Give it more nights: two weeks teach it what is usual, and a campaign needs weeks to be found or missed.",
        )
    if not any((staff.free(point) & staff.person).any() for point in points):
        raise UnusableInput(
            f"nobody in the log could be an insider: no person has {WORKED_BEFORE} days of work before the middle of "
            f"the log and {WORKED_AFTER} in the five weeks after it",
            "Give it more nights, or name the column of the agents with --map agent_id=...",
        )


def drawn(
    log: HonestLog, staff: Staff, kinds: Sequence[Kind], each: int, seed: int
) -> tuple[list[Try], dict[str, str]]:
    """`each` tries of every kind, and the kinds that cannot be tried, with why.

    Raises UnusableInput if the log is too short, or if nobody in it could be an insider.
    """
    points = [int(share * log.days) for share in STARTS]
    must_be_able(log, staff, points)
    tries: list[Try] = []
    left_out: dict[str, str] = {}
    for kind in kinds:
        why = impossible(kind, log, staff)
        place = list(BY_NAME).index(kind.name)
        found = [] if why else [_one(kind, log, staff, points, place, number, seed) for number in range(each)]
        chosen = [one for one in found if one is not None]
        if not chosen:
            left_out[kind.name] = why or "nobody has the days of work that it needs"
        tries += chosen
    return tries, left_out


def _one(
    kind: Kind, log: HonestLog, staff: Staff, points: Sequence[int], place: int, number: int, seed: int
) -> Try | None:
    rng = np.random.default_rng([seed, place, number])
    point = 0 if kind.start == 0 else points[number % len(points)]
    first = point if kind.start == 0 else point + int(rng.integers(0, JITTER + 1))
    last = min(first + MOST_DAYS, log.days)
    if kind.leaves:
        last = min(last, first + (log.days - first) * 2 // 3)
    insiders = choose(kind, staff, first, rng)
    return Try(kind, insiders, first, last, point, int(rng.integers(0, 2**62))) if insiders else None


def choose(kind: Kind, staff: Staff, first: int, rng: np.random.Generator) -> tuple[int, ...]:
    """Agents who carry out a campaign of this kind from day `first` on; nobody where it has too few."""
    free = staff.free(first)
    pool = {"gig": free & staff.gig & staff.person, "assistant": free & staff.assistant}.get(
        kind.who, free & staff.person
    )
    if not kind.team:
        able = np.flatnonzero(pool)
        return tuple(int(one) for one in rng.permutation(able)[: kind.agents])
    teams, sizes = np.unique(staff.team[pool & (staff.team >= 0)], return_counts=True)
    large = teams[sizes >= kind.agents] if (sizes >= kind.agents).any() else teams[sizes >= 2]
    if not len(large):
        return ()
    team = rng.choice(large)
    members = rng.permutation(np.flatnonzero(pool & (staff.team == team)))
    if kind.who == "lead_and_team":  # the lead comes first, where one is known
        members = members[np.argsort(~staff.lead[members], kind="stable")]
    return tuple(int(one) for one in members[: kind.agents])


def copies(tries: Sequence[Try], agents: int) -> list[list[Try]]:
    """Tries put together in copies of the log: of one point in time, each agent at most once, a small part of all."""
    most = max(1, int(CROWD * agents))
    found: list[list[Try]] = []
    for one in sorted(tries, key=lambda t: (t.point, t.seed)):
        for copy in found:
            busy = {agent for other in copy for agent in other.insiders}
            fits = len(busy) + len(one.insiders) <= most and not busy & set(one.insiders)
            if copy[0].point == one.point and fits:
                copy.append(one)
                break
        else:
            found.append([one])
    return found
