"""Simulates a world into a folder: the log, the tables beside it, and the truth, each in a folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow.parquet as pq

from onlooker.errors import UsageError
from onlooker.schema.version import __version__
from onlooker.simulation.campaigns import KINDS, Campaign, kind_named
from onlooker.simulation.simulate_organisation import Simulated, simulate
from onlooker.simulation.worlds import World
from onlooker.simulation.write_logs import known_period, pieces, write_parts, write_table

TRUTH_FILES = {"insiders": "campaigns", "victims": "victims", "incidents": "nuisances", "truth": "planted_days"}
"""Tables of the truth, and the files they are written to."""


Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Written:
    """What was written: `logs` and `tables` are paths, `lacking` insiders wanted and found where people were few."""

    folder: Path
    world: str
    story: str
    agents: int
    days: int
    seed: int
    events: int
    planted: int
    insiders: dict[str, list[str]]  # by campaign
    lacking: dict[str, tuple[int, int]]
    logs: tuple[Path, ...]
    tables: dict[str, Path]

    def record(self) -> dict[str, object]:
        """As one JSON object; paths are within the folder."""
        return {
            "version": __version__,
            "world": self.world,
            "story": self.story,
            "agents": self.agents,
            "days": self.days,
            "seed": self.seed,
            "events": self.events,
            "planted_events": self.planted,
            "campaigns": {name: kind_named(name).story for name in self.insiders},
            "insiders": self.insiders,
            "lacking": {name: {"wanted": asked, "found": found} for name, (asked, found) in self.lacking.items()},
            "logs": [str(p.relative_to(self.folder)) for p in self.logs],
            "tables": {name: str(p.relative_to(self.folder)) for name, p in self.tables.items()},
        }


def campaigns_asked(words: Sequence[str], world: World) -> tuple[Campaign, ...]:
    """Return campaigns from words: NAME or NAME:INSIDERS, `all`, `none`; the world's own when there is no word."""
    if not words:
        return world.campaigns
    if list(words) == ["none"]:
        return ()
    found: list[Campaign] = []
    for word in words:
        name, colon, number = word.partition(":")
        if name == "all":
            found += [Campaign(kind.name, if_possible=True) for kind in KINDS]
        elif colon and not (number.isdecimal() and int(number)):
            raise UsageError(f"can't read the campaign {word}", "Write NAME or NAME:INSIDERS, as in breach:2.")
        else:
            found.append(Campaign(kind_named(name).name, int(number or 0)))
    return tuple(found)


def write_world(
    world: World,
    folder: Path,
    *,
    agents: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    campaigns: Sequence[str] = (),
    period: str = "month",
    progress: Progress = lambda what, share: None,
) -> Written:
    """Simulate a world and write `logs/`, `tables/`, `truth/` and simulation.json into a folder that is new or empty.

    Numbers that are not given are the world's own. In truth/ stands for each file of the log a file of the same name
    that says what each of its lines is. Raises UsageError for what can't be simulated, and for a folder with files.
    """
    asked = campaigns_asked(campaigns, world)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty", "Name a folder that does not exist yet, or empty this one.")
    known_period(period)
    agents, days, seed = agents or world.agents, days or world.days, world.seed if seed is None else seed
    progress(f"simulating {agents:,} agents over {days:,} days", 0.1)
    made = simulate(
        agents=agents,
        days=days,
        seed=seed,
        start=world.start,
        sites=world.sites,
        mechanics=world.mechanics,
        campaigns=[replace(campaign, apart=world.apart) for campaign in asked],
        nuisances=world.nuisances(agents, days),
    )
    for name in ("logs", "tables", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    logs = tuple(_write_log(made, world, period, folder, progress))
    written = Written(
        folder=folder,
        world=world.name,
        story=world.story,
        agents=agents,
        days=days,
        seed=seed,
        events=len(made),
        planted=int(made.planted.sum()),
        insiders=_by_campaign(made),
        lacking=made.work.lacking,
        logs=logs,
        tables=_write_tables(made, world, folder),
    )
    (folder / "simulation.json").write_text(json.dumps(written.record(), indent=2) + "\n")
    return written


def _by_campaign(made: Simulated) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, agent in zip(*(made.insiders[name].to_pylist() for name in ("kind", "agent_id")), strict=True):
        found.setdefault(kind, []).append(agent)
    return found


def _write_log(made: Simulated, world: World, period: str, folder: Path, progress: Progress) -> Iterator[Path]:
    for name, where, parts in pieces(made, period, world.columns, world.local):
        path = folder / "logs" / f"access-{name}.csv.gz"
        progress(f"writing {path.name}", 0.5 + 0.5 * float(where[-1]) / len(made))
        write_parts(path, parts, 6)
        pq.write_table(made.labels(where), folder / "truth" / f"access-{name}.parquet")
        yield path


def _write_tables(made: Simulated, world: World, folder: Path) -> dict[str, Path]:
    tables, paths = folder / "tables", {}
    for name in world.side_tables:
        table = getattr(made, name)
        if name == "agents" and world.agents_columns:
            table = table.select(world.agents_columns)
        paths[name] = tables / f"{name}.csv"
        write_table(table, paths[name])
    for name, file in TRUTH_FILES.items():
        write_table(getattr(made, name), folder / "truth" / f"{file}.csv")
    fraud = made.victims.select(["customer_id", "fraud_date"])
    write_table(fraud, tables / "fraud.csv")
    return paths
