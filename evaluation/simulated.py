"""Logs of the simulated organisation, counted as a scan would count them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from evaluation.counted import Counted, cached, count
from onlooker.config import Settings
from onlooker.simulate import SITES, Simulated, Site, ordinary, simulate, write_logs

ORGANISATIONS: tuple[tuple[Site, ...], ...] = (
    SITES,
    (
        Site("bayview", "Asia/Manila", (6, 14, 22), 1.4, "Harrow Contact"),
        Site("altura", "America/Bogota", (7, 12), 0.8),
        Site("norrvik", "Europe/Stockholm", (7, 9, 12), 0.8),
    ),
    (Site("lindau", "Europe/Berlin", (8, 10)),),
)
PACES = (28.0, 14.0, 45.0)
"""Customers of an ordinary full day in each organisation."""


def counted(made: Simulated, name: str, side_tables: tuple[str, ...] = ("agents",)) -> Counted:
    """Count a simulated log, with side tables that were written beside it."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        logs = write_logs(made, folder, period="all", compress=False, side_tables=side_tables)
        log = count(name, logs, Settings(**{table: str(folder / f"{table}.csv") for table in side_tables}))
    return replace(log, changed=frozenset(agent for agent in made.incidents["agent_id"].to_pylist() if agent))


def without_misuse(seed: int, agents: int, days: int, cache: Path) -> Counted:
    """One of the organisations, counted, in which nobody does anything wrong and ordinary nuisances happen."""
    which, name = seed % len(ORGANISATIONS), f"simulated-{seed}-{agents}-{days}"

    def make() -> Counted:
        sites, pace = ORGANISATIONS[which], PACES[which]
        made = simulate(agents=agents, days=days, seed=seed, sites=sites, pace=pace, nuisances=ordinary(agents))
        return counted(made, name)

    return cached(cache, name, make)
