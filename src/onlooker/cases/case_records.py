"""What an analyst works on and decides, as frozen records. Dates are local and ISO; instants are UTC and ISO."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from onlooker.schema.notebook_html import as_html
from onlooker.schema.verdict_kinds import VerdictKind

FORMAT = 1

CaseState = Literal["open", "closed"]
"""Whether somebody has decided; `Case.standing` says more of an open one."""
Standing = Literal["open", "asked", "referred", "closed"]
Desk = Literal["HR", "legal", "vendor"]
DESKS: tuple[Desk, ...] = ("HR", "legal", "vendor")
"""Where a case can be referred to."""


RAISED_AGAIN = "raised again"
"""What the note of a night says that puts a case before an analyst once more; its text is `NIGHT: why`."""


def login(name: str) -> str:
    """A login as people compare it: without case, mail domain or Windows domain."""
    return name.strip().casefold().rsplit("\\", 1)[-1].split("@", 1)[0]


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, as far as names can tell."""
    return login(one) == login(other)


class Record:
    """What all records here can do."""

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True)
class Note(Record):
    """Something that was done to a case or said about it."""

    at: str
    author: str
    what: str
    """opened, raised again, assigned, note, asked, answered, referred, sealed, unsealed, closed, reopened, undone."""
    text: str = ""


@dataclass(frozen=True)
class Verdict(Record):
    """What an analyst made of a case. It says what the visits were, never what a person is."""

    kind: VerdictKind
    reason: str
    author: str
    at: str
    first: str
    """First local date that it speaks about."""
    last: str
    second: str = ""
    """Who agreed to it, where two are needed."""


@dataclass(frozen=True)
class Question(Record):
    """What somebody was asked about a case, and said."""

    asked: str
    """Whom."""
    question: str
    author: str
    at: str
    answer: str = ""
    """Empty until there is one."""


@dataclass(frozen=True)
class Reveal(Record):
    """That the names of a case were unlocked, which takes two people and a reason."""

    author: str
    second: str
    reason: str
    at: str


@dataclass(frozen=True)
class Case(Record):
    """The alerts of one agent over time, until somebody closes it."""

    id: str
    """Stable: made from the agent and the night of the first alert."""
    agent_id: str
    state: CaseState
    opened: str
    """Night of the first alert."""
    raised: str
    """Night on which it was last put before an analyst."""
    alerts: tuple[str, ...]
    """Ids, oldest first."""
    days: tuple[str, ...]
    """Nights with an alert, in order."""
    unexplained: Mapping[str, int] = field(default_factory=dict)
    """Local date -> unexplained customers that day: it goes on counting while the agent is quiet."""
    assignee: str | None = None
    verdict: Verdict | None = None
    notes: tuple[Note, ...] = ()
    format: int = FORMAT
    question: Question | None = None
    """The last one that was asked."""
    referred: Desk | None = None
    """Who decides now."""
    hidden_from: tuple[str, ...] = ()
    """People who do not see the case; nothing that everybody reads has a case that is hidden from somebody."""
    revealed: Reveal | None = None
    """Who unlocked its names, where names are hidden; None while nobody has."""

    def is_hidden_from(self, person: str) -> bool:
        """Whether somebody does not see the case."""
        return any(same_person(person, one) for one in self.hidden_from)

    @property
    def standing(self) -> Standing:
        """Where it stands: open, asked (somebody has yet to answer), referred, closed (decided)."""
        if self.state == "closed":
            return "closed"
        if self.referred:
            return "referred"
        return "asked" if self.question and not self.question.answer else "open"

    def in_words(self) -> str:
        """`asked lead.north`, `referred to HR`, `closed confirmed`."""
        whom = {"asked": self.question.asked if self.question else "", "referred": f"to {self.referred}"}
        more = whom.get(self.standing) or (self.verdict.kind if self.verdict else "")
        return f"{self.standing} {more}".rstrip()

    @property
    def last(self) -> str:
        """Night of the last alert."""
        return self.days[-1]

    def _repr_html_(self) -> str:
        facts = [("since", self.opened), ("last alert", self.last), ("has it", self.assignee or "nobody")]
        rows = [(note.at[:16].replace("T", " "), note.author, note.what, note.text) for note in self.notes]
        title = f"Case {self.id}, {self.agent_id}: {self.in_words()}"
        return as_html(title, facts, ("when (UTC)", "who", "what", "text"), rows)


