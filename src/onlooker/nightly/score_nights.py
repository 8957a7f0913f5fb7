"""Scoring on a store: from the state of the night before, through the nights of a run, to the states to keep."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from onlooker.alerts.decide import Told
from onlooker.alerts.rings import Before
from onlooker.alerts.rings.ring_statistic import WINDOW
from onlooker.cases import CaseDesk
from onlooker.checks.calendar_days import special_days
from onlooker.checks.completeness import DAY_COLUMNS, HOUR_COLUMNS, WEEKS, Doubt, by_day, doubts, half_seen, unwhole
from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.ingest import Reading
from onlooker.nightly import commit as committing
from onlooker.nightly.local_days import Span
from onlooker.nightly.rescoring import SCORING_VERSION, Replay, compared, stamped, version_of
from onlooker.scanning.judge import Earlier, Judged, judge
from onlooker.scanning.run import Progress
from onlooker.scanning.stage_clock import Clock
from onlooker.schema.tables import MEMORY_DAYS
from onlooker.scoring.state_arrays import Arrays, load, save
from onlooker.scoring.teaching import Untaught
from onlooker.store import Store

SOON = 7
"""Days after the last judged one that may have alerts already: days that are not over, in any zone."""
LEAN = "600MB"
"""What the SQL engine keeps in memory while nights are scored: the state and the panel need room too."""


@dataclass
class Scoring:
    """Scores the nights of one run."""

    store: Store
    engine: DuckEngine
    settings: Settings
    clock: Clock
    progress: Progress
    accept: bool
    """Whether somebody agreed to an upgrade's new scoring."""
    states: dict[int, Path] = field(default_factory=dict)
    """State files to keep, by night."""
    loaded: tuple[Path, Arrays] | None = None
    notes: tuple[str, ...] = ()
    """What must be said of nights that were scored anew."""
    waits: bool = False
    """Whether a new scoring waits for consent: the stored state is not of this one, and no night is judged."""

    def state_in(self, path: Path) -> Arrays:
        """The state in a file; the last one is kept, since reading it takes seconds where there are many agents."""
        if self.loaded is None or self.loaded[0] != path:
            self.loaded = path, load(path)
        return self.loaded[1]

    def by_this_scoring(self, reading: Reading, span: Span) -> tuple[Span, list[str]]:
        """The span, and the states to go on from where they are of another scoring, or gone.

        Without consent to another scoring nothing is judged: the events wait, and what would change is told.
        """
        nights = [night.day for night in self.store.nights(until=span.first - 1)]
        found = self.store.blob("state", span.first - 1)
        version = version_of(self.state_in(found[1])) if found else None
        if span.empty or not nights or (found and found[0] == nights[-1] and version == SCORING_VERSION):
            return span, []
        wanted = max((day for day in nights if day <= nights[-1] - self.settings.rescore_days), default=nights[0])
        self.loaded = None  # it will not be gone on from, and takes room
        replay = Replay(
            self.engine, self.store, self.settings, reading.offers, span.log_start, nights[-1], wanted
        )  # fmt: skip
        with self.engine.lean(LEAN), self.clock.stage("replay"):
            alerts = replay.run()
        self.notes = replay.notes
        if self.accept or version in (None, SCORING_VERSION):
            self.states |= replay.states
            return span, []
        self.waits = True
        told = compared(self.store.alerts(until=nights[-1]), alerts, nights[-1])
        last = self.store.nights()[-1].day
        waits = "This version scores differently: until --accept-scoring agrees, no night is judged and events wait."
        return replace(span, first=last + 1, last=last, late=(), waiting_from=last + 1), [waits, *told]

    def doubted(self, span: Span) -> list[Doubt]:
        """What the days that are judged now lack, or have too much of, against the weeks before."""
        weeks = span.first - 7 * WEEKS
        past_days, past_hours = (self.store.select(t, weeks, span.first - 1) for t in ("agent_days", "agent_hours"))
        counted = f"SELECT {DAY_COLUMNS} FROM agent_days"
        hours = f"SELECT {HOUR_COLUMNS} FROM agent_hours WHERE day >= {span.first}"
        if past_days and past_hours:
            counted += f" UNION ALL SELECT {DAY_COLUMNS} FROM {past_days}"
            hours += f" UNION ALL SELECT {HOUR_COLUMNS} FROM {past_hours}"
        return doubts(self.engine, f"({counted})", f"({hours})", span.first, span.last)

    def judged(self, reading: Reading, span: Span, doubted: Sequence[Doubt]) -> Judged:
        """Judge the days of `span`; those of which something is missing teach nothing."""
        before = [day for day in self.states if day < span.first]
        found = (max(before), self.states[max(before)]) if before else self.store.blob("state", span.first - 1)
        past = self.store.select("agent_days", span.first - MEMORY_DAYS, span.first - 1)
        state = self.state_in(found[1]) if found and not self.waits else None
        told = self.last_told(span.first)
        excluded = half_seen(self.engine, doubted)
        for one in CaseDesk(self.store).excluded_days():
            excluded.setdefault(one.agent_id, []).append((one.first, one.last))
        nights = tuple(night.day for night in self.store.nights(until=span.first - 1))
        scores = self.store.select("scores", span.first - WINDOW, span.first - 1)
        scored = Before(scores, past, span.first) if scores and past else None
        earlier = Earlier(
            span.log_start,
            span.first,
            span.last,
            state,
            past,
            scored,
            told,
            untaught=Untaught(unwhole(doubted), excluded, nights).and_also(*special_days(self.engine)),
            in_doubt=by_day(doubted),
        )
        last = self.store.nights(until=span.first - 1)[-1:]
        broken = frozenset(name for night in last for name in night.record.get("broken_rules", ()))
        earlier = replace(earlier, raised_early=self.last_told(span.last + SOON), broken=broken)
        with self.engine.lean(LEAN), self.clock.stage("score"):
            return judge(
                self.engine, self.settings, reading.offers, earlier,
                keep_state=self.keeper(span), progress=lambda share: self.progress("scoring", share),
            )  # fmt: skip

    def keeper(self, span: Span) -> Callable[[int, Callable[[], Arrays]], None]:
        """Keeps the state after the last nights, from which late data can be judged again."""
        needed = self.oldest_state(span)

        def keep(day: int, arrays: Callable[[], Arrays]) -> None:
            if day >= needed:
                self.states[day] = self.engine.folder / f"state-{day}.npz"
                save(self.states[day], stamped(arrays()))

        return keep

    def oldest_state(self, span: Span) -> int:
        """The night whose state judging the last `rescore_days` again would begin from."""
        bound = span.last - self.settings.rescore_days
        nights = (*committing.judged_days(self.engine, span), *(night.day for night in self.store.nights()))
        return max((day for day in nights if day <= bound), default=bound)

    def last_told(self, before: int) -> dict[str, Told]:
        """The last alert about each agent in the quiet period before a day."""
        kept = self.store.alerts(before - max(self.settings.quiet_days, WINDOW), before - 1)
        return {
            alert.agent_id: Told(alert.day, frozenset(alert.record["kinds"]), alert.record["unexplained"])
            for alert in sorted(kept, key=lambda alert: alert.day)
            if alert.state == "raised"
        }
