"""Log files -> the tables EVENTS and REJECTS on an engine."""

from onlooker.ingest.read_logs import read_logs
from onlooker.ingest.reading import Reading

__all__ = ["Reading", "read_logs"]
