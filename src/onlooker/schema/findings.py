"""What a scan finds, as frozen records: the one result that every output is made from.

`FORMAT` is the version of these records in files; it grows when a field changes its meaning or goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from onlooker.schema.notebook_html import as_html

FORMAT = 1
ALERT_FORMAT = 2
"""Of alerts: 2 since they say which pattern raised them and how their case stands; older ones load with defaults."""

Severity = Literal["low", "medium", "high", "critical"]
Confidence = Literal["low", "medium", "high"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for an alert, in words and in the numbers the words were made from."""

    signal: str
    """Name of the signal or hard rule; its heading in docs/signals.md."""
    text: str
    """One sentence with every number that matters."""
    horizon: int
    """Days it looks at: 1, 7 or 28; 1 for a hard rule."""
    observed: float
    """Count in that horizon."""
    expected: float | None
    """Expected count in that horizon, day effect included; None for a hard rule."""
    peers: float | None
    """The peers' mean daily count; None for a hard rule."""
    evidence: float
    """What the signal adds to the agent-day's evidence over all horizons; 0 for a hard rule."""
    agent_id: str = ""
    """The member that it is about, where the alert is about a team."""


@dataclass(frozen=True)
class VisitToSee:
    """A visit that an analyst should look at first."""

    customer_id: str
    date: str
    """Local date, ISO."""
    first_seen: str
    """First event, UTC, ISO."""
    last_seen: str
    events: int
    explanation: str
    why: str
    """Why this one, in a few words."""
    asserted_by: str = ""
    """Who stands for the project or sample that is to explain it, if one is named; perhaps the agent alone."""


@dataclass(frozen=True)
class Alert:
    """An agent-night that an analyst should check. It says what was seen, never what it means about a person."""

    id: str
    """Stable: the same agent, night and kind give the same id in every run."""
    kind: Literal["score", "rule", "pattern", "ring"]
    """What raised it: the sum of all signals, a hard rule, a pattern beside the sum, or the ring scan."""
    agent_id: str
    """Whom it is about; of a ring `team x`, `queue x` or `site x`, whose members the reasons name."""
    date: str
    """Local date of the night, ISO."""
    severity: Severity
    confidence: Confidence
    headline: str
    """One sentence."""
    reasons: tuple[Reason, ...]
    """Strongest first."""
    kinds: tuple[str, ...]
    """Families of signals that speak for it, sorted; where hard rules fired, `rule` and their names."""
    against: tuple[str, ...]
    """What speaks against it, and what could not be judged."""
    visits: tuple[VisitToSee, ...]
    """At most five."""
    score: float
    """-log10 of the p-value."""
    p_value: float
    q_value: float
    rank: int
    """Rank in its night, from 1."""
    actor_type: str
    team: str | None
    site: str | None
    evidence: float
    """All evidence of the agent-day; the reasons' shares are of this."""
    customers: int
    """Distinct customers that day."""
    expected: float | None
    """Expected distinct customers that day."""
    unexplained: int
    """Of these, visits without an explanation."""
    later: tuple[str, ...] = ()
    """What data that came later changes about it; the alert itself stays as it was."""
    format: int = ALERT_FORMAT
    pattern: str = ""
    """The pattern that raised it, if one did; its heading in docs/signals.md."""
    pattern_size: float = 0.0
    """How much the pattern is about, in its unit."""
    reason: str = ""
    """The most telling reason in short, as the row of a list has it: what, seen, usual, over how long."""
    case_id: str = ""
    """The case that it belongs to; empty without a store, and so are the next four."""
    case_state: str = ""
    """What the case is now: open, asked, referred, closed."""
    verdict: str = ""
    """What an analyst made of the case, the last verdict that stands: confirmed, benign, false alarm, unsure."""
    assignee: str = ""
    """Who has the case; empty if nobody."""
    since: str = ""
    """Night of the first alert of the case, ISO."""
    new: bool = True
    """Whether the run that judged the last night raised it; without a store every alert is new."""
    raised_again: str = ""
    """Why that run put the case before an analyst once more; empty if it did not."""
    worth_nights: int | None = None
    """Independent nights that its own was compared with: of rarer ones nothing is claimed. None where not known."""

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)

    def record_to_keep(self) -> dict[str, Any]:
        """The record as it stays: without what becomes of the case."""
        return {name: value for name, value in asdict(self).items() if name not in CASE_FIELDS}

    def _repr_html_(self) -> str:
        facts: list[tuple[str, object]] = [("severity", self.severity), ("confidence", self.confidence)]
        facts += [("customers", self.customers), ("unexplained", self.unexplained)]
        facts += [("case", f"{self.case_id} {self.case_state}")] if self.case_id else []
        rows = [(one.text,) for one in self.reasons]
        against = [f"Against: {text}" for text in (*self.against, *self.later)]
        title = f"{self.agent_id}, {self.date}: {self.headline}"
        return as_html(title, facts, ("what speaks for it",), rows, against)

    @classmethod
    def from_record(cls, record: Mapping[str, Any], later: Sequence[str] = ()) -> Alert:
        """The alert that `record` was made from, with what is known since."""
        return cls(
            **{
                **record,
                "reasons": tuple(Reason(**reason) for reason in record["reasons"]),
                "visits": tuple(VisitToSee(**visit) for visit in record["visits"]),
                "kinds": tuple(record["kinds"]),
                "against": tuple(record["against"]),
                "later": tuple(later),
            }
        )


