"""Logs of the simulated organisation, counted as a scan would count them."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pandas as pd

from evaluation.counted import Counted, cached, count
from onlooker.config import Settings
from onlooker.simulation import SITES, Simulated, Site, ordinary, simulate, write_logs

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


def counted(made: Simulated, name: str) -> Counted:
    """Count a simulated log, with the side tables that such an organisation keeps."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        logs = write_logs(made, folder, period="all", compress=False, side_tables=())
        agents(made).to_csv(folder / "agents.csv", index=False)
        calendar(made).to_csv(folder / "calendar.csv", index=False)
        log = count(name, logs, Settings(agents=str(folder / "agents.csv"), calendar=str(folder / "calendar.csv")))
    return replace(log, changed=frozenset(agent for agent in made.incidents["agent_id"].to_pylist() if agent))


def agents(made: Simulated) -> pd.DataFrame:
    """Who is who, with a row of its own for each role and queue, from the day on which somebody took it."""
    people, incidents = made.agents.to_pandas(), made.incidents.to_pandas()
    moved = incidents[incidents.kind.isin(["role_change", "queue_change"])].set_index("agent_id")["first"]
    seen = made.events.select(["agent_id", "role", "queue"]).to_pandas().drop_duplicates("agent_id", keep="last")
    last = people.drop(columns="role").merge(seen, on="agent_id")
    first = made.events.select(["agent_id", "role", "queue"]).to_pandas().drop_duplicates("agent_id")
    before = people.drop(columns="role").merge(first, on="agent_id")
    before["valid_from"] = before.hire_date
    last["valid_from"] = last.agent_id.map(moved)
    return pd.concat([before, last[last.valid_from.notna()]]).sort_values(["agent_id", "valid_from"])


def calendar(made: Simulated) -> pd.DataFrame:
    """The approved projects."""
    incidents = made.incidents.to_pandas()
    projects = incidents[incidents.kind == "project"].rename(columns={"first": "from", "last": "to"})
    return projects[["kind", "agent_id", "from", "to"]].assign(name="review of old records", approver="operations")


def without_misuse(seed: int, agents: int, days: int, cache: Path) -> Counted:
    """One of the organisations, counted, in which nobody does anything wrong and ordinary nuisances happen."""
    which, name = seed % len(ORGANISATIONS), f"simulated-{seed}-{agents}-{days}"

    def make() -> Counted:
        sites, pace = ORGANISATIONS[which], PACES[which]
        made = simulate(agents=agents, days=days, seed=seed, sites=sites, pace=pace, nuisances=ordinary(agents))
        return counted(made, name)

    return cached(cache, name, make)
