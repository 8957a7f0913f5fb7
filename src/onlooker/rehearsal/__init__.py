"""Rehearsal: visits planted in the log's own past tell which families of signals find misuse in this organisation."""

from onlooker.rehearsal.fixed_days import due, first_of
from onlooker.rehearsal.past_tables import PastTables
from onlooker.rehearsal.rehearse import Rehearsed, rehearse

__all__ = ["PastTables", "Rehearsed", "due", "first_of", "rehearse"]