CASE_FIELDS = ("case_id", "case_state", "verdict", "assignee", "since", "new", "raised_again")
"""Fields of an alert that change with its case."""


@dataclass(frozen=True)
class AgentSeries:
    """One alerted agent's daily line against what was expected: all lists have one entry per active day."""

    agent_id: str
    dates: tuple[str, ...]
    observed: tuple[float, ...]
    """Distinct customers."""
    expected: tuple[float, ...]
    """Expected distinct customers, day effect included."""
    upper: tuple[float, ...]
    """What one ordinary day in a hundred exceeds."""
    unexplained: tuple[int, ...]
    alerted: tuple[bool, ...]


NOT_USED = "not used: "
"""How the note on an input begins that could not be read at all; the reason follows."""


@dataclass(frozen=True)
class InputFile:
    """One input as it was read."""

    path: str
    bytes: int
    sha256: str
    rows: int
    rejected: int
    format: str
    """csv, tsv, jsonl or parquet."""
    compression: str
    """none, gz or zst."""
    encoding: str
    """utf-8 or latin-1."""
    note: str = ""
    """What was wrong with the file as a whole, such as `truncated after 3,201,332 bytes`."""

    @property
    def unused(self) -> bool:
        """Whether nothing of it could be read."""
        return self.note.startswith(NOT_USED)


@dataclass(frozen=True)
class GroupRate:
    """How often people of one group are alerted on, over the last 90 days."""

    by: str
    """What the groups are formed by: site, shift, tenure or part-time."""
    group: str
    agents: int
    agent_days: int
    alerts: int
    alerts_per_1000: float
    """Alerts per 1,000 agent-days."""
    low: float
    """95 % interval of that rate, with the days of one agent taken to hang together."""
    high: float
    surprising_per_1000: float
    """Of 1,000 agent-days, those with a p-value of at most 0.01: 10 without misuse."""
    stands_out: bool
    """Whether either rate is at least twice that of everybody else, by more than chance explains."""


@dataclass(frozen=True)
class RoleNote:
    """Somebody, or a queue, of whom the log's own past can't tell: told once, beside the alerts of a first scan."""

    kind: Literal["above the queue", "round the clock", "queue without tickets"]
    agent_id: str
    """The account; empty where it is about a queue."""
    queue: str
    """The queue, else the site; empty where the log has neither."""
    text: str
    """What was seen, in a sentence."""
    suggestion: str
    """What to do if there is nothing wrong."""
    table: str
    """The side table to write it into."""
    to_write: str
    """The header of that table and the line to write."""


@dataclass(frozen=True)
class Run:
    """One invocation: what went in, what came out, and what could not be judged."""

    id: str
    version: str
    started: str
    """UTC, ISO."""
    seconds: float
    config_hash: str
    settings: dict[str, Any]
    inputs: tuple[InputFile, ...]
    mapping: dict[str, str]
    """Column of EVENTS -> column of the log."""
    timezone: str
    """How local days were decided, in words."""
    counts: dict[str, int]
    """lines, events, rejected, duplicates, agents, customers, visits, agent_days, agent_days_judged, nights, alerts; of
    the last night log_days, agents_seen, agents_judged, agents_not_judged and not_judged_<reason in words>."""
    rejects_by_reason: dict[str, int]
    first_date: str
    last_date: str
    """Of the log's events, days that are not over included."""
    notes: tuple[str, ...]
    """What a reader must know: what could not be evaluated and why; short history, missing columns, broken rules."""
    last_night: str = ""
    """The last night that was judged, which `agents_judged` speaks of; empty if none was."""
    doubts: tuple[str, ...] = ()
    """What is missing from the log: thin days, silent hours, sites that stopped reporting. Told before all else."""
    vouched: bool = True
    """Whether the logs of the run's nights were complete; False ends the command with 6."""
    suppressed: tuple[str, ...] = ()
    """Alerts of the nights shown that were held back, each in a sentence with who held it back, why and until when."""
    fairness: tuple[GroupRate, ...] = ()
    """Alert rates by site, shift, tenure and part-time, where there are groups to compare."""
    learned: dict[str, Any] = field(default_factory=dict)
    """What was fitted, from what and when: weights, detector."""
    stages: dict[str, float] = field(default_factory=dict)
    """Seconds per stage."""
    format: int = FORMAT
    lost_lines: tuple[dict[str, Any], ...] = ()
    """By agent, most first: lines rejected, lines that repeat an event_id and say something else, lines that count."""
    files: tuple[str, ...] = ()
    """Names of the files in the folder of the run, run.json last; none where no folder was asked for."""
    products: dict[str, str] = field(default_factory=dict)
    """Log products that were recognised: name in `onlooker formats`, and what it is called."""

    role_review: tuple[RoleNote, ...] = ()
    """Of the first scan of a log: who was unlike the queue from the beginning, and what to write if that is the job."""

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Run:
        """The run that `record` was made from, by this version or an earlier one."""
        own = {one.name for one in fields(cls)}
        lists = ("notes", "doubts", "suppressed", "lost_lines", "files")
        values: dict[str, Any] = {
            name: tuple(value) if name in lists else value for name, value in record.items() if name in own
        }
        values["inputs"] = tuple(InputFile(**one) for one in record["inputs"])
        values["role_review"] = tuple(RoleNote(**one) for one in record.get("role_review", ()))
        values["fairness"] = tuple(GroupRate(**one) for one in record.get("fairness", ()))
        return cls(**values)

    def record(self) -> dict[str, Any]:
        """Plain dicts, lists and numbers, ready for JSON."""
        return asdict(self)
