"""Measure a scan against what it can't cost less than, and against what one would otherwise use.

Everything in one table is measured in one run on one machine, one command after the other, each a process of its own.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from benchmarks.data import make_log
from benchmarks.measure import Cost, machine, measure

HERE = Path(__file__).parent
REPORT = HERE.parent / "docs" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
NAMES = {
    "floor": "floor: DuckDB, distinct customers per agent and day",
    "scan": "plain scan of the file by DuckDB",
    "polars": "polars, the floor's question",
    "pandas": "pandas and IForest",
    "onlooker": "**onlooker scan**",
}
PANDAS_LIMIT = 20_000_000
"""pandas needs some 2 GB for 10 million rows; a machine that holds 100 million is not what this is about."""


@dataclass(frozen=True)
class Case:
    """One file, and what each way to read it cost."""

    title: str
    costs: dict[str, Cost]
    stages: dict[str, float]


def main(arguments: list[str] | None = None) -> None:
    options = parsed(arguments)
    cases = []
    for rows in options.rows:
        for kind in options.formats:
            for shape in options.shapes:
                path = make_log(options.data, rows, kind, shape)
                cases.append(measured(path, f"{rows:,} events, {kind}, {shape}", rows, options))
                print(table(cases[-1]), flush=True)
    if options.write:
        write(cases, options)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--rows", type=numbers, default=[1_000_000, 10_000_000], help="e.g. 1e6,1e7,1e8")
    parser.add_argument("--formats", type=words, default=["csv"], help="csv,jsonl,parquet")
    parser.add_argument("--shapes", type=words, default=["contacts"], help="contacts,uniform,long_ids")
    parser.add_argument("--only", type=words, default=list(NAMES), help=",".join(NAMES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="1400MB", help="of DuckDB, in the floor as in the scan")
    parser.add_argument("--times", type=int, default=3, help="the quickest of so many runs counts")
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "benchmark-logs")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/performance.md")
    return parser.parse_args(arguments)


def numbers(text: str) -> list[int]:
    return [int(float(part)) for part in text.split(",")]


def words(text: str) -> list[str]:
    return text.split(",")


def measured(path: Path, title: str, rows: int, options: argparse.Namespace) -> Case:
    times = options.times if rows < 50_000_000 else 1
    with tempfile.TemporaryDirectory() as out:
        commands = dict(ways(path, rows, Path(out), options))
        runs: dict[str, list[tuple[Cost, dict[str, float]]]] = {name: [] for name in commands}
        # In turns, so that a machine that becomes slower does so for all.
        for _ in range(times):
            for name, command in commands.items():
                runs[name].append((measure(command), stages_in(Path(out) / "run.json")))
    # The quickest: what the others took longer was the machine's doing.
    quickest = {name: min(costs, key=lambda run: run[0].seconds) for name, costs in runs.items()}
    stages = quickest["onlooker"][1] if "onlooker" in quickest else {}
    return Case(title, {name: one for name, (one, _) in quickest.items()}, stages)


def stages_in(record: Path) -> dict[str, float]:
    """Seconds by stage of the scan that left `record`; nothing before the first scan."""
    return json.loads(record.read_text())["stages"] if record.exists() else {}


def ways(path: Path, rows: int, out: Path, options: argparse.Namespace) -> Iterator[tuple[str, list[str]]]:
    python = sys.executable
    how = [str(options.threads), options.memory]
    onlooker = [str(Path(python).with_name("onlooker")), "scan", str(path), "--out", str(out), "-q"]
    known = {
        "floor": [python, str(HERE / "duck_question.py"), "floor", str(path), *how],
        "scan": [python, str(HERE / "duck_question.py"), "scan", str(path), *how],
        "polars": [python, str(HERE / "polars_counts.py"), str(path)],
        "pandas": [python, str(HERE / "pandas_iforest.py"), str(path)],
        "onlooker": [*onlooker, "--threads", how[0], "--memory", how[1]],
    }
    for name, command in known.items():
        if name in options.only and (name != "pandas" or rows <= PANDAS_LIMIT):
            yield name, command


def table(case: Case) -> str:
    """Markdown: what each way took, and where the time of the scan went."""
    floor = case.costs.get("floor")
    lines = [f"### {case.title}", "", "| what | seconds | of the floor | processor | of the floor | peak memory |"]
    lines.append("|---|--:|--:|--:|--:|--:|")
    for name, cost in case.costs.items():
        ratio, work = (cost.seconds / floor.seconds, cost.cpu / floor.cpu) if floor else (0.0, 0.0)
        figures = f"{cost.seconds:.2f} s | {ratio:.2f} | {cost.cpu:.2f} s | {work:.2f} | {cost.gigabytes:.2f} GB"
        lines.append(f"| {NAMES[name]} | {figures} |")
    if case.stages:
        total = case.costs["onlooker"].seconds
        shares = [f"{stage} {seconds:.2f} s ({seconds / total:.0%})" for stage, seconds in case.stages.items()]
        rest = total - sum(case.stages.values())
        lines += [
            "",
            f"Stages of that scan: {', '.join(shares)}; starting and the rest {rest:.2f} s ({rest / total:.0%}).",
        ]
    return "\n".join([*lines, ""])


def write(cases: list[Case], options: argparse.Namespace) -> None:
    """The tables into the report, between its marks; the words around them are written by hand."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("onlooker", "duckdb", "polars", "pandas", "pyod"))
    head = (
        f"Machine: {machine()}; {platform.system()}, Python {platform.python_version()}, {packages}. DuckDB with "
        f"{options.threads} threads and {options.memory}, in the floor as in the scan; the quickest of {options.times} "
        f"runs (of 1 from 50 million events on).\n"
    )
    text = REPORT.read_text()
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    REPORT.write_text("\n".join([before + BEGIN, head, *map(table, cases), END + after]))


if __name__ == "__main__":
    main()
