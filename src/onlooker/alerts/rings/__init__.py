"""Teams whose members move together: a scan of its own, beside the alerts about single agents."""

from onlooker.alerts.rings.read_teams import Before, read_teams
from onlooker.alerts.rings.ring_alerts import ring_alerts

__all__ = ["Before", "read_teams", "ring_alerts"]
