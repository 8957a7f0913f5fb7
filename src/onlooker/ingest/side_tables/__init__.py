"""Side tables beside the log: who the agents are, tickets, rosters, absences, customers, the calendar."""

from onlooker.ingest.side_tables.join_rates import WHAT
from onlooker.ingest.side_tables.read_side_tables import read_context
from onlooker.ingest.side_tables.side_table_reading import ContextReading, SideReading
from onlooker.ingest.side_tables.zones import localise

__all__ = ["WHAT", "ContextReading", "SideReading", "localise", "read_context"]
