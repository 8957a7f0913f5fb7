"""How many people are alerted on where nobody steals: whole scans of simulated organisations with default settings.

    python -m evaluation.honest --world call_centre --agents 60,500 --days 180
    python -m evaluation.honest --world clinic --agents 120 --tables       # with the side tables that the world has

A new subject is a person or account that had no alert before. Any organisation can look at five of them a week; what
counts is how many come on top, for each 1,000 agents. Hours alerts are those of the pattern odd_hours, and those of the
sum whose first reason is hours.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from onlooker.config import Settings
from onlooker.scanning.run import scan
from onlooker.schema.findings import Alert
from onlooker.simulation import ordinary, simulate, write_logs
from onlooker.simulation.worlds import BY_NAME
from onlooker.simulation.write_world import write_world

FREE_SUBJECTS = 5
"""New subjects a week that any organisation can take."""
ORDINARY = "ordinary"
"""The simulator's plain organisation with ordinary nuisances: that of evaluation.hiding."""
MONTH = 30.44


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.honest", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--world", default=ORDINARY, choices=[ORDINARY, *BY_NAME])
    parser.add_argument("--agents", default="60", help="sizes, separated by commas")
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--tables", action="store_true", help="scan with the side tables of the world")
    options = parser.parse_args(arguments)
    for size in (int(text) for text in options.agents.split(",")):
        for seed in range(options.first_seed, options.first_seed + options.seeds):
            print(told(options.world, size, options.days, seed, options.tables), flush=True)


def written(world: str, agents: int, days: int, seed: int, folder: Path) -> tuple[Sequence[Path], dict[str, Path]]:
    """The logs of an organisation without misuse, and its side tables."""
    if world == ORDINARY:
        made = simulate(agents=agents, days=days, seed=seed, nuisances=ordinary(agents))
        return write_logs(made, folder, period="all", compress=False, side_tables=()), {}
    one = write_world(BY_NAME[world], folder / "made", agents=agents, days=days, seed=seed, campaigns=["none"])
    return one.logs, one.tables


def told(world: str, agents: int, days: int, seed: int, tables: bool) -> str:
    """The figures of one organisation in a line."""
    with tempfile.TemporaryDirectory() as place:
        logs, beside = written(world, agents, days, seed, Path(place))
        given = {name: str(path) for name, path in beside.items()} if tables else {}
        with scan(list(logs), Settings(threads=2, **given), closed=True) as done:
            alerts = done.alerts
    new = by_week(alerts, days)
    above = np.maximum(new - FREE_SUBJECTS, 0).mean() / agents * 1000
    kinds = Counter(one.pattern or one.kind for one in alerts)
    hours = sum(is_about_hours(one) for one in alerts) / (agents * days / MONTH) * 1000
    return (
        f"{world}, {agents} agents, {days} days, seed {seed}{', tables' if tables else ''}: {new.sum()} subjects, most "
        f"in a week {new.max()}, above {FREE_SUBJECTS} a week {above:.1f} per 1,000 agents a week; hours alerts "
        f"{hours:.1f} per 1,000 agent-months; {len(alerts)} alerts: "
        + ", ".join(f"{kind} {number}" for kind, number in kinds.most_common())
    )


def by_week(alerts: Sequence[Alert], days: int) -> np.ndarray:
    """New subjects of each week of the log's days."""
    first: dict[str, str] = {}
    for one in sorted(alerts, key=lambda alert: alert.date):
        first.setdefault(one.agent_id, one.date)
    weeks = max(days // 7, 1)
    dates = pd.to_datetime(list(first.values()))
    begin = dates.min() if len(dates) else pd.Timestamp(0)
    return np.bincount(np.asarray((dates - begin).days // 7, dtype=int), minlength=weeks)


def is_about_hours(alert: Alert) -> bool:
    """Whether hours raised it, or are its first reason."""
    about = alert.pattern == "odd_hours" or (alert.kind == "score" and alert.reasons[0].signal.startswith("off_"))
    return bool(about)


if __name__ == "__main__":
    main()
