"""A simulated support organisation that writes record-access logs, with planted misuse and ordinary nuisances."""

from onlooker.simulation.campaigns import KINDS as CAMPAIGN_KINDS
from onlooker.simulation.campaigns import Campaign, Taste
from onlooker.simulation.nuisances import KINDS as NUISANCE_KINDS
from onlooker.simulation.nuisances import Nuisance, ordinary
from onlooker.simulation.organisation import SITES, Site
from onlooker.simulation.simulate_organisation import Simulated, simulate
from onlooker.simulation.write_logs import write_logs

__all__ = [
    "CAMPAIGN_KINDS",
    "NUISANCE_KINDS",
    "SITES",
    "Campaign",
    "Nuisance",
    "Simulated",
    "Site",
    "Taste",
    "ordinary",
    "simulate",
    "write_logs",
]
