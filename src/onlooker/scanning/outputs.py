"""Every file that a scan writes into its folder: a tuple to add one to."""

from __future__ import annotations

from onlooker.outputs import Output, alerts_csv, alerts_jsonl, rejects_csv, run_json, scores_parquet
from onlooker.report import page

OUTPUTS: tuple[Output, ...] = (
    scores_parquet.OUTPUT,
    alerts_jsonl.OUTPUT,
    alerts_csv.OUTPUT,
    rejects_csv.OUTPUT,
    page.OUTPUT,
    run_json.OUTPUT,
)
"""In the order in which they are written. run.json is the last: where it is, the rest is whole."""

FILES = tuple(output.file for output in OUTPUTS)
