"""When a run rehearses, and in which past: that of the tables on the engine and of what earlier nights left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from onlooker.rehearsal import PastTables, due, first_of, rehearse
from onlooker.rehearsal.fixed_days import AGES
from onlooker.rehearsal.past_tables import OF_AGENT_DAYS, OF_VISITS
from onlooker.rehearsal.rehearse import FEWEST_PEOPLE
from onlooker.scanning.job import Job
from onlooker.scanning.past import Earlier
from onlooker.scanning.span import Span
from onlooker.schema.days import iso

Factors = Mapping[int, Mapping[str, float]]
"""Day from which on they are in force -> signal -> what multiplies its weights."""


def rehearsed(job: Job, signals: Sequence[tuple[str, bool]], span: Span, earlier: Earlier) -> Factors:
    """Rehearse on the days of the log's calendar that come after the last judged night, up to the end of `span`.

    Nothing where the settings switch it off.
    """
    if not job.settings.rehearsal:
        return {}
    since = int(earlier.state["day"]) + 1 if earlier.state is not None else span.first_day
    names = [name for name, _ in signals]
    found = {}
    for day in due(span.first_day, since, span.last):
        past = PastTables(
            job.engine,
            both("agent_days", earlier.agent_days, (*OF_AGENT_DAYS, *names)),
            both("visits", earlier.visits, OF_VISITS),
            first_of(span.first_day, day),
            day,
        )
        found[day] = rehearse(past, signals, earlier.excluded).by_signal(names)
    return found


def about_rehearsals(factors: Factors, wanted: bool, age: int) -> Iterator[str]:
    """Notes on what could not be rehearsed, where it was `wanted`, in a log that is `age` days old."""
    if wanted and age <= AGES[0]:
        yield f"Not rehearsed yet: the log has {age} days, and {AGES[0]} must lie before the first rehearsal."
    for day in (day for day, found in factors.items() if not found):
        yield (
            f"Not rehearsed on {iso(day)}: fewer than {FEWEST_PEOPLE} people had worked enough days; the signals weigh "
            "as before."
        )


def both(table: str, before: str | None, columns: Sequence[str]) -> str:
    """SQL of the `columns` of a table of the run's days, and of the same table of earlier days."""
    if not before:
        return table
    wanted = ", ".join(dict.fromkeys(columns))
    return f"(SELECT {wanted} FROM {table} UNION ALL SELECT {wanted} FROM {before}) days"
