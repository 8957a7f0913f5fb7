"""The rules of working on cases, as functions of plain values: who may decide, for how long, and what comes back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from difflib import get_close_matches

from onlooker.cases.case_records import Case, Scope, login, same_person
from onlooker.errors import OnlookerError, UsageError
from onlooker.features import FAMILIES
from onlooker.patterns import PATTERNS
from onlooker.rules import RULES
from onlooker.schema.days import ALONE_DAYS
from onlooker.store.layout import as_local_date

YEAR = 365
"""Days in which terms about one person add up."""

UNASSIGNED_DAYS = 3
"""A case that nobody has taken for so long is raised again."""

GOES_ON_DAYS = 84
"""An alert at most this many days after a confirmed case says that it goes on; a later alert begins a new case."""

FEWEST_DOUBLED = 5
"""Unexplained customers that a case counts as having had at least: two instead of one is nothing."""

EXPLAINED_DAYS = 30
"""How long a benign verdict explains visits, unless it says."""


SIGNALS = frozenset({*FAMILIES, *(module.__name__.rsplit(".", 1)[-1] for module in (*RULES, *PATTERNS)), "ring"})
"""What an alert's reasons can name: signals, rules, patterns, and the rings of a team."""


class NotAllowed(OnlookerError):  # noqa: N818 (named for what happened, as in onlooker.errors)
    """A rule of working on cases forbids it."""


def raised_again(case: Case, night: str) -> str | None:
    """Why a case must be put before an analyst again on `night`, in a sentence; None if it need not.

    Unexplained customers are doubled against what they were when the case was last raised, so a case that goes on
    evenly comes back after twice, four times, eight times as long; an unassigned one every three days.
    """
    if case.state != "open":
        return None
    then = sum(count for day, count in case.unexplained.items() if day <= case.raised)
    now = sum(count for day, count in case.unexplained.items() if day <= night)
    if night > case.raised and now >= 2 * max(then, FEWEST_DOUBLED):
        return f"{now} unexplained customers by now; {then} when it was last raised on {case.raised}"
    waited = (date.fromisoformat(night) - date.fromisoformat(case.raised)).days
    if case.assignee is None and waited >= UNASSIGNED_DAYS:
        return f"nobody has taken it in the {waited} days since {case.raised}"
    return None


def goes_on(case: Case, night: str) -> bool:
    """Whether an alert on `night` says that a confirmed case goes on."""
    if case.state == "open" or case.verdict is None or case.verdict.kind != "confirmed":
        return False
    days = (date.fromisoformat(night) - date.fromisoformat(max(case.last, case.verdict.last))).days
    return 0 < days <= GOES_ON_DAYS


def check_author(author: str, agents: tuple[str, ...], what: str) -> None:
    """Raise unless `author` may decide about `agents`."""
    if not login(author):
        raise NotAllowed(f"a decision needs an author to {what}", "Give your name with --as.")
    for agent in agents:
        if same_person(author, agent):
            raise NotAllowed(f"{author} may not {what}: it is about the same person", "Ask somebody else to decide.")


def check_second(author: str, second: str | None, agents: tuple[str, ...], needed: bool) -> None:
    """Raise unless a second person agrees, where one is `needed`; who is named must be somebody else."""
    if second is None and not needed:
        return
    if not second:
        raise NotAllowed("a second person has to agree to this", "Name who agrees with --second.")
    check_author(second, agents, "agree to this")
    if not letters_and_digits(second):
        raise NotAllowed("the second person has no name", "Name who agrees, in letters, with --second.")
    if same_person(author, second) or letters_and_digits(author) == letters_and_digits(second):
        raise NotAllowed("the second person is the first", "Name somebody else with --second.")


def letters_and_digits(name: str) -> str:
    """The letters and digits of a login, without marks, case, domain and what follows a plus or a bracket."""
    first = re.split(r"[+/(\[]", login(unicodedata.normalize("NFKD", name)), maxsplit=1)[0]
    return "".join(char for char in first if char.isalnum())


def check_reason(reason: str, what: str) -> None:
    """Raise unless there is a reason."""
    if not reason.strip():
        raise NotAllowed(f"{what} needs a reason", "Say why, in words that somebody else will understand in a year.")


def check_signals(scope: Scope) -> None:
    """Raise UsageError for a signal that no alert will ever name: it would be stored, and cover nothing."""
    unknown = sorted(set(scope.signals) - SIGNALS)
    if unknown:
        near = [name for one in unknown for name in get_close_matches(one, SIGNALS, 2)]
        hint = f"Did you mean {' or '.join(near)}?" if near else "docs/signals.md has their names as headings."
        raise UsageError(f"there is no signal or rule {' or '.join(unknown)}", hint)


def same_subject(one: Collection[str], other: Collection[str], scope: Scope, earlier: Scope) -> bool:
    """Whether two scopes, which cover the agents `one` and `other`, speak about the same person.

    A scope without agents and teams speaks about its customers, whoever sees them.
    """
    if one or other:
        return bool(set(one) & set(other))
    return bool(set(scope.teams) & set(earlier.teams) or set(scope.customers) & set(earlier.customers))


def days_in_all(first: str, until: str, earlier: Iterable[tuple[str, str]]) -> int:
    """Days from `first` to `until`, and those of `earlier` terms (first and last date) in the year up to `until`.

    Many short terms are a long one, whether they follow each other, overlap, or leave gaps.
    """
    end = as_local_date(until)
    begin = end - timedelta(days=YEAR - 1)
    days: set[date] = set()
    for start, last in [(first, until), *earlier]:
        day = max(as_local_date(start), begin) if (start, last) != (first, until) else as_local_date(start)
        while day <= min(as_local_date(last), end):
            days.add(day)
            day += timedelta(days=1)
    return len(days)


def check_term(
    author: str, second: str | None, scope: Scope, first: str, until: str, earlier: Iterable[tuple[str, str]] = (),
    alone: int = ALONE_DAYS,
) -> None:  # fmt: skip
    """Raise unless a suppression or explanation from `first` to `until` may be made by `author`, with `second`.

    `earlier` are terms about the same person that nobody else agreed to; `alone` is how many days a year need nobody
    else's agreement.
    """
    days = (as_local_date(until) - as_local_date(first)).days + 1
    if days < 1:
        raise NotAllowed(f"it would end on {until}, before it begins on {first}", "Name a later date.")
    if not any((scope.agents, scope.teams, scope.customers)):
        raise NotAllowed("it would cover everybody", "Name agents, teams or customers.")
    if second is not None:
        check_second(author, second, scope.agents, needed=True)
    elif (whole := days_in_all(first, until, earlier)) > alone:
        before = f" with {whole - days} others of the year before that nobody else agreed to" if whole > days else ""
        raise NotAllowed(
            f"{days} days{before} are more than {alone}, which takes a second person",
            "Name one with --second, or end it earlier.",
        )
