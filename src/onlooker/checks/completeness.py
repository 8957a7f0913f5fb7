"""Is the log whole? Each day's volume against what its weekday usually has, by hour and by site.

A day that is far from whole is reported first in every report, and it teaches nothing. A day with
far more than ever is whole, but not one by which to judge people: who takes the calls of an outage looks at more than
anybody would have expected.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from onlooker.checks.calendar_days import closed
from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.schema.days import iso
from onlooker.schema.findings import InputFile

if TYPE_CHECKING:
    from onlooker.store import StoredNight

WEEKS = 8
"""The forecast is the median of the same weekday in this many weeks."""
FEWEST = 3
"""Days of a weekday that a forecast needs."""
THIN = 0.5
"""A day or a site with less than this share of its forecast is not whole."""
SURGE = 1.5
"""From this many times the busiest same weekday of those weeks on a day is a surge. The busiest, and not the usual
one: a log whose volume jumps about has none."""
USUAL = 20
"""A forecast below this says nothing."""
GAP_HOURS = 2
"""So many silent hours in a row, where there are usually events, are a gap."""

MADE_UP = 0.5
"""Work that moved to other hours: of what silent hours usually bring, the day lacks less than this part."""

UNREAD = 0.2
"""From this share of bad lines on a file is not whole: who did a quarter more than usual would look as usual. Nothing
is estimated here, so it is a smaller share than of a forecast."""
FEW = 20
"""Fewer bad lines are only noted, unless they are most of the input."""
NAMED = 5
"""Files, and surges, that are told one by one."""

AGENTS, VISITS = 3, 3
"""A share of visits is reported for at least this many agents with at least this many visits each."""
FEW_TICKETS = 0.25
"""A share of visits without a ticket so much above its forecast, and twice that, is a fault of the log."""

BY_SITE = """
SELECT day, coalesce(site, '') AS place, sum(events), max(events)
FROM {agent_days} d GROUP BY day, coalesce(site, '')
"""
# The median agent's share: one agent without tickets is no fault of the log, all agents without them are. No more than
# the mean: of agents with four visits each, half have one without a ticket by chance.
BY_TICKET = """
SELECT day, {place} AS place,
       least(median(1.0 * no_ticket / customers), avg(1.0 * no_ticket / customers)),
       least(median(1.0 * mismatched / customers), avg(1.0 * mismatched / customers))
FROM {agent_days} d WHERE customers >= {visits} GROUP BY day, {place} HAVING count(*) >= {agents}
"""
BY_HOUR = """
SELECT h.day, h.hour, coalesce(d.site, '') AS place, sum(h.visits)
FROM {agent_hours} h JOIN {agent_days} d ON d.agent_id = h.agent_id AND d.day = h.day
GROUP BY h.day, h.hour, coalesce(d.site, '')
"""
DAY_COLUMNS = "agent_id, day, site, events, customers, no_ticket, mismatched"
"""What `doubts` reads of AGENT_DAYS."""
HOUR_COLUMNS = "agent_id, day, hour, visits"

Series = dict[int, float]
"""Day -> number."""


@dataclass(frozen=True)
class Doubt:
    """Why a day can't be judged as others are: something is missing, or there is far more than ever."""

    day: int
    text: str
    site: str = ""
    """The site of which it is missing; empty where it is the whole log."""
    surge: bool = False
    """Whether nothing is missing, but there is far more than ever."""

    @property
    def whole_day(self) -> bool:
        """Whether something is missing from the day as a whole, so that it teaches nothing."""
        return not self.site and not self.surge


