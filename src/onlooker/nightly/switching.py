"""Stored nights scored anew: after an upgrade that changes scoring, or where the state of scoring is gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from onlooker.calendar_days import special_days
from onlooker.cases import CaseDesk
from onlooker.completeness import doubts, half_seen
from onlooker.config import Settings
from onlooker.dates import day_of
from onlooker.engines.duck import DuckEngine
from onlooker.findings import Alert
from onlooker.judging import Earlier, Judged, judge
from onlooker.scoring.history import History
from onlooker.scoring.method import Method
from onlooker.scoring.state import Arrays, Names, save, to_arrays
from onlooker.store import KeptAlert, Store
from onlooker.teaching import Untaught

SCORING_VERSION = 1
"""Grows when the same counts would get other scores. A store's nights are then scored anew, when somebody agrees."""
VERSION = "scoring_version"
LOOK_BACK = 240
"""Days that scoring remembers, with room: 180 of calibration, 84 + 28 of baselines."""
SHOWN_NIGHTS = 30
"""Nights whose alerts are compared."""
NAMED = 10


def stamped(arrays: Arrays) -> Arrays:
    """A state that says by which scoring it was made."""
    return {**arrays, VERSION: np.array(SCORING_VERSION)}


def version_of(state: Arrays) -> int:
    """The scoring by which a state was made; 0 if it lacks something that today's scoring keeps."""
    signals = tuple(state["names.signals"].tolist())
    empty = History(0, 0, np.zeros(len(signals), dtype=bool), 0, Method(), signals)
    if not set(to_arrays(empty, Names(), signals)) <= set(state):
        return 0
    return int(state[VERSION]) if VERSION in state else SCORING_VERSION


@dataclass
class Replay:
    """The stored nights up to `until`, scored anew from their counts."""

    engine: DuckEngine
    store: Store
    settings: Settings
    columns: frozenset[str]
    log_start: int
    until: int
    states_from: int
    """First night whose state is wanted."""
    states: dict[int, Path] = field(default_factory=dict)
    """State files, by night."""

    def run(self) -> Judged:
        """Score them; the tables on the engine are those of the store meanwhile."""
        since = max(self.log_start, self.until - LOOK_BACK)
        for table in ("visits", "agent_days"):
            self.engine.drop(table)
            self.engine.view(table, f"SELECT * FROM {self.store.select(table, since, self.until)}")
        in_doubt = frozenset(night.day for night in self.store.nights() if night.record.get("doubts"))
        earlier = Earlier(self.log_start, since, self.until, untaught=self.untaught(since), in_doubt=in_doubt)
        judged = judge(self.engine, self.settings, self.columns, earlier, keep_state=self.keep)
        for table in ("visits", "agent_days"):
            self.engine.drop(table)
        return judged

    def untaught(self, since: int) -> Untaught:
        """What did not teach then, and what was confirmed since."""
        hours = self.store.select("agent_hours", since, self.until)
        missing = doubts(self.engine, "agent_days", f"(SELECT * FROM {hours})", since, self.until) if hours else []
        agents = half_seen(self.engine, missing)
        for one in CaseDesk(self.store).excluded_days():
            agents.setdefault(one.agent_id, []).append((one.first, one.last))
        unwhole = frozenset(doubt.day for doubt in missing if doubt.whole_day)
        return Untaught(unwhole, agents).and_also(*special_days(self.engine))

    def keep(self, day: int, arrays: object) -> None:
        """Write the state after a night, if it is wanted."""
        if day >= self.states_from and callable(arrays):
            self.states[day] = self.engine.folder / f"replayed-{day}.npz"
            save(self.states[day], stamped(arrays()))


def compared(before: tuple[KeptAlert, ...], after: tuple[Alert, ...], until: int) -> Iterator[str]:
    """Sentences on the alerts of the last nights that the new scoring gains and loses."""
    since = until - SHOWN_NIGHTS + 1
    old = {(alert.agent_id, alert.record["date"]) for alert in before if since <= alert.day <= until}
    new = {(alert.agent_id, alert.date) for alert in after if since <= day_of(alert.date) <= until}
    yield (
        f"Of the last {SHOWN_NIGHTS} nights the old scoring alerted {len(old)} times, the new one would "
        f"{len(new)} times, {len(old & new)} of them the same."
    )
    for what, some in (("Gained", new - old), ("Lost", old - new)):
        if some:
            named = ", ".join(f"{agent} on {date}" for agent, date in sorted(some, key=lambda one: one[::-1])[:NAMED])
            more = f" and {len(some) - NAMED} more" if len(some) > NAMED else ""
            yield f"{what}: {named}{more}."
