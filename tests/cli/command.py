"""Runs the installed command as a user would: its own process, its own folder, no settings from this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).parent / "onlooker"
LONGEST = 120
DEMO = Path(__file__).parents[2] / "sample_logs" / "demo"


@dataclass(frozen=True)
class Ran:
    """What a finished command left."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


def environment(**changes: str) -> dict[str, str]:
    """The environment without what could tell the command something, and with `changes`."""
    ours = ("ONLOOKER_", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)} | changes


def onlooker(*arguments: object, cwd: Path, stdin: bytes | None = None, by: Sequence[str] = (), **changes: str) -> Ran:
    """Run `onlooker ARGUMENTS` in `cwd`, perhaps `by` another command; `changes` are environment variables."""
    done = subprocess.run(
        [*by, str(COMMAND), *map(str, arguments)],
        cwd=cwd, input=stdin, stdin=subprocess.DEVNULL if stdin is None else None,
        env=environment(**changes), capture_output=True, timeout=LONGEST, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())
