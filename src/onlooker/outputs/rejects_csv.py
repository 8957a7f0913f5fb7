"""The lines that could not be read, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from onlooker.atomic_files import write_whole
from onlooker.outputs.cells import cell
from onlooker.outputs.output import Output
from onlooker.schema.tables import REJECTS

REJECTED = "SELECT * FROM rejects ORDER BY file, line NULLS FIRST, reason, text"
"""SQL of the lines that could not be read, in the order of the file."""
WITHOUT_TEXT = "SELECT file, line, reason, '' AS text FROM rejects ORDER BY file, line NULLS FIRST, reason, text"
"""The same where names are hidden: an id may stand in the text."""


def write_rejects_csv(path: Path, rejects: Any, *, group: str | None = None) -> None:
    """Write file, line, reason and text of REJECTS: a pyarrow Table, a RecordBatchReader, or any RecordBatches.

    Batches are taken one by one, so a log that is mostly broken does not fill the memory.
    """
    batches: Iterable[Any] = rejects.to_batches() if hasattr(rejects, "to_batches") else rejects
    with write_whole(path, group=group) as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(REJECTS.names)
        for batch in batches:
            REJECTS.check(batch.schema.names)
            columns = [batch.column(batch.schema.get_field_index(name)).to_pylist() for name in REJECTS.names]
            rows.writerows([cell(value) for value in row] for row in zip(*columns, strict=True))


OUTPUT = Output(
    "rejects.csv",
    "every line that could not be read",
    lambda path, results, group: write_rejects_csv(
        path, results.engine.arrow(WITHOUT_TEXT if results.without_texts else REJECTED), group=group
    ),
    begins=b"file,line,reason,",
)
