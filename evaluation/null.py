"""How often p-values are small where nobody did anything wrong, on the whole and by group.

    python -m evaluation.null --logs FOLDER --cache FOLDER

Logs: the real ones of a folder (see evaluation.reallogs), their agent-days exchanged, and simulated organisations with
ordinary nuisances. Intervals draw whole agents anew; the shuffles of one real log share their agents.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation import reallogs, simulated
from evaluation.counted import Counted
from evaluation.intervals import of_mean, of_ratio
from evaluation.shuffled import shuffled
from onlooker.scoring.method import Method

LEVELS = (0.1, 0.01, 0.001)
SETTLED = Method().settled_days
YOUNG = 28
AGES = {f"days {YOUNG} to {SETTLED}": (YOUNG, SETTLED), f"from day {SETTLED}": (SETTLED, 10**6)}
SURPRISING = 0.01


def main(arguments: list[str] | None = None) -> None:
    options = parsed(arguments)
    rows = pd.concat([judged(log, kind, base) for log, kind, base in logs(options)], ignore_index=True)
    print(sizes(rows), nights(rows), groups(rows[rows.person], options.least), sep="\n\n")


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation.null", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--logs", type=Path, help="folder with real logs; without it only simulated ones")
    parser.add_argument(
        "--cache", type=Path, required=True, help="folder for counted logs; empty it when counts change"
    )
    parser.add_argument("--shuffles", type=int, default=10, help="shuffles of each real log")
    parser.add_argument("--simulated", type=int, default=30, help="simulated logs")
    parser.add_argument("--agents", type=int, default=60)
    parser.add_argument("--days", type=int, default=170)
    parser.add_argument("--least", type=int, default=10, help="agents that a group needs to be shown")
    return parser.parse_args(arguments)


def logs(options: argparse.Namespace) -> Iterator[tuple[Counted, str, str]]:
    """Each log, its kind, and the log whose agents it has."""
    for name in reallogs.names(options.logs) if options.logs else ():
        whole = reallogs.without_misuse(options.logs, name, options.cache)
        for seed in range(options.shuffles):
            yield shuffled(whole, seed), "real, shuffled", name
    for seed in range(options.simulated):
        log = simulated.without_misuse(seed, options.agents, options.days, options.cache)
        yield log, "simulated", log.name


def judged(log: Counted, kind: str, base: str) -> pd.DataFrame:
    """One row per judged agent-day."""
    scores, person = log.scores(), log.person()
    labels = log.people.labels(np.maximum(person, 0), log.panel.day)
    rows = pd.DataFrame(
        {
            "kind": kind, "log": log.name, "night": log.panel.day, "age": log.age, "p": scores.p_value,
            "q": scores.q_value, "cluster": [f"{base}/{agent}" for agent in log.panel.agent], "person": person >= 0,
            "changed": np.array([agent in log.changed for agent in log.agents])[log.panel.agent],
            **{by: names[place] for by, (names, place) in labels.items()},
        }
    )  # fmt: skip
    if rows["site"].nunique() > 1:
        rows["site"] = base.split("-", maxsplit=1)[0] + " " + rows["site"]
    return rows[scores.judged & (log.age >= YOUNG)]


def parts(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """The kinds of logs apart and together."""
    for kind, found in rows.groupby("kind"):
        yield str(kind), found
    if (rows.changed & rows.person).any():
        yield "simulated, agents to whom nothing happened", rows[(rows.kind == "simulated") & ~rows.changed]
    yield "all", rows


def sizes(rows: pd.DataFrame) -> str:
    """Share of agent-days with p at most each level."""
    lines = [
        f"| | logs | agent-days | {' | '.join(f'p <= {level}' for level in LEVELS)} |",
        "|---|---|---|---|---|---|",
    ]
    for age, (since, until) in AGES.items():
        for what, found in parts(rows[rows.person & rows.age.between(since, until - 1)]):
            shares = (of_mean((found.p <= level).to_numpy(float), found.cluster.to_numpy()).text(4) for level in LEVELS)
            lines.append(f"| {age}: {what} | {found.log.nunique()} | {len(found):,} | {' | '.join(shares)} |")
    return "\n".join(lines)


def nights(rows: pd.DataFrame) -> str:
    """Share of nights with a q-value of at most 0.1; intervals draw whole logs anew."""
    lines = ["| nights with a q of at most 0.1 | nights | share |", "|---|---|---|"]
    for age, (since, until) in AGES.items():
        for what, found in parts(rows[rows.age.between(since, until - 1)]):
            by_night = found.groupby(["log", "night"]).q.min().reset_index()
            share = of_mean((by_night.q <= 0.1).to_numpy(float), by_night.log.to_numpy())
            lines.append(f"| {age}: {what} | {len(by_night):,} | {share.text()} |")
    return "\n".join(lines)


def groups(rows: pd.DataFrame, least: int) -> str:
    """P(p <= 0.01) of each group."""
    lines = [f"| group | agents | agent-days | p <= {SURPRISING} |", "|---|---|---|---|"]
    for age, (since, until) in AGES.items():
        recent = rows[rows.age.between(since, until - 1)]
        for by in ("site", "shift", "tenure", "part-time"):
            for group, found in recent[recent[by] != ""].groupby(by):
                agents = found.cluster.nunique()
                if agents >= least:
                    hits = (found.p <= SURPRISING).to_numpy(float)
                    share = of_ratio(hits, np.ones(len(hits)), found.cluster.to_numpy())
                    lines.append(f"| {age}, {by}: {group} | {agents} | {len(found):,} | {share.text(4)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
