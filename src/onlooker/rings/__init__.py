"""Teams whose members move together: a scan of its own, beside the alerts about single agents."""

from onlooker.rings.alerts import ring_alerts
from onlooker.rings.reading import Before, read_teams

__all__ = ["Before", "read_teams", "ring_alerts"]
