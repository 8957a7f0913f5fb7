"""Makes the store of one version that later versions must go on from: `python tests/store/versions/make_store.py`.

Run it in a checkout of the version's tag (0.1.0: tag store-0.1.0, commit a954ddd) with that version installed. It
writes VERSION.tar.xz beside itself: `store/` with 18 nights, one case confirmed and another still open;
`access-*.csv`, the log of the 19th night; `agents.csv`, `tickets.csv` and `customers.csv`, its side tables. A file that
was made is never made again: a later version adds its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import onlooker
from onlooker.simulation import Campaign, Site, simulate, write_logs

DAYS = 22
"""Of these 19 have events: nobody works on Saturdays."""
COLUMNS = ("timestamp", "agent_id", "customer_id", "action", "ticket_id", "team", "queue", "site", "role", "event_id")
SIDE_TABLES = ("agents", "tickets", "customers")
AT_ONCE = 12
"""Nights of the first delivery; the others come one by one."""
CANARIES = (8, 13, 16, 18)
"""Files, from 0, on whose day somebody opens a canary record."""
COMMAND = Path(sys.executable).parent / "onlooker"
LONG_AGO = 3600
"""Seconds: a file that was written to lately is watched for growing."""


def logs(folder: Path) -> list[Path]:
    """One file for each local day; one agent turns loud, and canary records are opened."""
    made = simulate(
        agents=14, days=DAYS, seed=11, pace=8, depth=0.4, customers=900,
        sites=(Site("lindenhof", "Europe/Vienna", (8, 14)),), campaigns=(Campaign("loud", 2, start=0.7),),
    )  # fmt: skip
    paths = write_logs(made, folder, columns=COLUMNS, period="day", compress=False, side_tables=SIDE_TABLES[:2])
    opened = [paths[day].read_text().splitlines()[40].split(",")[2] for day in CANARIES]
    (folder / "customers.csv").write_text("\n".join(["customer_id,canary", *(f"{one},true" for one in opened)]) + "\n")
    then = time.time() - LONG_AGO
    for path in paths:
        os.utime(path, (then, then))
    return paths


def run(*arguments: object) -> str:
    """What the command of this version prints."""
    allowed = {name: value for name, value in os.environ.items() if not name.startswith(("ONLOOKER_", "SUDO_"))}
    done = subprocess.run([COMMAND, *map(str, arguments)], env=allowed, capture_output=True, text=True, check=True)
    return done.stdout


def fill(store: Path, files: list[Path]) -> None:
    """A delivery of several nights, then one night after the other, and a verdict on the first case."""
    tables = [part for name in SIDE_TABLES for part in (f"--{name}", files[0].parent / f"{name}.csv")]
    for delivery in (files[:AT_ONCE], *([file] for file in files[AT_ONCE:])):
        run("scan", "--store", store, "--closed", "--threads", 2, *tables, *delivery)
    cases = json.loads(run("cases", "list", "--json", "--store", store))["cases"]
    assert len(cases) > 1, "too few alerts to close one and leave another open"
    reason = ("--verdict", "confirmed", "--reason", "opened a record that nobody has a reason to open")
    run("cases", "close", cases[-1]["id"], *reason, "--as", "b.aldous", "--store", store)
    assert "whole" in run("store", "verify", "--store", store)


def main() -> None:
    """Write the archive of the installed version."""
    target = Path(__file__).with_name(f"{onlooker.__version__}.tar.xz")
    if target.exists():
        sys.exit(f"{target} is there already, and stays as it was made")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        *before, last = logs(folder)
        fill(folder / "store", before)
        with tarfile.open(target, "w:xz") as archive:
            for kept in (folder / "store", last, *(folder / f"{side}.csv" for side in SIDE_TABLES)):
                archive.add(kept, kept.name)
    print(f"{target}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
