"""Deciding stored nights once more with other settings: what would have been alerted on. Nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from onlooker.alerts.decide import Nights, Policy, decide
from onlooker.checks.completeness import in_doubt
from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.engines.sql_text import literal
from onlooker.errors import UsageError
from onlooker.features import FAMILIES
from onlooker.privacy import Names
from onlooker.privacy.names_in_store import known_people, names_in_store
from onlooker.privacy.people_seen import people_seen
from onlooker.scanning.decide_alerts import SPEAKS
from onlooker.schema.days import EPOCH, iso
from onlooker.store import Store

if TYPE_CHECKING:
    import pyarrow as pa

TUNABLE = ("budget", "q_limit", "quiet_days")
"""Settings by which nights are decided; all others change what is counted or scored."""
NAMED = 10
"""Alerts gained or lost that are named one by one."""


@dataclass(frozen=True)
class Tried:
    """What one value of a setting would have alerted on."""

    value: str
    present: bool
    """Whether this is the setting in force."""
    alerts: int
    by_week: dict[str, int]
    """Monday -> alerts."""
    gained: tuple[tuple[str, str], ...]
    """Agent and date of alerts that the setting in force does not give."""
    lost: tuple[tuple[str, str], ...]
    apart: int = 0
    """Of the alerts, those that patterns and the ring scan raised: counted as they were, whatever is tried."""

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def what_if(store_path: Path, settings: Settings, *wishes: str) -> list[Tried]:
    """Decide all stored nights by each value of wishes such as `budget=3,5,10`, and by the settings in force.

    Of several wishes every combination is tried.
    """
    asked = [understood(wish) for wish in wishes]
    names = [name for name, _ in asked]
    if len(set(names)) < len(names):
        raise UsageError("a setting is named twice", "Give all its values at once: budget=3,5,10.")
    present_values = settings.model_dump()
    with Store.open(store_path) as store, DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        nights = Stored.read(engine, store)
        shown = names_in_store(store, settings.privacy, settings.pseudonym_key)
        nights = nights.told_with(shown)
        seen = people_seen(store, settings.vendors, settings.sites)
        among = shown.alerted if shown.strict else known_people(store) if seen.limited else frozenset()
        hides = shown.strict or seen.limited
        named = {shown.of("agent", one) for one in among if seen.sees(one)} if hides else None
    present = nights.decided(settings)
    found = [tried(_as_text(names, [str(getattr(settings, name)) for name in names]), present, present, nights.apart)]
    for values in product(*(given for _, given in asked)):
        changed = Settings.model_validate({**present_values, **dict(zip(names, values, strict=True))})
        if changed != settings:
            found.append(tried(_as_text(names, values), nights.decided(changed), present, nights.apart))
    return found if named is None else [without_others(one, named) for one in found]


def without_others(one: Tried, named: Collection[str]) -> Tried:
    """The same without the names of people whom no alert was about."""
    gained, lost = (
        tuple((agent if agent in named else "(not shown)", date) for agent, date in some)
        for some in (one.gained, one.lost)
    )
    return replace(one, gained=gained, lost=lost)


def _as_text(names: Sequence[str], values: Sequence[str]) -> str:
    told = ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))
    return values[0] if len(values) == 1 else told


def with_value(values: dict[str, Any], name: str, value: str) -> Settings:
    """Settings with one value given as text."""
    return Settings.model_validate({**values, name: value})


def understood(wish: str) -> tuple[str, list[str]]:
    """Name and values of a wish."""
    name, _, values = wish.partition("=")
    name, given = name.strip().replace("-", "_"), [value.strip() for value in values.split(",") if value.strip()]
    if name not in TUNABLE or not given:
        raise UsageError(f"--what-if {wish!r} can't be tried", f"Say {'|'.join(TUNABLE)}=VALUE,VALUE,...")
    for value in given:
        try:
            with_value({}, name, value)
        except ValueError as error:
            raise UsageError(f"--what-if: {name} can't be {value}") from error
    return name, given


@dataclass(frozen=True)
class Stored:
    """The agent-days that may become alerts, sorted by day, and those that hard rules raised."""

    rows: pa.Table
    agents: list[str]
    nights: Nights
    ruled: Mapping[int, Sequence[int]]
    rules: Mapping[int, frozenset[str]]
    """What the alerts of those rows say of the rules, as the quiet period reads it."""
    apart: tuple[tuple[str, int], ...]
    """Subject and day of each alert that patterns and the ring scan raised: no setting that is tried decides them."""

    def told_with(self, names: Names) -> Stored:
        """The same with names as they are shown; nothing is decided by a name."""
        agents = [names.of("agent", one) for one in self.agents]
        return replace(self, agents=agents, apart=tuple((names.of("agent", one), day) for one, day in self.apart))

    @classmethod
    def read(cls, engine: DuckEngine, store: Store) -> Stored:
        """From the stored scores."""
        selected = store.select("scores")
        if selected is None:
            raise UsageError("the store has no judged nights yet", "Scan some logs into it first.")
        rules = {
            (alert.agent_id, alert.day): frozenset(alert.record["kinds"]) - set(FAMILIES.values())
            for alert in store.alerts() if alert.record["kind"] == "rule"
        }  # fmt: skip
        values = ", ".join(f"({literal(agent)}, {day})" for agent, day in rules)
        ruled = f" OR (agent_id, day) IN ({values})" if values else ""
        rows = engine.arrow(f"SELECT * FROM {selected} WHERE p_value <= {Policy.p_limit}{ruled} ORDER BY day, agent_id")
        agents, number = np.unique(np.asarray(rows["agent_id"].to_pylist(), dtype=object), return_inverse=True)
        days = rows["day"].to_numpy()
        judged = store.nights()
        nights = Nights(
            days, number.astype(np.intp), rows["p_value"].to_numpy(), rows["q_value"].to_numpy(),
            rows["seen_unexplained"].to_numpy(), frozenset(in_doubt(judged)), judged[0].day if judged else None,
        )  # fmt: skip
        names = [str(name) for name in agents]
        by_row = enumerate((names[n], int(day)) for n, day in zip(number, days, strict=True))
        fired = {row: rules[key] for row, key in by_row if key in rules}
        apart = tuple(
            (alert.agent_id, alert.day) for alert in store.alerts()
            if alert.state == "raised" and alert.record["kind"] in {"pattern", "ring"}
        )  # fmt: skip
        return cls(rows, names, nights, dict.fromkeys(fired, (0,)), fired, apart)

    def decided(self, settings: Settings) -> set[tuple[str, int]]:
        """Agent and day of each alert of scores and hard rules that `settings` give."""
        policy = Policy(settings.budget, settings.q_limit, settings.quiet_days)
        decisions = decide(self.nights, policy, self.kinds, self.ruled)
        return {(self.agents[self.nights.agent[d.row]], int(self.nights.day[d.row])) for d in decisions}

    def kinds(self, row: int) -> frozenset[str]:
        """Families of the signals that speak for an alert on a row, and the rules that raised it."""
        signals = [name for name in self.rows.column_names if name in FAMILIES]
        families = frozenset(FAMILIES[name] for name in signals if (self.rows[name][row].as_py() or 0.0) >= SPEAKS)
        return families | self.rules.get(row, frozenset())


def tried(
    value: str, alerts: set[tuple[str, int]], present: set[tuple[str, int]], apart: Sequence[tuple[str, int]] = ()
) -> Tried:
    """One value's alerts beside those of the setting in force; those `apart` are the same for all."""

    def dated(some: set[tuple[str, int]]) -> tuple[tuple[str, str], ...]:
        return tuple((agent, iso(day)) for agent, day in sorted(some, key=lambda alert: (alert[1], alert[0])))

    weeks = Counter(monday(day) for _, day in (*alerts, *apart))
    return Tried(
        value, alerts is present, len(alerts) + len(apart), dict(sorted(weeks.items())), dated(alerts - present),
        dated(present - alerts), len(apart),
    )  # fmt: skip


