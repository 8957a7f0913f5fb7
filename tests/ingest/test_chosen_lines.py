"""--where: which lines of a log are read, and that the others are told and not lost."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.ingest.figures import figures

from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.chosen_lines import only

ROWS = [
    {
        "timestamp": f"2026-03-02T08:00:{n:02d}Z",
        "agent_id": f"a{n % 3}",
        "id": str(n),
        "kind": kind,
        "url": f"/{kind}/{n}",
    }
    for n, kind in enumerate(["client", "invoice", "client", "log", "client"])
]
MAP = {"customer_id": "id"}


def csv(rows: list[dict[str, str]]) -> str:
    return "\n".join([",".join(rows[0]), *(",".join(row.values()) for row in rows), ""])


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        text = csv(rows) if path.suffix == ".csv" else "\n".join(map(json.dumps, rows))
        path.write_text(json.dumps({"Records": rows}) if path.suffix == ".json" else text)
    return path


CONDITIONS = [
    (["kind=client"], "024"),
    (["kind=client", "kind=log"], "0234"),
    (["kind!=client"], "13"),
    (["kind=client", "agent_id!=a2"], "04"),
    (["url~^/client/"], "024"),
    (["url~/invoice/{id}"], "1"),
]
NAMES = ["a.csv", "a.jsonl", "a.json", "a.parquet"]


@pytest.mark.parametrize(
    ("name", "where", "kept"),
    [(name, *one) for name in NAMES for one in (CONDITIONS if name == "a.csv" else CONDITIONS[-1:])],
)
def test_only_lines_that_are_asked_for_are_read_and_the_others_counted(
    tmp_path: Path, name: str, where: list[str], kept: str
) -> None:
    found = figures(write(tmp_path / name, ROWS), columns=MAP, where=where)
    assert "".join(str(customer) for _, customer in found.pairs) == kept
    assert f"{5 - len(kept)} lines were left out: only those with {where[0].partition('~')[0][:4]}" in found.notes


def test_a_damaged_line_is_a_reject_and_not_left_out(tmp_path: Path) -> None:
    found = figures(tmp_path / "a.csv", csv(ROWS) + "broken\n", columns=MAP, where=["kind=client"])
    assert (len(found.pairs), found.rejects) == (3, [(7, "too few columns")])


def test_a_file_without_the_column_has_no_such_lines(tmp_path: Path) -> None:
    other = tmp_path / "b.csv"
    other.write_text("timestamp,agent_id,id\n2026-03-02T08:00:00Z,z,9\n")
    found = figures([write(tmp_path / "a.csv", ROWS), other], columns=MAP, where=["kind=client"])
    assert len(found.pairs) == 3


def test_where_nothing_is_left_the_condition_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="has kind=Client; there are, in kind: client, invoice, log"):
        figures(write(tmp_path / "a.csv", ROWS), columns=MAP, where=["kind=Client"])


def test_a_column_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column sort"):
        figures(write(tmp_path / "a.csv", ROWS), columns=MAP, where=["sort=client"])


@pytest.mark.parametrize("wish", ["kind", "=x", ""])
def test_what_is_no_condition_is_an_error(wish: str) -> None:
    with pytest.raises(UsageError, match="--where"):
        only([wish])


def test_a_path_may_hold_an_equals_sign() -> None:
    (one,) = only(["agent[requestor=true].who=ann"]).conditions
    assert (one.column, one.values) == ("agent[requestor=true].who", ("ann",))
