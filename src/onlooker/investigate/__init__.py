"""Questions to a store: whom did an agent see, who met these customers, what was an agent-night like?"""

from onlooker.investigate.agent_night import AgentNight, SignalPart, agent_night
from onlooker.investigate.customer_access import Access, customer_access
from onlooker.investigate.exposure import Exposure, exposure
from onlooker.investigate.fraud_dates import Victims
from onlooker.investigate.known_ids import unknown
from onlooker.investigate.stored_visits import Span
from onlooker.investigate.trace import Trace, trace
from onlooker.investigate.victims import read_ids, read_victims, victims_of

__all__ = [
    "Access",
    "AgentNight",
    "Exposure",
    "SignalPart",
    "Span",
    "Trace",
    "Victims",
    "agent_night",
    "customer_access",
    "exposure",
    "read_ids",
    "read_victims",
    "trace",
    "unknown",
    "victims_of",
]
