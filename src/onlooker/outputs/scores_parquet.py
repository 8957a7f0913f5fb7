"""The scores of every active agent-day as Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from onlooker.atomic_files import write_whole_bytes
from onlooker.outputs.output import Output

if TYPE_CHECKING:
    import pyarrow as pa


def write_scores_parquet(path: Path, scores: pa.Table, *, group: str | None = None) -> None:
    """Write all columns and rows of `scores` in their order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    # A dictionary of numbers that hardly repeat costs as much as the rest, and makes the file larger.
    repeated = [field.name for field in scores.schema if not pa.types.is_floating(field.type)]
    with write_whole_bytes(path, group=group) as stream:
        pq.write_table(scores, stream, compression="zstd", use_dictionary=repeated)


OUTPUT = Output(
    "scores.parquet",
    "every agent-day: score, p, q, rank, whether it was alerted on, the evidence and its parts; "
    "last the pattern that it passes, and its size",
    lambda path, results, group: write_scores_parquet(path, results.scores, group=group),
    begins=b"PAR1",
    has=b"q_value",
)