@dataclass
class Place:
    """The log, or one site of it, by day."""

    site: str
    events: Series = field(default_factory=lambda: defaultdict(float))
    busiest: Series = field(default_factory=lambda: defaultdict(float))
    """Events of the agent who has most of them."""
    without: Series = field(default_factory=dict)
    """The median agent's share of visits without a ticket, or the mean of all if that is smaller."""
    mismatched: Series = field(default_factory=dict)
    """The same of visits whose ticket does not explain them."""
    hours: dict[int, Series] = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))

    @property
    def name(self) -> str:
        """What it is called in a sentence."""
        return f"site {self.site}" if self.site else "the log"

    def seen_by(self, day: int) -> bool:
        """Whether it has events on the day or in the weeks before."""
        return any(earlier in self.events for earlier in range(day - 7 * WEEKS, day + 1))

    def doubts(self, day: int, holiday: bool) -> Iterator[Doubt]:
        """What is missing from a day, most important first; hours and tickets only of days that are not thin.

        On a holiday nothing but tickets is missed.
        """
        if thin := self.thin(day, holiday):
            yield thin
            return
        for text in (*(() if holiday else self.of_hours(day)), *self.of_tickets(day)):
            yield Doubt(day, f"{iso(day)}: {text}", self.site)

    def thin(self, day: int, holiday: bool) -> Doubt | None:
        """Far too few events that day, on a day that is no holiday."""
        text = None if holiday else self.of_volume(day)
        return Doubt(day, f"{iso(day)}: {text}", self.site) if text else None

    def of_volume(self, day: int) -> str | None:
        """Too few events, or none where there usually are some."""
        usual, seen = forecast(day, self.events), self.events.get(day, 0.0)
        if usual is None or not is_thin(seen, usual):
            return None
        if not seen:
            return f"nothing from {self.name}, where {usual:,.0f} events are usual on that weekday."
        share = f"{seen:,.0f} events where {usual:,.0f} are usual on that weekday ({seen / usual:.0%})"
        return f"{self.name} has {share}."

    def surge(self, day: int) -> Iterator[Doubt]:
        """Far more events than on any such weekday of the weeks before, also without each day's busiest agent.

        A surge is everybody's: one agent who floods the log makes no night in doubt.
        """
        others = {one: number - self.busiest.get(one, 0.0) for one, number in self.events.items()}
        earlier, seen = before(day, self.events), self.events.get(day, 0.0)
        if earlier is None or others.get(day, 0.0) < SURGE * max(before(day, others) or [0.0]):
            return
        if max(earlier) >= USUAL and seen >= SURGE * max(earlier):
            times = f"{seen / max(earlier):.1f} times as many as on the busiest such weekday of {WEEKS} weeks"
            text = (
                f"{iso(day)}: {self.name} has {seen:,.0f} events, {times}; alerts of that night need stronger evidence."
            )
            yield Doubt(day, text, self.site, surge=True)

    def of_hours(self, day: int) -> Iterator[str]:
        """Runs of hours without a visit that usually have many, where the day has fewer for it."""
        usual = [forecast(day, self.hours[h]) or 0.0 for h in range(24)]
        silent = [h for h in range(24) if not self.hours[h].get(day) and usual[h] >= USUAL]
        run: list[int] = []
        for hour in [*silent, 99]:
            if run and hour != run[-1] + 1:
                if len(run) >= GAP_HOURS and not self.made_up_for(day, sum(usual[h] for h in run) / sum(usual)):
                    where = f" at {self.name}" if self.site else ""
                    yield f"nothing from {run[0]:02d}:00 to {run[-1] + 1:02d}:00{where}, usually busy hours."
                run = []
            run.append(hour)

    def made_up_for(self, day: int, share: float) -> bool:
        """Whether the day has more than half of what silent hours usually bring, a `share` of it, at other hours."""
        most = forecast(day, self.events)
        return most is not None and self.events.get(day, 0.0) > (1 - MADE_UP * share) * most

    def of_tickets(self, day: int) -> Iterator[str]:
        """A jump in the share of visits whose ticket is missing, or unknown."""
        for shares, what in ((self.without, "have no ticket"), (self.mismatched, "have a ticket that does not fit")):
            seen, usual = shares.get(day), forecast(day, shares)
            if seen is not None and usual is not None and seen >= max(usual + FEW_TICKETS, 2 * usual):
                usually = f"where {usual:.0%} are usual on that weekday"
                yield f"half of the agents in {self.name} {what} for at least {seen:.0%} of their visits, {usually}."


