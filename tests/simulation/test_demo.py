"""The demonstration log in sample_logs is what the program makes, and its README tells the truth about it."""

import gzip
from pathlib import Path

import pytest

from onlooker.simulation import Simulated, simulate, world_named
from onlooker.simulation.write_world import write_world

FOLDER = Path(__file__).parents[2] / "sample_logs" / "demo"


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    world = world_named("demo")
    nuisances = world.nuisances(world.agents, world.days)
    return simulate(
        agents=world.agents, days=world.days, seed=world.seed, mechanics=world.mechanics, campaigns=world.campaigns,
        nuisances=nuisances,
    )  # fmt: skip


def test_the_folder_is_made_again_line_by_line(tmp_path: Path) -> None:
    written = write_world(world_named("demo"), tmp_path)
    made = {path.name: path for path in [*written.logs, written.tables["agents"]]}
    assert sorted(made) == sorted(p.name for p in FOLDER.iterdir() if p.name != "README.md")
    for name, path in made.items():
        old, new = (FOLDER / name).read_bytes(), path.read_bytes()
        if name.endswith(".gz"):  # compared as lines: zlib's versions compress the same lines to different bytes
            old, new = gzip.decompress(old), gzip.decompress(new)
        assert old == new, name


def test_it_stays_small() -> None:
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) < 2_000_000


def test_the_readme_names_who_is_planted_and_who_is_not(simulated: Simulated) -> None:
    told = (FOLDER / "README.md").read_text()
    planted = simulated.truth.to_pandas().groupby("agent_id").day.min()
    assert len(planted) == 3
    for agent, first in planted.items():
        assert f"| `{agent}` | yes | {first} |" in told
    for agent in filter(None, simulated.incidents["agent_id"].to_pylist()):
        assert f"`{agent}`" in told
    assert f"{simulated.events.num_rows:,} log lines" in told
