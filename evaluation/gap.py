"""How far figures carry over: campaigns that the project knows beside thefts that judging alone knows.

    python -m evaluation.gap --logs FOLDER --cache FOLDER

The same real logs, the same figures; only the planter and the stories differ. A large gap says that figures made with
the project's own campaigns promise too much. The interval draws logs and seeds anew, paired.
"""

from __future__ import annotations

import argparse
import zlib
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation import cases, reallogs
from evaluation.cases import Case, case_of
from evaluation.counted import cached
from evaluation.implanted import implant
from evaluation.intervals import of_mean
from evaluation.outcomes import figures
from evaluation.thefts import THEFTS

FIGURES = ("ap", "alerted", "precision", "exposed")
SHARED, OWN = "shared campaigns", "thefts of judging"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.gap", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--logs", type=Path, required=True, help="folder with real logs")
    parser.add_argument("--cache", type=Path, required=True, help="folder for counted logs")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args(arguments)
    logs = [(name, seed) for name in reallogs.names(options.logs) for seed in range(options.seeds)]
    found = pd.DataFrame([one for log in logs for one in measured(options.logs, *log, options.cache)])
    print(by_story(found), gap(found), sep="\n\n")


def measured(folder: Path, name: str, seed: int, cache: Path) -> list[dict[str, object]]:
    """Figures of every campaign and every theft in one log."""
    known = [row(SHARED, story, cases.real(folder, name, story, seed, cache), seed) for story in cases.CAMPAIGNS]
    return known + [row(OWN, story, stolen(folder, name, story, seed, cache), seed) for story in THEFTS]


def row(planter: str, story: str, case: Case, seed: int) -> dict[str, object]:
    """The figures of one planted log."""
    about = {"planter": planter, "story": story, "log": case.base, "seed": seed}
    return about | figures(case.ranked(case.log.scores().score))


def stolen(folder: Path, name: str, story: str, seed: int, cache: Path) -> Case:
    """A theft of judging in a real log, counted."""

    def make() -> Case:
        rng = np.random.default_rng([seed, zlib.crc32(f"{story} of judging".encode())])
        frame, truth = implant(reallogs.load(folder, name), THEFTS[story], rng)
        days = (truth.day - pd.Timestamp(0)).dt.days
        return case_of(reallogs.counted(frame, name), name, story, truth.agent_id, days, truth.views)

    return cached(cache, f"{name}-judging-{story}-{seed}", make)


def by_story(found: pd.DataFrame) -> str:
    """A line for each campaign and each theft."""
    lines = ["| planter | story | logs | AP | alerted on | precision | exposed |", "|---" * 7 + "|"]
    for (planter, story), part in found.groupby(["planter", "story"], sort=False):
        means = " | ".join(of_mean(part[name].to_numpy(), np.arange(len(part))).text(2) for name in FIGURES)
        lines.append(f"| {planter} | {story} | {len(part)} | {means} |")
    return "\n".join(lines)


def gap(found: pd.DataFrame) -> str:
    """Both planters, and what is lost from one to the other, paired by log and seed."""
    means = found.groupby(["planter", "log", "seed"])[list(FIGURES)].mean()
    shared, own = means.loc[SHARED], means.loc[OWN]
    own = own.loc[shared.index]
    lines = ["| figure | " + " | ".join((SHARED, OWN, "gap")) + " |", "|---" * 4 + "|"]
    for name in FIGURES:
        parts = (shared[name], own[name], own[name] - shared[name])
        text = " | ".join(of_mean(part.to_numpy(), np.arange(len(part))).text(2) for part in parts)
        lines.append(f"| {name} | {text} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