def doubts(engine: Engine, agent_days: str, agent_hours: str, since: int, until: int) -> list[Doubt]:
    """What is missing from the days `since` to `until`, and surges; the tables (SQL) hold the weeks before as well."""
    whole = Place("")
    sites: dict[str, Place] = {}
    for day, site, events, most in engine.rows(BY_SITE.format(agent_days=agent_days)):
        for place in (whole, sites.setdefault(site, Place(site))):
            place.events[int(day)] += float(events)
            place.busiest[int(day)] = max(place.busiest[int(day)], float(most))
    for name in ("''", "coalesce(site, '')"):
        shares = BY_TICKET.format(agent_days=agent_days, place=name, agents=AGENTS, visits=VISITS)
        for day, site, without, mismatched in engine.rows(shares):
            place = whole if name == "''" else sites[site]
            place.without[int(day)], place.mismatched[int(day)] = float(without), float(mismatched)
    for day, hour, site, visits in engine.rows(BY_HOUR.format(agent_hours=agent_hours, agent_days=agent_days)):
        for place in (whole, sites[site]):
            place.hours[int(hour)][int(day)] += float(visits)
    named = [place for site, place in sorted(sites.items()) if site]
    holidays = closed(engine, since, until)
    found: list[Doubt] = []
    for day in range(since, until + 1):
        # A site of other times, later ones above all, must not change what is said of this day.
        there = [place for place in named if place.seen_by(day)]
        free = {site for site in ("", *(place.site for place in there)) if {(day, ""), (day, site)} & holidays}
        # A site on holiday alone makes the whole log thinner than usual.
        found += of_day(day, whole, there, free | {""} if free else free)
        found += whole.surge(day)
    return found


def of_day(day: int, whole: Place, sites: Sequence[Place], free: Collection[str]) -> list[Doubt]:
    """What is missing from one day: of the log, or of its sites where these say where it is missing.

    Some of the sites that are thin come before what their absence does to the hours of the whole log. `free` are those
    that have a holiday.
    """
    thin = [doubt for place in sites if (doubt := place.thin(day, place.site in free))]
    of_all = list(whole.doubts(day, "" in free))
    if thin and len(thin) < len(sites):
        return [*(doubt for doubt in of_all if whole.thin(day, "" in free)), *thin]
    return of_all or [doubt for place in sites for doubt in place.doubts(day, place.site in free)]


def unread(logs: Sequence[InputFile], nobody: int = 0) -> list[str]:
    """What to say where much of the input could not be read: that needs no forecast, and holds from the first night on.

    `logs` are the files as they were read. `nobody` of their rejected lines only name no customer, as log-ins do: they
    count where most lines are rejected, and nowhere else.
    """
    lines, rejected = sum(log.rows for log in logs), sum(log.rejected for log in logs)
    told = [f"{rejected:,} of {lines:,} lines could not be read."] if _much(rejected, lines, nobody) else []
    if sum(log.rows > 0 for log in logs) > 1:
        worst = sorted(logs, key=lambda log: -log.rejected)
        told += _listed(
            f"{log.rejected:,} of {log.rows:,} lines of {log.path} could not be read."
            for log in worst if log.rejected >= FEW and _much(log.rejected, log.rows, nobody)
        )  # fmt: skip
    unused = [log for log in logs if log.unused]
    size = sum(log.bytes for log in logs if log.format) + sum(log.bytes for log in unused)
    return told + _listed(
        f"{log.path}, {log.bytes / size:.0%} of the input, was not used." if log.bytes else f"{log.path} was not used."
        for log in unused if log.bytes >= UNREAD * size or not (log.sha256 or log.encoding)
    )  # fmt: skip


def _much(rejected: int, lines: int, nobody: int) -> bool:
    return lines - rejected < THIN * lines or rejected - nobody >= max(UNREAD * lines, FEW)


def _listed(sentences: Iterable[str]) -> list[str]:
    found = list(sentences)
    more = len(found) - NAMED
    return [*found[:NAMED], f"The same of {more:,} more files; run.json has them all."] if more > 0 else found


