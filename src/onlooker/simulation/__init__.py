"""A simulated organisation that writes record-access logs, with planted misuse and ordinary nuisances."""

from onlooker.simulation.campaigns import KINDS as CAMPAIGN_KINDS
from onlooker.simulation.campaigns import Campaign, Taste
from onlooker.simulation.mechanics import Mechanics
from onlooker.simulation.nuisances import KINDS as NUISANCE_KINDS
from onlooker.simulation.nuisances import Nuisance, ordinary
from onlooker.simulation.organisation import SITES, Site
from onlooker.simulation.simulate_organisation import Simulated, simulate
from onlooker.simulation.worlds import WORLDS, World, world_named
from onlooker.simulation.write_logs import write_logs

__all__ = [
    "CAMPAIGN_KINDS",
    "NUISANCE_KINDS",
    "SITES",
    "WORLDS",
    "Campaign",
    "Mechanics",
    "Nuisance",
    "Simulated",
    "Site",
    "Taste",
    "World",
    "ordinary",
    "simulate",
    "world_named",
    "write_logs",
]
