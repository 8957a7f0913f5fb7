"""Which column of a log is which column of EVENTS: names propose, and what the values look like decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from onlooker.ingest.column_values import LogSample, Plausible, Sample
from onlooker.ingest.columns import NAMES, REQUIRED, aliases, plain_name
from onlooker.ingest.mapping_question import Open, ask, option


@dataclass(frozen=True)
class Chosen:
    """EVENTS column -> log column for one file, and what must be said of it."""

    mapping: dict[str, str]
    notes: tuple[str, ...] = ()


def recognise(
    shown: str, names: tuple[str, ...], sample: Sample, wishes: Mapping[str, str], plausible: Plausible
) -> Chosen:
    """Choose the columns of one file. `plausible` tells which share of some texts are instants that a log can be of.

    Raises MappingQuestion, with every required column that is open at once, and UnusableInput if the file has nothing
    that a log of views has. An optional column that is open is left out, and a note says so.
    """
    choice = _Choice(LogSample(shown, names, sample, plausible), wishes)
    for name in NAMES:
        choice.choose(name)
    if choice.open:
        choice.ask_what_is_vague()
        raise ask(choice.log, choice.mapping, choice.open)
    choice.tell_kinds()
    mapping = {name: choice.mapping[name] for name in NAMES if name in choice.mapping}
    return Chosen(mapping, tuple(choice.notes))


@dataclass
class _Choice:
    log: LogSample
    wishes: Mapping[str, str]
    mapping: dict[str, str] = field(default_factory=dict)
    open: list[Open] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)
    """Agent or customer, if only a vague name proposed it: what is a time shows in the values."""

    def __post_init__(self) -> None:
        self.mapping = {name: column for name, column in self.wishes.items() if column in self.log.names}

    def choose(self, name: str) -> None:
        if name in self.mapping:
            return
        if name == "clock":
            self._clock()
            return
        groups = self._groups(name)
        if name not in REQUIRED:
            self._optional(name, groups)
            return
        faults = {column: fault for group in groups for column in group if (fault := self._fault(name, column))}
        for number, group in enumerate(groups):
            fitting = self._apart([column for column in group if column not in faults])
            if len(fitting) > 1:
                self.open.append(Open(name, tuple(fitting), faults))
                return
            if fitting:
                self._take(
                    name,
                    fitting[0],
                    [other for later in groups[number + 1 :] for other in later],
                    faults,
                    own=number == 0,
                )
                if name != "timestamp" and number == len(groups) - 1 and name in self.mapping:
                    self.vague.append(name)
                return
        self._nothing_fits(name, groups, faults)

    def _take(self, name: str, column: str, others: list[str], faults: Mapping[str, str], own: bool) -> None:
        second = [
            other for other in others if name == "agent_id" and not own and other not in faults
            and self._second_person(column, other)
        ]  # fmt: skip
        if second:
            self.open.append(Open(name, (column, *second), faults))
        else:
            self.mapping[name] = column

    def ask_what_is_vague(self) -> None:
        """Where there is a question at all, it is about what only a vague name says, too."""
        for name in self.vague:
            self.open.append(Open(name, (), {}))
            del self.mapping[name]
        self.open.sort(key=lambda one: NAMES.index(one.name))

    def _second_person(self, column: str, other: str) -> bool:
        """Whether `other` may as well be who looked: as few people, and not another name of the same ones."""
        first, second = self.log.values(column), self.log.values(other)
        alike = (
            second.enough and 2 <= second.distinct <= 3 * first.distinct and 3 * second.distinct <= len(second.texts)
        )
        return alike and not self.log.one_to_one(column, other)

    def _nothing_fits(self, name: str, groups: list[list[str]], faults: Mapping[str, str]) -> None:
        named = [column for group in groups for column in group]
        if name == "timestamp" and named and not self.log.with_times(self._free()):
            # The rejects will say what is wrong with its values.
            self.mapping[name] = named[0]
        elif name != "timestamp" and len(named) == 1 and self.log.empty(named[0]):
            self.mapping[name] = named[0]
        else:
            self.open.append(Open(name, (), faults))

    def _clock(self) -> None:
        """The column of the time of day, if that of the timestamp holds dates only."""
        dates = self.mapping.get("timestamp")
        if dates is None or not self.log.values(dates).dates:
            return
        clocks = [column for column in self._free() if self.log.values(column).clocks]
        known = [column for group in self._groups("clock") for column in group if column in clocks]
        found = known or clocks
        if len(found) == 1:
            self.mapping["clock"] = found[0]
        elif found:
            self.notes.append(
                f"{' and '.join(found)} could each be the time of day that belongs to {dates}: none is used. "
                f"{option('clock', found[0])} says which."
            )

    def _optional(self, name: str, groups: list[list[str]]) -> None:
        for group in groups:
            fitting = [
                c for c in group
                if (name == "fields" or not self.log.values(c).objects) and not self.log.of_shipper(c)
            ]  # fmt: skip
            fitting = self._apart([c for c in fitting if not self.log.empty(c)] or fitting)
            if len(fitting) > 1:
                said, used = " and ".join(fitting), "neither is" if len(fitting) == 2 else "none is"
                self.notes.append(f"{said} could each be {name}: {used} used. {option(name, fitting[0])} says which.")
                return
            if fitting:
                self.mapping[name] = fitting[0]
                return

    def tell_kinds(self) -> None:
        """Say so where the customer column numbers records of several kinds, each from 1."""
        column = self.mapping["customer_id"]
        if mixed := self.log.mixed_kinds(column):
            kind, kinds = mixed
            self.notes.append(
                f"{column} is the id of different kinds of record ({kind}: {', '.join(kinds[:5])}), and equal ids of "
                f"two kinds count as one customer. Keep the lines that are about customers: --where {kind}={kinds[0]}"
            )

    def _fault(self, name: str, column: str) -> str:
        own = "." not in column and plain_name(column) == plain_name(name)
        if name == "timestamp":
            known = self.log.empty(column) or (self.log.values(column).texts and not self.log.times(column))
            return "no times of a plausible span" if known else "" if own else self.log.sparse(column)
        # Its own name stands unless nothing can be done with the values; what is odd about them is said after reading.
        if own:
            return "empty" if self.log.empty(column) else "JSON text" if self.log.values(column).objects else ""
        if name == "agent_id":
            return self.log.no_person(column)
        return self.log.no_customer(column, self.mapping.get("agent_id"))

    def _apart(self, columns: list[str]) -> list[str]:
        """Without those that are another name of an earlier one, and without constant ones beside others."""
        left: list[str] = []
        for column in columns:
            if not any(self.log.one_to_one(column, other) for other in left):
                left.append(column)
        varied = [c for c in left if not (self.log.values(c).enough and self.log.values(c).distinct == 1)]
        return varied or left

    def _free(self) -> list[str]:
        taken = set(self.mapping.values())
        return [column for column in self.log.names if column not in taken]

    def _groups(self, name: str) -> list[list[str]]:
        """The columns whose names propose `name`: its own name, well-known ones, vague ones."""
        free, known = self._free(), aliases()[name]
        plain = [column for column in free if "." not in column]
        own = [c for c in free if c == name] or [c for c in plain if plain_name(c) == plain_name(name)]
        strong = {plain_name(alias) for alias in (*known["strong"], name)}
        weak = {plain_name(alias) for alias in known["weak"]}
        well_known = [c for c in free if c not in own and (plain_name(c) in strong or last_key(c) in strong)]
        return [own[:1], well_known, [c for c in free if c not in well_known and plain_name(c) in weak]]


def last_key(column: str) -> str:
    """The end of a dotted JSON name: `event.timestamp` can be recognised by it, `target.id` can't."""
    return plain_name(column.rpartition(".")[2]) if "." in column else ""
