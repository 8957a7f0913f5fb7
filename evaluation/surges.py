"""How many alerts days bring on which something happened to everybody, or to the log, beside ordinary days.

    python -m evaluation.surges --seeds 6

Simulated organisations in which nobody does anything wrong; each log has every kind of bad day once, far apart, and in
another order than the log before: a young log has more alerts than an old one, on any day.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from evaluation.intervals import of_mean
from onlooker.config import Settings
from onlooker.scanning.result import Scan
from onlooker.scanning.run import scan
from onlooker.schema.days import day_of
from onlooker.simulation import Nuisance, simulate, write_logs

FIRST_DAY = 60
"""Day of the log from which ordinary days count."""
APART = 9
AFTER = 1
"""Days after a bad one that are neither ordinary nor bad: what was missing may be made up for."""
KINDS = ("outage", "holiday", "broken tickets", "logging gap", "file twice", "files lost")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.surges", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--seeds", type=int, default=6, help="best a multiple of 6")
    parser.add_argument("--agents", type=int, default=60)
    parser.add_argument("--calendar", action="store_true", help="the calendar names the outage and the holiday")
    options = parser.parse_args(arguments)
    logs = [nights(seed, options.agents, options.calendar) for seed in range(options.seeds)]
    print(table(pd.concat(logs, ignore_index=True)))


def days_of_kinds(seed: int) -> dict[str, int]:
    """Kind of bad day -> its day of the log, from 0; in as many logs as there are kinds, each is once in each place."""
    return {kind: FIRST_DAY + APART * ((place + seed) % len(KINDS)) for place, kind in enumerate(KINDS)}


def log(folder: Path, seed: int, agents: int) -> list[Path]:
    """A log in a file per day, with each kind of bad day once."""
    bad = days_of_kinds(seed)
    length = max(bad.values()) + APART
    at = {kind: (day + 0.01) / length for kind, day in bad.items()}
    made = simulate(
        agents=agents, days=length, seed=seed, pace=14, depth=0.5,
        nuisances=(
            Nuisance("outage", start=at["outage"]),
            Nuisance("leave", agents // 2, start=at["holiday"], days=1),
            Nuisance("surge", start=at["holiday"], days=1, strength=-1.0),
            Nuisance("broken_tickets", start=at["broken tickets"]),
            Nuisance("logging_gap", start=at["logging gap"]),
        ),
    )  # fmt: skip
    files = write_logs(made, folder, period="day", compress=False, side_tables=())
    twice, lost = (files[bad[kind]] for kind in ("file twice", "files lost"))
    shutil.copy(twice, twice.with_name(f"{twice.stem}-again.csv"))
    lines = pd.read_csv(lost, dtype=str, keep_default_na=False)
    lines[lines.site != lines.site.min()].to_csv(lost, index=False)
    return sorted(folder.glob("access-*.csv"))


def calendar(folder: Path, files: Sequence[Path], seed: int) -> Path:
    """The outage and the holiday, as somebody would enter them."""
    dates = [file.stem.removeprefix("access-") for file in files if "again" not in file.stem]
    bad = days_of_kinds(seed)
    rows = [f"{kind},{dates[bad[kind]]},{kind} of the test" for kind in ("outage", "holiday")]
    path = folder / "calendar.csv"
    path.write_text("\n".join(["kind,date,name", *rows]) + "\n")
    return path


def nights(seed: int, agents: int, with_calendar: bool = False) -> pd.DataFrame:
    """One row per night: its kind (`ordinary` where nothing happened), alerts, agents with p at most 0.01, told."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        files = log(folder, seed, agents)
        named = {"calendar": str(calendar(folder, files, seed))} if with_calendar else {}
        with scan(files, Settings(**named)) as done:
            return counted(done, seed)


def counted(done: Scan, seed: int) -> pd.DataFrame:
    """The nights of a scan."""
    first, last = day_of(done.run.first_date), day_of(done.run.last_date)
    kinds = {first + day: kind for kind, day in days_of_kinds(seed).items()}
    unsettled = {day + after for day in kinds for after in range(1, AFTER + 1)}
    alerts = pd.Series([day_of(alert.date) for alert in done.alerts if alert.kind != "ring"]).value_counts()
    scores = done.scores
    low = (scores.p_value <= 0.01).groupby(scores.date.map(lambda date: day_of(str(date)[:10]))).mean()
    told = {text.split(":")[0] for text in done.run.doubts}
    return pd.DataFrame(
        [
            {
                "log": seed, "kind": kinds.get(day, "ordinary"), "alerts": int(alerts.get(day, 0)),
                "low": float(low.get(day, 0.0)), "told": str(np.datetime64(day, "D")) in told,
            }
            for day in range(first + FIRST_DAY - 10, last) if day not in unsettled
        ]
    )  # fmt: skip


def table(rows: pd.DataFrame) -> str:
    """A line per kind of day."""
    return "\n".join(
        [
            "| day | nights | alerts a night | agents with p <= 0.01 | said to be in doubt |",
            "|---|---|---|---|---|",
            *(line(kind, rows[rows.kind == kind]) for kind in ("ordinary", *KINDS)),
            line("all bad days", rows[rows.kind != "ordinary"]),
        ]
    )


def line(kind: str, rows: pd.DataFrame) -> str:
    alerts, low = (of_mean(rows[name].to_numpy(float), rows["log"].to_numpy()).text() for name in ("alerts", "low"))
    return f"| {kind} | {len(rows)} | {alerts} | {low} | {rows.told.mean():.0%} |"


if __name__ == "__main__":
    main()