@dataclass(frozen=True)
class Scope(Record):
    """Whom and what a suppression or an explanation covers. Several fields must all fit; an empty one fits all."""

    agents: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()

    def covers(self, agent: str, team: str | None, signals: Collection[str], customers: Collection[str]) -> bool:
        """Whether it covers all that speaks for an alert: every one of its signals, and every customer it is about."""
        return (
            (not self.agents or agent in self.agents)
            and (not self.teams or team in self.teams)
            and (not self.signals or (bool(signals) and set(signals) <= set(self.signals)))
            and (not self.customers or (bool(customers) and set(customers) <= set(self.customers)))
        )

    def covers_visit(self, agent: str, team: str | None, customer: str) -> bool:
        """Whether it covers one visit, whatever the signal."""
        return (
            (not self.agents or agent in self.agents)
            and (not self.teams or team in self.teams)
            and (not self.customers or customer in self.customers)
        )

    def in_words(self) -> str:
        """The scope as it stands in a sentence."""
        parts = [f"{name} {', '.join(values)}" for name, values in self.record().items() if values]
        return "; ".join(parts) or "everything"


@dataclass(frozen=True)
class Term(Record):
    """Something that an analyst lets hold in a scope, from one local date to another."""

    id: str
    scope: Scope
    reason: str
    author: str
    second: str | None
    """Another person who agreed; needed for more than 90 days."""
    first: str
    until: str
    """Last local date on which it holds."""
    at: str
    ended: str | None = None
    """When it was taken back early."""
    made_on: str = ""
    """How far the log had come when it was made, a local date; empty in records of before, and then that of `at`."""
    ended_on: str = ""
    """The same of its end."""

    @property
    def span(self) -> tuple[str, str]:
        """First and last date on which it had an effect: from when it was made, if its days lay behind, to its end."""
        made = self.made_on or self.at[:10]
        ended = self.ended_on or (self.ended or self.until)[:10]
        return made if self.first < made <= self.until else self.first, min(self.until, ended)

    def active_on(self, date: str) -> bool:
        """Whether it holds on a local date."""
        return self.ended is None and self.first <= date <= self.until


@dataclass(frozen=True)
class Suppression(Term):
    """Alerts that are counted and shown as suppressed, but not raised."""


@dataclass(frozen=True)
class Explanation(Term):
    """A reason that an analyst found for visits: while it holds, visits in its scope count as explained by it."""

    case_id: str | None = None
    """The case that was closed with it."""


@dataclass(frozen=True)
class ExcludedDays:
    """Days of an agent that baselines and calibration leave out, because a case about them was confirmed."""

    agent_id: str
    first: int
    """Local day, days since 1970-01-01."""
    last: int


def case_id(agent_id: str, opened: str) -> str:
    """The stable id of the case that an alert on `opened` begins."""
    return "case-" + hashlib.sha256(f"{agent_id}\0{opened}".encode()).hexdigest()[:10]


def case_from(record: Mapping[str, Any]) -> Case:
    """The case that `record` was made from."""
    verdict = Verdict(**record["verdict"]) if record["verdict"] else None
    notes = tuple(Note(**note) for note in record["notes"])
    question = Question(**record["question"]) if record.get("question") else None
    revealed = Reveal(**record["revealed"]) if record.get("revealed") else None
    lists = {name: tuple(record.get(name, ())) for name in ("alerts", "days", "hidden_from")}
    return Case(**{**record, **lists, "verdict": verdict, "notes": notes, "question": question, "revealed": revealed})


def scope_from(record: Mapping[str, Any]) -> Scope:
    """The scope that `record` was made from."""
    return Scope(**{name: tuple(values) for name, values in record.items()})


def suppression_from(record: Mapping[str, Any]) -> Suppression:
    """The suppression that `record` was made from."""
    return Suppression(**(dict(record) | {"scope": scope_from(record["scope"])}))


def explanation_from(record: Mapping[str, Any]) -> Explanation:
    """The explanation that `record` was made from."""
    return Explanation(**(dict(record) | {"scope": scope_from(record["scope"])}))
