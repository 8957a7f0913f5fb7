"""What happens everywhere and is no misuse: people come, go and change, and queues and logs have bad days."""

from onlooker.simulation.nuisances.kinds_of_nuisance import KINDS, apply, kind_of_nuisance, ordinary, settle
from onlooker.simulation.nuisances.nuisance import Nuisance, Spell

__all__ = ["KINDS", "Nuisance", "Spell", "apply", "kind_of_nuisance", "ordinary", "settle"]
