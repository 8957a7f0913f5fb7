"""A simulated support organisation that writes record-access logs, with planted misuse and ordinary nuisances."""

from onlooker.simulate.campaigns import KINDS as CAMPAIGN_KINDS
from onlooker.simulate.campaigns import Campaign, Taste
from onlooker.simulate.logs import write_logs
from onlooker.simulate.nuisances import KINDS as NUISANCE_KINDS
from onlooker.simulate.nuisances import Nuisance, ordinary
from onlooker.simulate.organisation import SITES, Site
from onlooker.simulate.simulation import Simulated, simulate

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
