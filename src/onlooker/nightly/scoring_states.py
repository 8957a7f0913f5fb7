"""The states of scoring that a store keeps: the one to go on from, those to keep, and those of another version."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.nightly.commit import judged_days
from onlooker.nightly.rescoring import SCORING_VERSION, Replay, compared, stamped, version_of
from onlooker.scanning.job import Job, quiet
from onlooker.scanning.span import Span
from onlooker.scanning.stage_clock import Clock
from onlooker.scoring.state_arrays import Arrays, load, save
from onlooker.store import Store

if TYPE_CHECKING:
    from onlooker.ingest import Reading

WAITS = "This version scores differently: until --accept-scoring agrees, no night is judged and events wait."


class ScoringStates:
    """The states of one run on a store."""

    def __init__(self, store: Store, accept: bool) -> None:
        """`accept`: somebody agreed to an upgrade's new scoring."""
        self.store, self.accept = store, accept
        self.files: dict[int, Path] = {}
        """State files to keep, by night."""
        self.changed: list[str] = []
        """What a new scoring, which waits for consent, would change: no night is judged until then."""
        self.notes: tuple[str, ...] = ()
        """What must be said of nights that were scored anew."""
        self._stored: dict[int, tuple[int, Path] | None] = {}
        self._loaded: tuple[Path, Arrays] | None = None

    def by_this_scoring(self, job: Job, reading: Reading, span: Span) -> Span:
        """The span, with states to go on from where the stored ones are of another scoring, or gone.

        Without consent to another scoring nothing is judged: the events wait, and what would change is told.
        """
        nights = [night.day for night in self.store.nights(until=span.first - 1)]
        found = self._latest(span.first - 1)
        version = version_of(self._load(found[1])) if found else None
        if span.empty or not nights or (found and found[0] == nights[-1] and version == SCORING_VERSION):
            return span
        wanted = max((day for day in nights if day <= nights[-1] - job.settings.rescore_days), default=nights[0])
        self._loaded = None  # it will not be gone on from, and takes room
        # Its stages are none of this run's.
        replayed = replace(job, clock=Clock(), progress=quiet)
        replay = Replay(replayed, self.store, reading.offers, span.first_day, nights[-1], wanted)
        with job.clock.stage("replay"):
            alerts = replay.run()
        self.notes = replay.notes
        if self.accept or version in (None, SCORING_VERSION):
            self.files |= replay.states
            return span
        self.changed = [WAITS, *compared(self.store.alerts(until=nights[-1]), alerts, nights[-1])]
        last = self.store.nights()[-1].day
        return replace(span, first=last + 1, last=last, late=(), waiting_from=last + 1)

    def before(self, span: Span) -> Arrays | None:
        """The state after the night before `span`; None before the first night, and while a new scoring waits."""
        made = [day for day in self.files if day < span.first]
        found = (max(made), self.files[max(made)]) if made else self._latest(span.first - 1)
        return self._load(found[1]) if found and not self.changed else None

    def keeper(self, job: Job, span: Span) -> Callable[[int, Callable[[], Arrays]], None]:
        """Keeps the state after the last nights, from which late data can be judged again."""
        needed = self.oldest(job, span)

        def keep(day: int, arrays: Callable[[], Arrays]) -> None:
            if day >= needed:
                self.files[day] = job.engine.folder / f"state-{day}.npz"
                save(self.files[day], stamped(arrays()))

        return keep

    def oldest(self, job: Job, span: Span) -> int:
        """The night whose state judging the last `rescore_days` again would begin from."""
        bound = span.last - job.settings.rescore_days
        nights = (*judged_days(job.engine, span), *(night.day for night in self.store.nights()))
        return max((day for day in nights if day <= bound), default=bound)

    def _latest(self, day: int) -> tuple[int, Path] | None:
        """The last night up to `day` with a stored state, and its file, whose checksum is taken once in a run."""
        if day not in self._stored:
            self._stored[day] = self.store.blob("state", day)
        return self._stored[day]

    def _load(self, path: Path) -> Arrays:
        """The state in a file; the last one is kept, since reading it takes seconds where there are many agents."""
        if self._loaded is None or self._loaded[0] != path:
            self._loaded = path, load(path)
        return self._loaded[1]
