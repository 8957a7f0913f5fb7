"""Questions to a store: whom did an agent see, who met these customers, what was an agent-night like?"""

from onlooker.investigate.agent_night import AgentNight, SignalPart, agent_night
from onlooker.investigate.exposure import Exposure, exposure
from onlooker.investigate.known_ids import unknown
from onlooker.investigate.stored_visits import Span
from onlooker.investigate.trace import Trace, trace
from onlooker.investigate.victims import read_ids

__all__ = [
    "AgentNight",
    "Exposure",
    "SignalPart",
    "Span",
    "Trace",
    "agent_night",
    "exposure",
    "read_ids",
    "trace",
    "unknown",
]
