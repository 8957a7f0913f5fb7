"""The list of a morning: one entry for each case, in four parts: new, raised again, still open, decided.

Without a store there are no cases: all alerts of an agent are one entry, and new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from onlooker.schema.findings import SEVERITIES, Alert, Severity

DECIDED = "closed"
"""State of a case that somebody has decided on."""


@dataclass(frozen=True)
class Listed:
    """One case with the alerts that are shown of it."""

    alerts: tuple[Alert, ...]
    """The most telling first."""

    @property
    def telling(self) -> Alert:
        """The alert that makes the row of the case: the most severe, of these the rarest, of these the newest."""
        return self.alerts[0]

    @property
    def agent_id(self) -> str:
        """Whom it is about."""
        return self.telling.agent_id

    @property
    def about(self) -> tuple[str, str]:
        """Whom it is about, and the id of the case, which is empty without a store: they name the case in a list."""
        return self.telling.agent_id, self.telling.case_id

    @property
    def why(self) -> str:
        """The most telling reason in short; alerts from before there was one have their headline."""
        return self.telling.reason or self.telling.headline

    @property
    def severity(self) -> Severity:
        """The worst of its alerts."""
        return self.telling.severity

    @property
    def since(self) -> str:
        """Night of its first alert."""
        return self.telling.since or min(alert.date for alert in self.alerts)

    @property
    def last(self) -> str:
        """Night of its newest alert."""
        return max(alert.date for alert in self.alerts)

    @property
    def rarest(self) -> str:
        """Night of the alert with the highest score."""
        return max(self.alerts, key=lambda alert: (alert.score, alert.date)).date

    @property
    def raised_again(self) -> str:
        """Why it was raised again; empty if it was not."""
        return self.telling.raised_again

    @property
    def newest_reason(self) -> str:
        """Of a case that was raised again, the reason of the alert that did; else the most telling one."""
        fresh = [alert for alert in self.alerts if alert.new and alert.reason]
        return fresh[0].reason if self.raised_again and fresh else self.why

    @property
    def waits_for(self) -> str:
        """What an open case waits for: somebody's answer, or whoever it was referred to; empty if for nobody."""
        return self.telling.case_state if self.telling.case_state.startswith(("asked", "referred")) else ""

    @property
    def again(self) -> str:
        """Why it was raised again, in a sentence, and the new reason where the row is of an older night; or empty."""
        if not self.raised_again:
            return ""
        fresh = [alert for alert in self.alerts if alert.new and alert is not self.telling]
        news = (
            f" New on {fresh[0].date}: {fresh[0].reason}." if fresh and not self.telling.new and fresh[0].reason else ""
        )
        return f"Raised again: {self.raised_again}.{news}"

    @property
    def new(self) -> bool:
        """Whether there was no alert of it before the run that judged the last night."""
        return all(alert.new for alert in self.alerts) and not self.raised_again

    @property
    def decided(self) -> bool:
        """Whether somebody has closed it."""
        return self.telling.case_state == DECIDED


@dataclass(frozen=True)
class MorningList:
    """All cases that are shown, each part with the newest first, and of a night the worst."""

    new: tuple[Listed, ...] = ()
    raised_again: tuple[Listed, ...] = ()
    still_open: tuple[Listed, ...] = ()
    decided: tuple[Listed, ...] = ()

    @property
    def with_store(self) -> bool:
        """Whether the alerts have cases."""
        return any(alert.case_id for one in self.everything for alert in one.alerts)

    @property
    def everything(self) -> tuple[Listed, ...]:
        """All parts in their order."""
        return (*self.new, *self.raised_again, *self.still_open, *self.decided)

    @property
    def open(self) -> tuple[Listed, ...]:
        """All but the decided ones."""
        return tuple(one for one in self.everything if not one.decided)

    def in_short(self) -> str:
        """`2 new, 1 raised again; 5 open, 2 nobody's.`, or that nothing is new."""
        parts = [(len(self.new), "new"), (len(self.raised_again), "raised again")]
        asked = ", ".join(f"{number:,} {what}" for number, what in parts if number) or "Nothing new tonight"
        nobodys = sum(not one.telling.assignee for one in self.open)
        return f"{asked}; {len(self.open):,} open, {nobodys:,} nobody's."

    def decided_in_short(self) -> str:
        """`Decided: 3 (1 confirmed, 2 benign).`"""
        verdicts = Counter(one.telling.verdict or DECIDED for one in self.decided)
        told = ", ".join(f"{number:,} {verdict}" for verdict, number in sorted(verdicts.items()))
        return f"Decided: {len(self.decided):,} ({told})."


def morning_list(alerts: Iterable[Alert]) -> MorningList:
    """Put alerts in order, each case in its part."""
    by_case: dict[tuple[str, str], list[Alert]] = {}
    for alert in alerts:
        by_case.setdefault((alert.agent_id, alert.case_id), []).append(alert)
    cases = sorted((Listed(most_telling_first(own)) for own in by_case.values()), key=_worst_first)
    cases.sort(key=lambda one: one.last, reverse=True)
    undecided = [one for one in cases if not one.decided]
    return MorningList(
        tuple(one for one in undecided if one.new),
        tuple(one for one in undecided if one.raised_again),
        tuple(one for one in undecided if not one.new and not one.raised_again),
        tuple(one for one in cases if one.decided),
    )


def most_telling_first(alerts: Sequence[Alert]) -> tuple[Alert, ...]:
    """The alerts of one case: by severity, then by how rare the night is, then the newest."""
    newest_first = sorted(alerts, key=lambda alert: (alert.date, alert.id), reverse=True)
    return tuple(sorted(newest_first, key=lambda alert: (-SEVERITIES.index(alert.severity), -alert.score)))


def _worst_first(one: Listed) -> tuple[int, int, str]:
    return -SEVERITIES.index(one.severity), one.telling.rank, one.agent_id
