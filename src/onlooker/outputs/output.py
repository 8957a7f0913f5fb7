"""What an output of a scan is: a file, what it holds, and the function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.engines.protocol import Engine
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.findings import AgentSeries, Alert, Run

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Results:
    """What a scan found, as outputs are made from it."""

    run: Run
    alerts: Sequence[Alert]
    """Of the whole log, in the order in which they are shown."""
    series: Mapping[str, AgentSeries]
    """The daily lines of alerted agents, by agent id."""
    scores: pa.Table
    """One row per active agent-day: the columns of SCORES, then the evidence by signal."""
    engine: Engine
    """Holds the tables VISITS, AGENT_DAYS and REJECTS; their rows come in no order unless a query asks for one."""
    nights: int
    """The last nights that are shown in full."""
    of_the_night: Run | None = None
    """Where the run judged no night, the record of the one that judged the last."""
    hours: Mapping[str, Mapping[int, Mapping[int, int]]] = field(default_factory=dict)
    """Of alerted agents: visits by local day and local hour."""

    without_texts: bool = False
    """Whether lines of logs are not shown: ids stand in them."""

    evidence: Sequence[CaseEvidence] = ()
    """Of each case, what its page is drawn from."""

    @property
    def night_run(self) -> Run:
        """The run by which a page tells the last night."""
        return self.of_the_night or self.run


@dataclass(frozen=True)
class Output:
    """One file that a scan writes into its folder."""

    file: str
    """Name of the file; its row in docs/formats.md."""
    holds: str
    """What stands in it, in a few words: those of docs/formats.md."""
    write: Callable[[Path, Results, str | None], None]
    """Writes it to a path, whole or not at all, readable by its owner and the group that is named."""
    begins: bytes
    """How every such file begins: a file that begins otherwise is somebody else's, and never overwritten."""
    has: bytes = b""
    """What else stands near one of its ends."""
    only_for: str = ""
    """The format that the setting `also_write` has to name for it to be written; empty for what is always written."""
