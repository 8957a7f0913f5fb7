"""A log whose agents, customers, tickets and teams have names that stand nowhere else, and what commands say of it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.nightly.organisation import Line, by_utc_day, log, write

from onlooker.cli import run

MARK = b"qzxw"
"""In every id of the log, in whatever case; in nothing else."""
OTHER = "Qzxw-r.haddad"
SPOILT = ["2026-01-06T09:00:00+08:00,Qzxw-k.duarte", "no time,Qzxw-z.whitlock,Qzxw-C1,view,,,,,,,"]
"""Lines that are rejected."""


def marked(line: Line) -> Line:
    """The line with ids that stand nowhere else."""
    cells = line.text.split(",")
    for place in (1, 2, 4, 5):
        cells[place] = cells[place] and f"Qzxw-{cells[place]}"
    return Line(line.at, ",".join(cells))


def marked_log(days: int) -> list[Line]:
    """The log: one login is spelled in two ways, and one agent repeats the ids of others' lines."""
    lines = [marked(line) for line in log(days)]
    shouted = [Line(line.at, line.text.replace(OTHER, OTHER.upper())) for line in lines[-400:] if OTHER in line.text]
    stolen = [Line(line.at, line.text.replace(line.text.split(",")[1], "Qzxw-h.dimaano")) for line in lines[:400:2]]
    return [*lines, *shouted, *stolen]


def night_files(folder: Path, days: int) -> list[Path]:
    """The log in three files, the last two of a day of UTC each; the first has lines that cannot be read."""
    *before, last, newest = sorted(by_utc_day(marked_log(days)).items())
    first = [line for _, lines in before for line in lines]
    parts = (("first", [*first, *SPOILT]), last, newest)
    return [write(folder / f"access-{name}.csv", lines) for name, lines in parts]


def tables(folder: Path, days: int) -> Path:
    """Side tables that name the same, and the receivers of the settings."""
    cells = [line.text.split(",") for line in marked_log(days)]
    agents = sorted({(row[1], row[5]) for row in cells})
    rows = [
        f"{agent},{team},Qzxw-lead,{'acme' if number % 2 else 'bolt'}" for number, (agent, team) in enumerate(agents)
    ]
    (folder / "agents.csv").write_text("\n".join(["agent_id,team,manager,vendor", *rows]) + "\n")
    customers = sorted({row[2] for row in cells if row[2]})
    (folder / "customers.csv").write_text(
        "\n".join(
            ["customer_id,tier,region", *(f"{one},{'vip' if one.endswith('7') else ''},north" for one in customers)]
        )
        + "\n"
    )
    return folder


@dataclass
class Said:
    """What the commands of a test said, on both streams together, and how they ended."""

    place: Path
    variables: Mapping[str, str] = field(default_factory=dict)
    all: list[tuple[str, int, bytes]] = field(default_factory=list)

    def __call__(self, *words: object, stdin: bytes = b"") -> str:
        """Run one command in this process."""
        command = [str(word) for word in words]
        with streams(stdin) as (out, err), self.surroundings():
            status = run(command)
        told = out.getvalue() + err.getvalue()
        self.all.append((" ".join(command), status, told))
        return told.decode()

    @contextlib.contextmanager
    def surroundings(self) -> Iterator[None]:
        """The folder and the variables of this test alone."""
        before, here = dict(os.environ), Path.cwd()
        for name in [name for name in os.environ if name.startswith("ONLOOKER_")]:
            del os.environ[name]
        os.environ.update(self.variables)
        os.chdir(self.place)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)

    def naming(self, *allowed: str) -> list[str]:
        """Commands whose words have a mark, but for those that begin with one of `allowed`."""
        return [
            f"{command}: {told[max(0, told.lower().find(MARK) - 150) : told.lower().find(MARK) + 60]!r}"
            for command, _, told in self.all
            if MARK in told.lower() and not command.startswith(allowed or ("\0",))
        ]


@contextlib.contextmanager
def streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Standard streams that are kept."""
    out, err, before = io.BytesIO(), io.BytesIO(), (sys.stdin, sys.stdout, sys.stderr)
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
    sys.stdout, sys.stderr = (io.TextIOWrapper(stream, write_through=True) for stream in (out, err))
    try:
        yield out, err
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            stream.detach()
        sys.stdin, sys.stdout, sys.stderr = before


def files_naming(folder: Path) -> list[str]:
    """Files below a folder in whose name or bytes there is a mark; of Parquet the values are looked through."""
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.suffix == ".parquet":
            import pyarrow.parquet as pq

            content += str(pq.read_table(path).to_pydict()).encode()
        if MARK in content.lower() or MARK in path.name.lower().encode():
            at = content.lower().find(MARK)
            found.append(f"{path}: {content[max(0, at - 150) : at + 60]!r}")
    return found


__all__ = ["MARK", "OTHER", "Said", "files_naming", "marked_log", "night_files", "tables"]
