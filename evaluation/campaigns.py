"""Detection on planted campaigns of other kinds, in real logs and in simulated organisations.

    python -m evaluation.campaigns --logs FOLDER --cache FOLDER

Average precision ranks agents by their worst day; alerted on, precision and exposed (share of the planted views already
made) are at one alert per 100 agent-days. `glances` is the best of the generic rankers that were tried: a z-score, on
the agent's own past, of single glances at customers nobody else has to do with.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation import cases, reallogs, simulated
from evaluation.cases import Case
from evaluation.intervals import of_mean
from evaluation.outcomes import figures

FIGURES = ("ap", "alerted", "precision", "exposed")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.campaigns", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--logs", type=Path, help="folder with real logs; without it only simulated ones")
    parser.add_argument("--cache", type=Path, required=True, help="folder for counted logs")
    parser.add_argument("--seeds", type=int, default=2)
    options = parser.parse_args(arguments)
    rows = []
    for case, kind, seed in all_cases(options):
        for ranker, score in (("onlooker", case.log.scores().score), ("glances", glances(case))):
            about = {"kind": kind, "base": case.base, "campaign": case.campaign, "seed": seed, "ranker": ranker}
            rows.append(about | figures(case.ranked(score)))
    found = pd.DataFrame(rows)
    found["set"] = found.kind + np.where(
        found.campaign.isin(list(cases.OTHERS)), ", other campaigns", ", six campaigns"
    )
    for by in ("set", "base", "campaign"):
        print(table(found, by), end="\n\n")


def all_cases(options: argparse.Namespace) -> Iterator[tuple[Case, str, int]]:
    """Every log with every campaign, seed by seed."""
    for seed in range(options.seeds):
        for campaign in cases.CAMPAIGNS:
            for name in reallogs.names(options.logs) if options.logs else ():
                yield cases.real(options.logs, name, campaign, seed, options.cache), "real", seed
            for which in range(len(simulated.ORGANISATIONS)):
                yield cases.imagined(which, campaign, seed, options.cache), "simulated", seed


def glances(case: Case) -> np.ndarray:
    """The generic ranker: lone glances against the agent's own mean so far."""
    panel = case.log.panel
    seen = pd.Series(panel.counts[:, panel.signals.index("lone_glances")])
    mean = seen.groupby(panel.agent).transform(lambda own: own.shift().expanding(5).mean())
    return np.asarray(((seen - mean) / np.sqrt(mean + 0.5)).fillna(0.0))


def table(found: pd.DataFrame, by: str) -> str:
    """Both rankers, and the difference in average precision; intervals draw whole planted logs anew."""
    lines = [f"| {by} | ranker | logs | AP | alerted on | precision | exposed | AP against it |", "|---" * 8 + "|"]
    for group, rows in found.groupby(by, sort=False):
        key = ["base", "campaign", "seed"]
        ours, theirs = (rows[rows.ranker == ranker].set_index(key) for ranker in ("onlooker", "glances"))
        difference = of_mean((ours.ap - theirs.ap).to_numpy(), np.arange(len(ours)))
        for ranker, part, against in (("this method", ours, ""), ("glances", theirs, difference.text(2))):
            means = " | ".join(of_mean(part[name].to_numpy(), np.arange(len(part))).text(2) for name in FIGURES)
            lines.append(f"| {group} | {ranker} | {len(part)} | {means} | {against} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
