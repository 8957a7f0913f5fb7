"""A store in Python, as notebooks use it: cases, status, history, and every question that has a command."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from onlooker import api
from onlooker.config import load
from onlooker.scanning.private_looks import Look, case_look, private_look
from onlooker.schema.notebook_html import as_html
from onlooker.store import Store as OpenStore

if TYPE_CHECKING:
    import pandas as pd

    from onlooker.cases import Case
    from onlooker.config import Options
    from onlooker.investigate import Access, AgentNight, Exposure, Trace
    from onlooker.nightly.todays_cases import Today
    from onlooker.schema.findings import Alert
    from onlooker.store import Status
    from onlooker.store.history_chain import Entry


@dataclass(frozen=True)
class Store:
    """The store in the folder `path`. Each question opens it, and closes it again, so that a night can be written.

    Looks are written to the history under the name `who`, by default that of whoever runs this, with `reason`. Raises
    StoreMissing where there is no store.
    """

    path: Path
    who: str | None = None
    reason: str = ""

    def __init__(self, path: str | os.PathLike[str], who: str | None = None, reason: str = "") -> None:
        object.__setattr__(self, "path", Path(path))
        object.__setattr__(self, "who", who)
        object.__setattr__(self, "reason", reason)
        with OpenStore.open(self.path):
            pass  # what is no store is told now, not at the first question

    @property
    def status(self) -> Status:
        """The last nights, missing nights, open cases, sizes."""
        with OpenStore.open(self.path) as opened:
            return opened.status()

    def cases(self, closed: bool = False) -> tuple[Case, ...]:
        """Open cases in the order in which they were opened, and with `closed` the decided ones too."""
        with self._look("cases listed", {"all": closed}) as look:
            return look.names.shown(look.desk.cases(None if closed else "open"))

    def case(self, name: str) -> Case:
        """The case of an id, the only one whose id begins so, or that of an agent; UsageError for none and several."""
        with case_look(self.path, name, load({}), self.reason, self.who) as (look, case):
            return look.names.shown(case, revealed=case.revealed is not None)

    def alerts(self, case: str) -> tuple[Alert, ...]:
        """The alerts of a case, named as for `case`, oldest first."""
        from onlooker.schema.findings import Alert

        with case_look(self.path, case, load({}), self.reason, self.who) as (look, found):
            told = tuple(Alert.from_record(one.record, one.lines) for one in look.store.alerts(case=found.id))
            return look.names.shown(told, revealed=found.revealed is not None)

    def history(
        self, who: str | None = None, whom: str | None = None, since: str | None = None, until: str | None = None,
        what: str | None = None,
    ) -> tuple[Entry, ...]:  # fmt: skip
        """Who did or looked up what, oldest first; by who acted, whom it concerns, dates in UTC, and what was done."""
        from onlooker.store.history_filters import Wanted
        from onlooker.store.layout import as_local_date

        for day in filter(None, (since, until)):
            as_local_date(day)
        asked = Wanted(who, whom, since, until, what)
        with self._look("history shown", asked.record()) as look:
            return look.history(asked)

    def history_table(self, **wanted: str | None) -> pd.DataFrame:
        """`history` as a frame: at (UTC), who, what, about, why."""
        import pandas as pd

        rows = [(one.at, one.who, one.what, dict(one.about), one.why) for one in self.history(**wanted)]
        frame = pd.DataFrame(rows, columns=["at", "who", "what", "about", "why"])
        return frame.assign(at=pd.to_datetime(frame["at"], utc=True, format="ISO8601"))

    def today(self, **options: Unpack[Options]) -> Today:
        """As `onlooker.today`."""
        return api.today(self.path, who=self.who, **options)

    def explain(
        self, agent: str, date: str | None = None, *, lines: bool = False, **options: Unpack[Options]
    ) -> AgentNight:
        """As `onlooker.explain`."""
        return api.explain(agent, self.path, date, reason=self.reason, who=self.who, lines=lines, **options)

    def exposure(
        self, agent: str, first: str | None = None, last: str | None = None, **options: Unpack[Options]
    ) -> Exposure:
        """As `onlooker.exposure`."""
        return api.exposure(agent, self.path, first, last, reason=self.reason, who=self.who, **options)

    def trace(
        self, victims: str | os.PathLike[str] | Iterable[str], first: str | None = None, last: str | None = None,
        *, expose: bool = False, out: str | os.PathLike[str] | None = None, **options: Unpack[Options],
    ) -> Trace:  # fmt: skip
        """As `onlooker.trace`."""
        asked: dict[str, Any] = {"expose": expose, "out": out, "reason": self.reason, "who": self.who}
        return api.trace(victims, self.path, first, last, **asked, **options)

    def access(
        self, customer: str, first: str | None = None, last: str | None = None, **options: Unpack[Options]
    ) -> Access:
        """As `onlooker.access`."""
        return api.access(customer, self.path, first, last, reason=self.reason, who=self.who, **options)

    def _look(self, what: str, about: dict[str, Any]) -> AbstractContextManager[Look]:
        return private_look(self.path, what, about, load({}), self.reason, self.who)

    def _repr_html_(self) -> str:
        status = self.status
        nights = f"{status.first_night} to {status.last_night}" if status.last_night else "none yet"
        facts = [("nights judged", nights), ("open cases", status.open_cases), ("unassigned", status.unassigned_cases)]
        rows = [(night["date"], night["alerts"], "; ".join(night["doubts"])) for night in status.last_nights]
        return as_html(f"Store {self.path}", facts, ("night", "alerts", "not whole"), rows)
