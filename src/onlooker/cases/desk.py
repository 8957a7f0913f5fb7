"""The analyst's desk: every decision about cases, each with its author, its time and a line of history."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from onlooker.cases import case_tables as kept
from onlooker.cases import policy as rules
from onlooker.cases.case_records import (
    Case,
    CaseState,
    ExcludedDays,
    Explanation,
    Note,
    Scope,
    Suppression,
    Verdict,
)
from onlooker.cases.named_cases import case_named
from onlooker.cases.precision import Precision, by_signal, precision
from onlooker.errors import UsageError
from onlooker.ingest.ids import normal_id
from onlooker.privacy.people_seen import EVERYBODY, PeopleSeen
from onlooker.schema.days import ALONE_DAYS, iso
from onlooker.schema.verdict_kinds import VERDICTS, VerdictKind
from onlooker.store import Store, as_day
from onlooker.store.history_chain import append, canonical
from onlooker.store.layout import as_local_date


class CaseDesk:
    """Cases of one open store (mode `decide` or `write`; `read` is enough to look).

    `today` is the local date that new suppressions begin on; by default how far the log has come: the last night
    judged, and before the first the date in UTC. Cases that are hidden from `viewer`, and those of people who are
    not `seen`, are not there for them.
    """

    def __init__(
        self, store: Store, today: date | None = None, viewer: str | None = None, seen: PeopleSeen = EVERYBODY
    ) -> None:
        self.store = self._store = store
        self._given, self._viewer, self._seen = today, viewer, seen

    @cached_property
    def today(self) -> str:
        """Today by the log's clock, a local date, ISO."""
        last = self._store.last_night()
        return self._given.isoformat() if self._given else now()[:10] if last is None else iso(last)

    # To look

    def cases(self, state: CaseState | None = "open", agent: str | None = None) -> tuple[Case, ...]:
        """Cases in the order in which they were opened; `state=None` for all."""
        found = kept.read_cases(self._store.db, state, self._id(agent) if agent else agent)
        return tuple(case for case in found if self._sees(case))

    def show(self, case_id: str) -> Case:
        """One case. Its alerts: `store.alerts(case=case_id)`."""
        case = kept.read_case(self._store.db, case_id)
        return case if self._sees(case) else kept.read_case(self._store.db, "")

    def named(self, name: str) -> Case:
        """The case of an id, the only one whose id begins so, or that of an agent."""
        return case_named(name, self.cases(None))

    def sees_scope(self, scope: Scope) -> bool:
        """Whether a suppression or explanation is about people who are seen alone."""
        return not self._seen.limited or (bool(scope.agents) and self._seen.sees(*scope.agents))

    def _sees(self, case: Case) -> bool:
        if self._viewer is not None and case.is_hidden_from(self._viewer):
            return False
        return not self._seen.limited or self._seen.sees(*(days.agent_id for days in self.spoken_of(case, 0, 0)))

    def suppressions(self, active_on: int | None = None) -> tuple[Suppression, ...]:
        """Suppressions, all or those that hold on a local day."""
        found = kept.read_suppressions(self._store.db)
        return tuple(s for s in found if active_on is None or s.active_on(iso(active_on)))

    def explanations(self, active_on: int | None = None) -> tuple[Explanation, ...]:
        """Explanations that analysts gave, all or those that hold on a local day."""
        found = kept.read_explanations(self._store.db)
        return tuple(e for e in found if active_on is None or e.active_on(iso(active_on)))

    def suppressing(
        self, day: int, agent: str, team: str | None, signals: Collection[str], customers: Collection[str] = ()
    ) -> Suppression | None:
        """The suppression that covers all of an alert, if any. The alert is then kept as `suppressed`, and counted."""
        for suppression in self.suppressions(active_on=day):
            if suppression.scope.covers(agent, team, signals, customers):
                return suppression
        return None

    def excluded_days(self) -> tuple[ExcludedDays, ...]:
        """Days of agents that confirmed cases speak about: to be left out of baselines and calibration.

        A team's case speaks about the members whom its alerts name, on the days that these look back on as well.
        """
        confirmed = [(case, case.verdict) for case in self.cases(None) if case.verdict is not None]
        return tuple(
            days for case, verdict in confirmed if verdict.kind == "confirmed"
            for days in self.spoken_of(case, _day(verdict.first), _day(verdict.last))
        )  # fmt: skip

    def whom(self, case: Case) -> tuple[str, ...]:
        """Whom a case is about: its agent, or the team and the members that its alerts name."""
        return case.agent_id, *(days.agent_id for days in self.spoken_of(case, 0, 0))

    def _covered(self, scope: Scope) -> tuple[str, ...]:
        """The agents that a scope names, and those whom the store has seen in its teams."""
        files = self._store.files("agent_days") if scope.teams else []
        if not files:
            return scope.agents
        import pyarrow.compute as pc
        import pyarrow.dataset as ds

        members = ds.dataset(files).to_table(columns=["agent_id"], filter=pc.field("team").isin(scope.teams))
        return *scope.agents, *pc.unique(members["agent_id"]).to_pylist()

    def spoken_of(self, case: Case, first: int, last: int) -> list[ExcludedDays]:
        """Days of a case's agent, or of the members that a team's alerts name; those begin where the alerts look."""
        members: dict[str, int] = {}
        for alert in self._store.alerts(case=case.id):
            for reason in alert.record.get("reasons", ()):
                if member := reason.get("agent_id"):
                    members[member] = min(members.get(member, first), alert.day - reason["horizon"] + 1)
        if not members:
            return [ExcludedDays(case.agent_id, first, last)]
        return [ExcludedDays(member, since, last) for member, since in members.items()]

    def alert_counts(self, since: int, until: int) -> dict[str, int]:
        """How many alerts of the days `since` to `until` were raised, known and suppressed."""
        counts = Counter(alert.state for alert in self._store.alerts(since, until))
        return {state: counts[state] for state in ("raised", "known", "suppressed")}

    def precision(self) -> tuple[Precision, dict[str, Precision]]:
        """Precision so far, overall and by signal, from the verdicts that stand."""
        signals = {
            alert.id: [reason["signal"] for reason in alert.record.get("reasons", ())] for alert in self._store.alerts()
        }
        cases = self.cases(None)
        return precision(case.verdict.kind for case in cases if case.verdict is not None), by_signal(cases, signals)

    def _id(self, text: str) -> str:
        """An id in the form that the store's logs have it in."""
        return normal_id(text, fold=bool(self._store.kept_reading().join_ids))

    def _as_stored(self, scope: Scope) -> Scope:
        agents, customers = (tuple(map(self._id, names)) for names in (scope.agents, scope.customers))
        return replace(scope, agents=agents, customers=customers)

    # To decide

    def close(
        self,
        case_id: str,
        kind: VerdictKind,
        author: str,
        reason: str = "",
        *,
        first: str | None = None,
        last: str | None = None,
        until: str | None = None,
        scope: Scope | None = None,
        second: str | None = None,
    ) -> Case:
        """Close a case with a verdict about its days, or about `first` to `last`.

        `benign` needs a reason and becomes an explanation, by default of the agent's visits from the case's first day
        to 30 days from today; `scope` and `until` say otherwise, `second` agrees to more than 90 days. A false alarm
        needs a reason and explains nothing. `confirmed` takes a `second` where the settings of the last scan say so.
        """
        if kind not in VERDICTS:
            raise UsageError(f"there is no verdict {kind!r}", f"Verdicts are {', '.join(VERDICTS)}.")
        with self._store.deciding():
            case = self.show(case_id)
            rules.check_author(author, self.whom(case), "close this case")
            if case.state == "closed":
                raise UsageError(f"{case_id} is closed already", "`onlooker cases reopen` opens it again.")
            verdict = Verdict(kind, reason, author, now(), first or case.opened, last or case.last, second or "")
            if _day(verdict.first) > _day(verdict.last):
                raise UsageError(f"the verdict would begin on {verdict.first}, after it ends on {verdict.last}")
            if kind == "confirmed":
                rules.check_second(author, second, self.whom(case), self.takes_two)
            elif kind == "false alarm":
                rules.check_reason(reason, "a false alarm")
            elif kind == "benign":
                covered = self._as_stored(scope) if scope else Scope(agents=(case.agent_id,))
                self._explain(case, verdict, covered, until, second)
            db = self._store.db
            db.execute(
                "INSERT INTO verdicts (case_id, at, author, record) VALUES (?, ?, ?, ?)",
                (case_id, verdict.at, author, canonical(verdict.record())),
            )
            return self.change(replace(case, state="closed", verdict=verdict), author, "closed", f"{kind} {reason}")

    def reopen(self, case_id: str, author: str, reason: str) -> Case:
        """Open a closed case again. Its verdict no longer stands, and an explanation made with it ends."""
        rules.check_reason(reason, "reopening")
        with self._store.deciding() as db:
            case = self.show(case_id)
            if case.state == "open":
                raise UsageError(f"{case_id} is open")
            rules.check_author(author, (), "reopen this case")
            for explanation in self.explanations():
                if explanation.case_id == case_id and explanation.ended is None:
                    kept.write_explanation(db, replace(explanation, ended=now(), ended_on=self.today))
            return self.change(replace(case, state="open", verdict=None, referred=None), author, "reopened", reason)

    def assign(self, case_id: str, to: str, author: str) -> Case:
        """Give a case to somebody; it is then no longer raised for lying about."""
        with self._store.deciding():
            case = self.show(case_id)
            rules.check_author(to, self.whom(case), "take this case")
            return self.change(replace(case, assignee=to), author, "assigned", to)

    def note(self, case_id: str, text: str, author: str) -> Case:
        """Add a remark to a case."""
        rules.check_reason(text, "a note")
        with self._store.deciding():
            return self.change(self.show(case_id), author, "note", text)

    def suppress(
        self, scope: Scope, until: str, author: str, reason: str, *, first: str | None = None, second: str | None = None
    ) -> Suppression:
        """Stop raising alerts in `scope` until a local date, inclusive. They are still counted and shown."""
        begin, scope = first or self.today, self._as_stored(scope)
        self._must_see(scope)
        rules.check_reason(reason, "a suppression")
        rules.check_author(author, self._covered(scope), "suppress this")
        rules.check_signals(scope)
        rules.check_term(author, second, scope, begin, until, self._decided_alone(scope), self._alone)
        name = _id("sup", scope, begin, until)
        made = Suppression(name, scope, reason, author, second, begin, until, now(), made_on=self.today)
        with self._store.deciding() as db:
            kept.write_suppression(db, made)
            about = {"suppression": made.id, **scope.record(), "until": until, "second": second}
            append(db, author, "suppress", about, reason)
        return made

    def _must_see(self, scope: Scope) -> None:
        """Raise UsageError for a scope beyond the people who are seen: it has to name agents."""
        if not self.sees_scope(scope):
            raise UsageError(
                f"only people of {self._seen.said} can be named here", "Name agents of theirs with --agent."
            )

    def unsuppress(self, suppression_id: str, author: str, reason: str = "") -> Suppression:
        """Take a suppression back early."""
        with self._store.deciding() as db:
            for found in self.suppressions():
                if found.id == suppression_id and found.ended is None:
                    self._must_see(found.scope)
                    ended = replace(found, ended=now(), ended_on=self.today)
                    kept.write_suppression(db, ended)
                    append(db, author, "unsuppress", {"suppression": suppression_id}, reason)
                    return ended
        raise UsageError(f"no suppression {suppression_id} holds", "`onlooker cases suppress --list` shows them.")

    def _explain(self, case: Case, verdict: Verdict, scope: Scope, until: str | None, second: str | None) -> None:
        self._must_see(scope)
        rules.check_reason(verdict.reason, "a benign verdict")
        rules.check_author(verdict.author, self._covered(scope), "explain this")
        rules.check_signals(scope)
        end = until or (as_local_date(self.today) + timedelta(days=rules.EXPLAINED_DAYS)).isoformat()
        # Counted from today: the case's own days lie behind, however long it took.
        begin = max(self.today, verdict.first)
        rules.check_term(verdict.author, second, scope, begin, end, self._decided_alone(scope), self._alone)
        made = Explanation(
            _id("exp", scope, verdict.first, end), scope, verdict.reason, verdict.author, second, verdict.first, end,
            verdict.at, made_on=self.today, case_id=case.id,
        )  # fmt: skip
        kept.write_explanation(self._store.db, made)
        about = {"explanation": made.id, **scope.record(), "until": end, "second": second}
        append(self._store.db, made.author, "explained", about, made.reason)

    def _decided_alone(self, scope: Scope) -> list[tuple[str, str]]:
        """First and last date of every term about the same person that no second person agreed to."""
        covered = self._covered(scope)
        return [
            term.span
            for term in (*self.suppressions(), *self.explanations())
            if term.second is None and rules.same_subject(covered, self._covered(term.scope), scope, term.scope)
        ]

    @property
    def takes_two(self) -> bool:
        """Whether a confirmed verdict takes a second person: `second_for_confirmed`."""
        return bool(self._setting("second_for_confirmed", False))

    @property
    def _alone(self) -> int:
        return int(self._setting("benign_total", ALONE_DAYS))

    def _setting(self, name: str, default: Any) -> Any:
        """A setting as the last run had it: the settings of whoever decides are no limit to that person."""
        for run in self._store.runs():
            if name in (said := run.record.get("settings", {})):
                return said[name]
        return default

    def change(self, case: Case, author: str, what: str, text: str) -> Case:
        """Keep a case as it is now, with a note and a line of history. Inside a transaction."""
        changed = replace(case, notes=(*case.notes, Note(now(), author, what, text.strip())))
        kept.write_case(self._store.db, changed)
        append(self._store.db, author, f"case {what}", {"case": case.id, "agent": case.agent_id}, text.strip())
        return changed


def _id(prefix: str, scope: Scope, first: str, until: str) -> str:
    made_of = canonical([scope.record(), first, until])
    return f"{prefix}-{hashlib.sha256(made_of.encode()).hexdigest()[:10]}"


def _day(text: str) -> int:
    return as_day(as_local_date(text))


def now() -> str:
    """This instant, UTC, ISO."""
    return datetime.now(UTC).isoformat(timespec="seconds")
