"""The floor's question to polars: distinct customers per agent and day. `python polars_counts.py FILE`"""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl


def main(path: Path) -> None:
    scan = {".csv": pl.scan_csv, ".jsonl": pl.scan_ndjson, ".parquet": pl.scan_parquet}[path.suffix]
    counts = (
        scan(path)
        .group_by("agent_id", pl.col("timestamp").str.slice(0, 10).alias("day"))
        .agg(pl.col("customer_id").n_unique())
        .collect(engine="streaming")
    )
    print(counts.height)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
