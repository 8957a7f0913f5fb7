"""Every file that a scan writes into its folder: a tuple to add one to."""

from __future__ import annotations

from collections.abc import Collection

from onlooker.outputs import (
    Output,
    alerts_cef,
    alerts_csv,
    alerts_ecs,
    alerts_jsonl,
    alerts_markdown,
    alerts_ocsf,
    rejects_csv,
    run_json,
    scores_parquet,
)
from onlooker.report import page

OUTPUTS: tuple[Output, ...] = (
    scores_parquet.OUTPUT,
    alerts_jsonl.OUTPUT,
    alerts_csv.OUTPUT,
    alerts_ocsf.OUTPUT,
    alerts_ecs.OUTPUT,
    alerts_cef.OUTPUT,
    alerts_markdown.OUTPUT,
    rejects_csv.OUTPUT,
    page.OUTPUT,
    run_json.OUTPUT,
)
"""In the order in which they are written. run.json is the last: where it is, the rest is whole."""

FILES = tuple(output.file for output in OUTPUTS)


def wanted(also: Collection[str]) -> tuple[Output, ...]:
    """Those that are always written, and those of the formats `also`."""
    return tuple(output for output in OUTPUTS if not output.only_for or output.only_for in also)
