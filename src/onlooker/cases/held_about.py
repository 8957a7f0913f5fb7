"""All that a store holds about one person, agent or customer, and who looked at it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from onlooker.alerts.numbers import plural
from onlooker.cases.desk import CaseDesk
from onlooker.schema.days import iso
from onlooker.store import Store
from onlooker.store.history_chain import Entry
from onlooker.store.history_filters import KINDS, names
from onlooker.store.layout import TABLES
from onlooker.store.personal_fields import RECORDS
from onlooker.store.scrubbing import Person


@dataclass(frozen=True)
class Rows:
    """Rows of one table that are about the person."""

    table: str
    kind: str
    """agent or customer: as what the rows name the person."""
    rows: int
    first: str
    """Local date, ISO."""
    last: str


@dataclass(frozen=True)
class Held:
    """What is held about a person. Dates are local and ISO; the history's instants are UTC."""

    person: str
    tables: tuple[Rows, ...]
    alerts: tuple[dict[str, Any], ...]
    """About the person as an agent: id, date, state, severity, headline, case."""
    cases: tuple[dict[str, Any], ...]
    """The same: id, opened, how it stands, verdict, and the notes."""
    named_in: dict[str, int]
    """Table of the database -> its other records that name the person, such as alerts about somebody else."""
    looked: tuple[dict[str, Any], ...]
    """Lines of the history that concern or name the person: number, when, who, what, why."""
    acted: int
    """Lines of the history that tell what the person did."""
    noted: bool = True
    """Whether this look is in the history."""

    @property
    def found(self) -> bool:
        """Whether anything is held, beside that somebody asked."""
        return bool(self.tables or self.alerts or self.cases or self.named_in or self.acted)

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)


def held_about(store: Store, person: str, viewer: str | None = None) -> Held:
    """What the store holds about `person`, spelled as it is stored; cases hidden from `viewer` are left out."""
    desk = CaseDesk(store, viewer=viewer)
    seen = {case.id for case in desk.cases(None)}
    hidden = {case.id for case in CaseDesk(store).cases(None)} - seen
    cases = [case for case in desk.cases(None) if person in desk.whom(case)]
    alerts = [one for one in store.alerts(agent=person) if one.case_id not in hidden]
    history = store.history()
    return Held(
        person=person,
        tables=tuple(rows_about(store, person)),
        alerts=tuple(
            {"id": one.id, "date": iso(one.day), "state": one.state, "severity": one.record["severity"],
             "headline": one.record["headline"], "case": one.case_id}
            for one in alerts
        ),
        cases=tuple(
            {"id": case.id, "opened": case.opened, "stands": case.in_words(), "notes": [n.record() for n in case.notes],
             "verdict": case.verdict.record() if case.verdict else None}
            for case in cases
        ),
        named_in=records_naming(store, person, hidden | {one.id for one in alerts} | {one.id for one in cases}),
        looked=tuple(_line(e) for e in history if names(e, person) and e.about.get("case") not in hidden),
        acted=sum(entry.who == person for entry in history),
    )  # fmt: skip


def rows_about(store: Store, person: str) -> Iterator[Rows]:
    """Rows of every table that name the person, with their first and last day."""
    for table in TABLES:
        files = store.files(table.name)
        for kind in KINDS if table.customer else KINDS[:1]:
            if files and (found := _counted(files, f"{kind}_id", person)):
                rows, first, last = found
                yield Rows(table.name, kind, rows, iso(first), iso(last))


def _counted(files: list[Path], column: str, person: str) -> tuple[int, int, int] | None:
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    days = ds.dataset(files).to_table(columns=["day"], filter=pc.field(column) == person)["day"]
    if not len(days):
        return None
    span = pc.min_max(days).as_py()
    return len(days), int(span["min"]), int(span["max"])


def records_naming(store: Store, person: str, beside: set[str]) -> dict[str, int]:
    """Table -> records that name the person in a field of ids, other than those of the ids `beside`."""
    found: dict[str, int] = {}
    for table, key, column in RECORDS:
        for identity, text in store.db.execute(f"SELECT {key}, {column} FROM {table}").fetchall():
            value = json.loads(text)
            if {identity, value.get("case_id")} & beside:
                continue
            if any(Person(kind, person, in_sentences=False).scrubbed(value) != value for kind in KINDS):
                found[table] = found.get(table, 0) + 1
    return found


def _line(entry: Entry) -> dict[str, Any]:
    told = entry.record()
    return {name: told[name] for name in ("seq", "at", "who", "what", "why")}


def in_words(held: Held) -> Iterator[str]:
    """What is held about a person, for people."""
    if not held.found:
        yield f"nothing is held about {held.person}: is the id spelled as in the log?"
    for one in held.tables:
        yield f"{one.table}: {plural(one.rows, 'row')} about this {one.kind}, {one.first} to {one.last}"
    yield from (f"alert of {one['date']}, {one['state']}: {one['headline']}" for one in held.alerts)
    yield from (f"{one['id']}, opened {one['opened']}: {one['stands']}" for one in held.cases)
    yield from (f"named in {plural(number, 'other record')} of {name}" for name, number in held.named_in.items())
    if held.acted:
        yield f"did {plural(held.acted, 'thing')} that the history tells (`onlooker history show --who`)"
    yield f"who looked, or did something about it: {plural(len(held.looked), 'line')} of the history"
    for line in held.looked:
        yield "  ".join(part for part in (f"  {line['at'][:19]}", line["who"], line["what"], line["why"]) if part)
