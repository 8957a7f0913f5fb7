"""Side tables beside the log: who the agents are, tickets, rosters, absences, customers, the calendar."""

from onlooker.ingest.context.join_rates import WHAT
from onlooker.ingest.context.read import read_context
from onlooker.ingest.context.reading import ContextReading, SideReading
from onlooker.ingest.context.zones import localise

__all__ = ["WHAT", "ContextReading", "SideReading", "localise", "read_context"]
