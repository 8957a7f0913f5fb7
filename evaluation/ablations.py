"""What each family of signals, each horizon and each step is worth: logs scored again without it.

    python -m evaluation.ablations --logs FOLDER --cache FOLDER

Every variant is the whole method without one thing: weights are learned anew, p-values calibrated anew. Each is
compared with the whole on the same planted log; intervals draw whole planted logs anew.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from evaluation import cases, reallogs, simulated
from evaluation.cases import Case
from evaluation.counted import PRODUCT, Counted
from evaluation.intervals import of_mean
from evaluation.outcomes import figures
from onlooker.features import FAMILIES
from onlooker.scoring.method import Method
from onlooker.scoring.scoring_history import HORIZONS
from onlooker.scoring.weights.discriminant import RATE, SHARE
from onlooker.scoring.weights.learning import Learning

NEVER = 10**6
"""Days."""
ORDINARY = Learning.speaks


@dataclass(frozen=True)
class Variant:
    """The method without one thing."""

    name: str
    method: Method = PRODUCT
    without_family: str = ""
    silent: tuple[tuple[int, int], ...] = ()
    """Statistics that say nothing: rate or share, and horizon."""

    def scores(self, log: Counted) -> np.ndarray:
        """Scores of the agent-days."""
        with self.silenced():
            return self.cut(log).scores(self.method).score

    def cut(self, log: Counted) -> Counted:
        """The log without the signals of the family; the first signal counts all visits and always stays."""
        panel = log.panel
        kept = [i for i, name in enumerate(panel.signals) if i == 0 or FAMILIES[name] != (self.without_family or None)]
        counts, looks_back = panel.counts[:, kept], panel.looks_back[kept]
        signals = tuple(panel.signals[i] for i in kept)
        return replace(log, panel=replace(panel, signals=signals, counts=counts, looks_back=looks_back))

    def silenced(self) -> AbstractContextManager[None]:
        """Makes the statistics say nothing meanwhile."""
        return silenced(self.silent) if self.silent else nullcontext()


@contextmanager
def silenced(silent: tuple[tuple[int, int], ...]) -> Iterator[None]:
    """Let no weight be given to some statistics."""

    def speaks(has_share: np.ndarray) -> np.ndarray:
        exists = ORDINARY(has_share)
        for part, horizon in silent:
            exists[:, part, horizon] = False
        return exists

    with patch.object(Learning, "speaks", staticmethod(speaks)):
        yield


def variants() -> list[Variant]:
    """Families, horizons, steps."""
    whole = range(len(HORIZONS))
    return [
        Variant("nothing"),
        *(Variant(f"without {family}", without_family=family) for family in FAMILY_ORDER),
        *(Variant(f"without the {name}", silent=((RATE, h), (SHARE, h))) for h, name in enumerate(HORIZONS)),
        Variant("rates only", silent=tuple((SHARE, h) for h in whole)),
        Variant("shares only", silent=tuple((RATE, h) for h in whole)),
        Variant("no day effect", replace(PRODUCT, effect_cap=0.0)),
        Variant("equal weights", replace(PRODUCT, refit_days=NEVER)),
        Variant("no PyOD", replace(PRODUCT, combination_weight=0.0)),
        Variant("PyOD at weight 0.5", replace(PRODUCT, combination_weight=0.5)),
        Variant("baselines not cut", replace(PRODUCT, winsor_sigma=1e6)),
    ]


FAMILY_ORDER = tuple(dict.fromkeys(FAMILIES.values()))


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.ablations", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--logs", type=Path, help="folder with real logs; without it only simulated ones")
    parser.add_argument("--cache", type=Path, required=True, help="folder for counted logs")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--campaigns", default=",".join(cases.CAMPAIGNS), help="names, with commas between")
    options = parser.parse_args(arguments)
    chosen = [name for name in cases.CAMPAIGNS if name in options.campaigns.split(",")]
    print(table(pd.DataFrame(measured(list(planted(options, chosen))))))


def planted(options: argparse.Namespace, campaigns: list[str]) -> Iterator[tuple[str, Callable[[], Case]]]:
    """Each planted log: its kind and how to get it."""
    for seed in range(options.seeds):
        for campaign in campaigns:
            for name in reallogs.names(options.logs) if options.logs else ():
                yield "real", lambda n=name, c=campaign, s=seed: cases.real(options.logs, n, c, s, options.cache)
            for which in range(len(simulated.ORGANISATIONS)):
                yield "simulated", lambda w=which, c=campaign, s=seed: cases.imagined(w, c, s, options.cache)


def measured(logs: list[tuple[str, Callable[[], Case]]]) -> Iterator[dict[str, object]]:
    """Figures of every variant on every log."""
    for number, (kind, make) in enumerate(logs):
        case = make()
        for variant in variants():
            found = figures(case.ranked(variant.scores(case.log)))
            yield {"log": number, "kind": kind, "variant": variant.name, **found}


def table(found: pd.DataFrame) -> str:
    """Mean average precision by kind of log, and differences to the whole, paired by log."""
    kinds = sorted(found.kind.unique())
    lines = [
        "| changed |" + "".join(f" {kind} |" for kind in kinds) + " AP | exposed |",
        "|---" * (len(kinds) + 3) + "|",
    ]
    whole = found[found.variant == "nothing"].set_index("log")
    for variant in found.variant.unique():
        part = found[found.variant == variant].set_index("log")
        means = [f"{part.ap[part.kind == kind].mean():.3f}" for kind in kinds]
        for name in ("ap", "exposed"):
            difference = of_mean((part[name] - whole[name]).to_numpy(), np.arange(len(part)))
            means.append(f"{whole[name].mean():.3f}" if variant == "nothing" else difference.text(3))
        lines.append(f"| {variant} | {' | '.join(means)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
