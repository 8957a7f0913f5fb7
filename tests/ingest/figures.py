"""What comes of small files, for tests about how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from onlooker.engines.duck import DuckEngine
from onlooker.ingest import Reading, read_logs


@dataclass(frozen=True)
class Figures:
    """`pairs` are agent and customer of each event, in the order of time."""

    pairs: list[tuple[str, str | None]]
    rejects: list[tuple[int, str]]
    reading: Reading

    @property
    def notes(self) -> str:
        return "\n".join(self.reading.notes)


def figures(path: Path | list[Path], content: str | bytes | None = None, **options: object) -> Figures:
    """Read `path`, which gets `content` first if there is some."""
    if content is not None and isinstance(path, Path):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with DuckEngine() as engine:
        reading = read_logs(engine, path if isinstance(path, list) else [path], **options)  # type: ignore[arg-type]
        counts = reading.counts
        assert counts["lines"] == counts["events"] + counts["rejected"] + counts["duplicates"]
        pairs = engine.rows("SELECT agent_id, customer_id FROM events ORDER BY us, agent_id, customer_id")
        return Figures(pairs, engine.rows("SELECT line, reason FROM rejects ORDER BY file, line"), reading)


def table(rows: int, header: str = "timestamp,agent_id,customer_id,action", order: str = "tacx") -> str:
    """A CSV: one agent of three and a customer of its own in each row. `order` puts the cells in place."""
    lines = []
    for n in range(rows):
        cells = {"t": f"2026-03-02T08:{n // 60:02d}:{n % 60:02d}Z", "a": f"a{n % 3}", "c": f"C{n}", "x": "view"}
        lines.append(",".join(cells[name] for name in order))
    return "\n".join([header, *lines, ""])


def expected(rows: int) -> list[tuple[str, str | None]]:
    """The pairs of `table`."""
    return [(f"a{n % 3}", f"C{n}") for n in range(rows)]
