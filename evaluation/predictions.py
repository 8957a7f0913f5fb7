"""Do blind spots predict? New insiders at twice and at half the number that is said to be found in half of the tries.

    python -m evaluation.predictions --logs FOLDER --tries 10

For each log and pattern the blind spots are measured, and then other people are drawn, at other times and with other
tastes. Of those at twice the number at least 80 % should be found within 14 days, of those at half of it at most 40 %.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from onlooker.backtesting.blind_spots import Trial, half_of, nearest_budget
from onlooker.backtesting.honest_log import read_honest_log
from onlooker.checks.fairness import wilson
from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine

PARTS = (0.5, 1.0, 2.0)
LEAST, MOST = 1.0, 250.0
"""Daily numbers that can be tried."""


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.predictions", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--logs", type=Path, required=True, help="folder with log files")
    parser.add_argument("--only", default="", help="names of logs, with commas between")
    parser.add_argument("--tries", type=int, default=10, help="tries at each number")
    options = parser.parse_args(arguments)
    only = [name for name in options.only.split(",") if name]
    paths = [p for p in sorted(options.logs.glob("*.csv*")) if not only or p.name.split(".")[0] in only]
    found = pd.concat([predicted(path, options.tries) for path in paths], ignore_index=True)
    print(table(found, ["log", "pattern"]), table(found.assign(all="all"), ["all"]), sep="\n\n")


def predicted(path: Path, tries: int) -> pd.DataFrame:
    """One row per try: the part of the number, and whether it was found in time."""
    settings, rows = Settings(), []
    with DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        log = read_honest_log(engine, [str(path)], settings, lambda _what, _share: None)
        trial, fresh = (Trial(log, seed, lambda _what, _share: None) for seed in (0, 1_000))
        for pattern in trial.patterns:
            half = half_of(trial.measured(pattern), nearest_budget(settings)).number
            if half is None:
                continue
            for part in PARTS:
                number = float(np.clip(part * half, LEAST, MOST))
                rows += [
                    {"log": path.name.split(".")[0], "pattern": pattern, "half": half, "part": part,
                     "found": one.found[nearest_budget(settings)]}
                    for one in fresh.tries(pattern, [number], tries) if number == part * half
                ]  # fmt: skip
    return pd.DataFrame(rows)


def table(found: pd.DataFrame, by: list[str]) -> str:
    """A line per group: the number, and the share found at each part of it."""
    heads = [*by, "found in half", *(f"at {part:g} times" for part in PARTS)]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for names, rows in found.groupby(by, sort=False):
        shares = [rows[rows.part == part].found.to_numpy(bool) for part in PARTS]
        lines.append(f"| {' | '.join(map(str, names))} | {rows.half.mean():.1f} | {' | '.join(map(share, shares))} |")
    return "\n".join(lines)


def share(found: np.ndarray) -> str:
    """A share with its interval."""
    if not len(found):
        return "-"
    low, high = wilson(int(found.sum()), len(found))
    return f"{found.mean():.2f} [{low:.2f}, {high:.2f}] of {len(found)}"


if __name__ == "__main__":
    main()
