from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from onlooker.errors import OnlookerError
from onlooker.outputs.rejects_csv import write_rejects_csv

ROWS = {
    "line": [3, None],
    "file": ["log.csv", "log.csv"],
    "reason": ["time cannot be read", "file ends early"],
    "text": ['=1+1,"x"\x1b', None],
}
CSV = """\
file,line,reason,text
log.csv,3,time cannot be read,"'=1+1,""x""\\x1b"
log.csv,,file ends early,
"""


def as_batches() -> Iterator[pa.RecordBatch]:
    yield from pa.table(ROWS).to_batches(max_chunksize=1)


@pytest.mark.parametrize("rows", [pa.table(ROWS), as_batches(), list(as_batches())], ids=["table", "iterator", "list"])
def test_the_whole_csv(tmp_path: Path, rows: object) -> None:
    write_rejects_csv(tmp_path / "rejects.csv", rows)
    assert (tmp_path / "rejects.csv").read_text() == CSV
    assert (tmp_path / "rejects.csv").stat().st_mode & 0o777 == 0o600


def test_a_reader_of_batches(tmp_path: Path) -> None:
    table = pa.table(ROWS)
    write_rejects_csv(tmp_path / "r.csv", pa.RecordBatchReader.from_batches(table.schema, table.to_batches()))
    assert (tmp_path / "r.csv").read_text() == CSV


def test_none(tmp_path: Path) -> None:
    write_rejects_csv(tmp_path / "r.csv", [])
    assert (tmp_path / "r.csv").read_text() == "file,line,reason,text\n"


def test_other_columns_are_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(OnlookerError, match="table rejects lacks the columns reason, text"):
        write_rejects_csv(tmp_path / "r.csv", pa.table({"file": ["a"], "line": [1]}))
    assert list(tmp_path.iterdir()) == []