def monday(day: int) -> str:
    """The Monday of a day's week."""
    that = EPOCH + timedelta(days=day)
    return (that - timedelta(days=that.weekday())).isoformat()


def in_words(wishes: Sequence[str], found: Sequence[Tried], minutes: int | None = None) -> Iterator[str]:
    """The table for a terminal, and then what would be gained and lost; `minutes` are those that an alert takes."""
    name = f"{understood(wishes[0])[0]} " if len(wishes) == 1 else ""
    weeks = sorted({week for one in found for week in one.by_week})
    heads = [f"{name}{one.value}{' (now)' if one.present else ''}" for one in found]
    yield "  ".join(["week of   ", *(f"{head:>{max(len(head), 6)}}" for head in heads)])
    for week in weeks:
        yield "  ".join(
            [week, *(f"{one.by_week.get(week, 0):>{max(len(h), 6)},}" for one, h in zip(found, heads, strict=True))]
        )
    yield "  ".join(["all       ", *(f"{one.alerts:>{max(len(h), 6)},}" for one, h in zip(found, heads, strict=True))])
    if minutes and weeks:
        every = (date.fromisoformat(weeks[-1]) - date.fromisoformat(weeks[0])).days // 7 + 1
        spent = [f"{one.alerts * minutes / every:>{max(len(h), 6)},.0f}" for one, h in zip(found, heads, strict=True)]
        yield "  ".join(["minutes/wk", *spent])
    if found and found[0].apart:
        yield f"Of each, {found[0].apart:,} by patterns and the ring scan, which no setting here decides."
    for one, head in zip(found, heads, strict=True):
        for what, some in (("gains", one.gained), ("loses", one.lost)):
            if some:
                named = ", ".join(f"{agent} on {date}" for agent, date in some[:NAMED])
                more = f" and {len(some) - NAMED} more" if len(some) > NAMED else ""
                yield f"{head} {what} {len(some)}: {named}{more}"