def unwhole(found: Iterable[Doubt]) -> frozenset[int]:
    """The days of which something is missing as a whole: they teach nothing."""
    return frozenset(doubt.day for doubt in found if doubt.whole_day)


def by_day(found: Iterable[Doubt]) -> dict[int, tuple[str, ...]]:
    """The days that can't be judged as others are, and why, in sentences."""
    texts: dict[int, tuple[str, ...]] = {}
    for doubt in found:
        texts[doubt.day] = (*texts.get(doubt.day, ()), doubt.text)
    return texts


def missing(found: Iterable[Doubt]) -> list[str]:
    """What is missing, in sentences."""
    return [doubt.text for doubt in found if not doubt.surge]


def apart(found: Iterable[Doubt], last_day: int) -> tuple[list[Doubt], list[Doubt]]:
    """The doubts of the days before the last one of a closed set of logs, and those of the last one."""
    doubted = list(found)
    return [one for one in doubted if one.day != last_day], [one for one in doubted if one.day == last_day]


def may_be_cut_short(of_last_day: Iterable[Doubt]) -> list[str]:
    """A note on the last day of a closed set of logs, if something is missing from it: an export may end within it."""
    texts = missing(of_last_day)
    return [f"The last day may be cut short by the export: {' '.join(texts)}"] if texts else []


def surges(found: Iterable[Doubt]) -> list[str]:
    """Of which days there is far more than ever, in sentences."""
    return [doubt.text for doubt in found if doubt.surge]


def about_surges(found: Iterable[Doubt]) -> list[str]:
    """The same for a reader: the last ones in a sentence each, the others by their dates."""
    of_surges = [doubt for doubt in found if doubt.surge]
    earlier, last = of_surges[:-NAMED], of_surges[-NAMED:]
    dates = ", ".join(iso(doubt.day) for doubt in earlier)
    return [*([f"Far more events than ever on {dates} too."] if earlier else []), *(doubt.text for doubt in last)]


def of_night(found: Iterable[Doubt], day: int) -> dict[str, list[str]]:
    """What a night's record keeps of it."""
    of_day = [doubt for doubt in found if doubt.day == day]
    return {"doubts": missing(of_day), "surges": surges(of_day)}


def why_in_doubt(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Why a night could not be judged as others are, by its record; nothing if it could."""
    return (*record.get("doubts", ()), *record.get("surges", ()))


def in_doubt(nights: Iterable[StoredNight]) -> dict[int, tuple[str, ...]]:
    """The days of stored nights that could not be judged as others are, and why, in sentences."""
    return {night.day: why for night in nights if (why := why_in_doubt(night.record))}


def half_seen(
    engine: Engine, found: Iterable[Doubt], agent_days: str = "agent_days"
) -> dict[str, list[tuple[int, int]]]:
    """Agents of the sites in doubt -> days on which what they did teaches nothing, as spans."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for doubt in found:
        if doubt.site:
            where = f"day = {doubt.day} AND site = {literal(doubt.site)}"
            for (agent,) in engine.rows(f"SELECT DISTINCT agent_id FROM {agent_days} WHERE {where}"):
                spans[agent].append((doubt.day, doubt.day))
    return dict(spans)


def is_thin(seen: float, usual: float | None) -> bool:
    """Whether a day with `seen` events, where `usual` are forecast, has far too few."""
    return usual is not None and usual >= USUAL and seen < THIN * usual


def forecast(day: int, volumes: Mapping[int, float]) -> float | None:
    """Median of the same weekday in the weeks before, missing days counted as they are: not at all."""
    earlier = before(day, volumes)
    return None if earlier is None else median(earlier)


def before(day: int, volumes: Mapping[int, float]) -> list[float] | None:
    """The same weekday in the weeks before, where there are enough of them."""
    earlier = [volumes[day - 7 * week] for week in range(1, WEEKS + 1) if day - 7 * week in volumes]
    return earlier if len(earlier) >= FEWEST else None
