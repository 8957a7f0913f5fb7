"""How much misuse it takes to be found: extra views by a share of the usual number, and how many carry no ticket.

    python -m evaluation.power --cache FOLDER

Simulated organisations with tickets and ordinary nuisances. The bar is the score that honest agents pass once in 1,000
agent-days (14 days' quiet after an alert), the same for all logs of the table.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from evaluation import simulated
from evaluation.cases import Case, case_of
from evaluation.counted import cached
from evaluation.outcomes import Ranked, together
from onlooker.checks.fairness import wilson
from onlooker.schema.days import day_of
from onlooker.simulation import Campaign, Simulated, Taste, ordinary, simulate

EXTRA = (0.1, 0.2, 0.3, 0.6)
WITHOUT_TICKET = (0.0, 0.3, 0.6, 1.0)
EACH = 3
"""Insiders in one log of each share without tickets."""
STEADY = 0.3
"""Extra views of the campaign `slow` at strength 1."""
AGENTS, DAYS, START = 100, 120, 0.6
RATE = 0.001


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.power", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument(
        "--cache", type=Path, required=True, help="folder for counted logs; empty it when counts change"
    )
    parser.add_argument("--seeds", type=int, default=6, help="logs for each share of extra views")
    options = parser.parse_args(arguments)
    ranked, cells = [], []
    for extra in EXTRA:
        for seed in range(options.seeds):
            case, share = planted(extra, seed, options.cache)
            ranked.append(case.ranked(case.log.scores().score))
            cells.append({len(ranked) - 1: (extra, share)})
    print(table(together(ranked), {log: cell for one in cells for log, cell in one.items()}))


def planted(extra: float, seed: int, cache: Path) -> tuple[Case, dict[int, float]]:
    """One log with twelve insiders, and by their number in the log how many of their views carry no ticket."""

    def make() -> tuple[Case, dict[int, float]]:
        which, rng = seed % len(simulated.ORGANISATIONS), np.random.default_rng([seed, 7])
        how = {
            "agents": AGENTS, "days": DAYS, "seed": 500 + seed, "sites": simulated.ORGANISATIONS[which],
            "nuisances": ordinary(AGENTS),
        }  # fmt: skip
        chosen = rng.permutation(ordinary_people(simulate(**how)))[: EACH * len(WITHOUT_TICKET)]
        shares = dict(zip(chosen.tolist(), np.repeat(WITHOUT_TICKET, EACH).tolist(), strict=True))
        campaigns = [campaign(extra, login, share, rng) for login, share in shares.items()]
        made = simulate(**how, campaigns=campaigns)
        truth = made.truth.to_pydict()
        log = simulated.counted(made, f"power-{extra}-{seed}")
        days = [day_of(day) for day in truth["day"]]
        case = case_of(log, log.name, "power", truth["agent_id"], days, truth["views"])
        return case, {log.agents.index(login): share for login, share in shares.items() if login in log.agents}

    return cached(cache, f"power-{extra}-{seed}-{AGENTS}-{DAYS}", make)


def campaign(extra: float, login: str, without: float, rng: np.random.Generator) -> Campaign:
    """The same share every day, to the insider's taste; what carries a ticket borrows one of the day's own work."""
    anybody, seen, in_work = rng.dirichlet([1, 1, 1]).tolist()
    taste = Taste(anybody, seen, in_work, float(rng.random()), 1.0 - without)
    return Campaign("slow", (login,), start=START, strength=extra / STEADY, taste=taste)


def ordinary_people(made: Simulated) -> np.ndarray:
    """Agents without a part of their own in the nuisances."""
    touched = set(made.incidents["agent_id"].to_pylist())
    return np.array([agent for agent in made.agents["agent_id"].to_pylist() if agent not in touched])


def table(ranked: Ranked, shares: dict[int, tuple[float, dict[int, float]]]) -> str:
    """Share found with its interval, and the median days until then, cell by cell."""
    honest = ranked.rows(ranked.honest)
    cut = honest.cut_for(int(RATE * len(honest.day)))
    found, onset = ranked.found(cut), ranked.onset
    lines = [
        f"{len(shares)} logs, {len(honest.day):,} honest agent-days, score of at least {cut:.2f}", "",
        "| extra views |" + "".join(f" {share:.0%} without a ticket |" for share in WITHOUT_TICKET),
        "|---|---|---|---|---|",
    ]  # fmt: skip
    for extra in EXTRA:
        cells = []
        for without in WITHOUT_TICKET:
            insiders = [
                1_000_000 * log + agent
                for log, (of, agents) in shares.items()
                for agent, share in agents.items()
                if of == extra and share == without and 1_000_000 * log + agent in onset
            ]
            cells.append(cell([found[one] - onset[one] if one in found else None for one in insiders]))
        lines.append(f"| +{extra:.0%} | {' | '.join(cells)} |")
    return "\n".join(lines)


def cell(days: list[int | None]) -> str:
    """Share found, its interval, and the median days of all insiders, where half of them are found."""
    known = sorted(day for day in days if day is not None)
    low, high = wilson(len(known), len(days))
    middle = len(days) // 2
    median = f"{known[middle]} days" if middle < len(known) else "-"
    return f"{len(known) / len(days):.2f} [{low:.2f}, {high:.2f}], {median}"


if __name__ == "__main__":
    main()
