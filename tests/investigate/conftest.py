"""Worlds that several tests ask; none of them writes to one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import onlooker
from onlooker.simulation import Campaign, simulate, write_logs

from .world import CUSTOMERS, DAYS, FIRST, World, world

TAKEN = 150


@pytest.fixture(scope="session")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world in which everybody works."""
    return world(tmp_path_factory.mktemp("quiet") / "store")


@pytest.fixture(scope="session")
def taken() -> list[str]:
    """Customers, of both queues alike, whom somebody looked up without a reason."""
    rng = np.random.default_rng(7)
    return [f"C{number:05}" for number in rng.choice(CUSTOMERS, TAKEN, replace=False)]


@pytest.fixture(scope="session")
def bent(taken: list[str], tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same with an agent of the second queue who looked them up, six a day."""
    days = FIRST + np.arange(TAKEN) % DAYS
    extra = pd.DataFrame(
        {"agent_id": "q1-07", "customer_id": taken, "day": days, "explanation": "unexplained"}
    )  # fmt: skip
    return world(tmp_path_factory.mktemp("bent") / "store", extra=extra)


@dataclass(frozen=True)
class Scanned:
    """One log in two stores: `closed` is what a scan of closed files left; in `lasting` its last day is not over."""

    closed: Path
    lasting: Path
    log: pd.DataFrame
    out: Path


@pytest.fixture(scope="session")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """Sixteen agents over 50 days, one of them loud for the last ten; a table says the tiers of their customers."""
    folder = tmp_path_factory.mktemp("scanned")
    made = simulate(agents=16, days=50, seed=11, pace=10, depth=0.5, campaigns=(Campaign("loud", 1, start=0.8),))
    (path,) = write_logs(made, folder, period="all", compress=False, side_tables=())
    log = pd.read_csv(path, dtype=str)
    customers = folder / "customers.csv"
    ids = sorted(log.customer_id.dropna().unique())
    customers.write_text(
        "customer_id,tier\n" + "".join(f"{one},{'gold' if one[-1] < '3' else 'base'}\n" for one in ids)
    )
    with onlooker.scan(path, out=folder / "out", customers=str(customers), threads=2):
        pass
    with onlooker.scan(path, store=folder / "store", customers=str(customers), threads=2):
        pass
    return Scanned(folder / "out" / "store", folder / "store", log, folder / "out")
