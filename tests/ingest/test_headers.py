"""Where the header of a delimited text is, and what else is written around and within its lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.figures import expected, figures, table

from onlooker.errors import UnusableInput
from onlooker.ingest.headers import Unescape

ROWS = 40


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("# exported 2026-03-03 by admin\n# filter: all, teams\n", "2 lines"),
        ("Access report\nPeriod: March 2026\n\n", "2 lines"),
        ("Access report,,,\nGenerated,2026-03-03,,\n,,,\n", "2 lines"),
        ('"Report of ""all"" teams"\n', "1 line"),
        ("sep=,\n", ""),
        ("\n\n", ""),
    ],
)
def test_lines_before_the_header_are_skipped_and_told(tmp_path: Path, above: str, said: str) -> None:
    found = figures(tmp_path / "log.csv", above + table(ROWS) + "broken\n")
    assert found.pairs == expected(ROWS)
    assert found.rejects == [(above.count("\n") + ROWS + 2, "too few columns")]
    assert (f"has {said} before its header" in found.notes) == bool(said)


def test_a_separator_line_says_the_delimiter(tmp_path: Path) -> None:
    text = "sep=;\n" + table(ROWS).replace(",", ";").replace("view", "view, edit")
    assert figures(tmp_path / "log.csv", text).pairs == expected(ROWS)


def test_a_header_behind_a_comment_mark_is_one(tmp_path: Path) -> None:
    assert figures(tmp_path / "log.csv", "# made by a tool\n# " + table(ROWS)).pairs == expected(ROWS)


def test_data_without_a_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="has no header"):
        figures(tmp_path / "log.csv", table(ROWS).partition("\n")[2])


def test_a_later_header_with_another_order_begins_another_mapping(tmp_path: Path) -> None:
    later = table(ROWS, "customer_id,action,agent_id,timestamp", "cxat").replace(":00:", ":01:").replace("C", "D")
    later = later.replace("Dustomer", "customer").replace("Dust", "cust")
    found = figures(tmp_path / "log.csv", table(ROWS) + later)
    assert found.pairs == expected(ROWS) + [(a, (c or "").replace("C", "D")) for a, c in expected(ROWS)]
    assert f"line {ROWS + 2}, which counts from there on" in found.notes


def test_a_later_header_with_other_columns_begins_another_mapping(tmp_path: Path) -> None:
    later = "timestamp,agent_id,team,customer_id\n2026-03-03T08:00:00Z,z,north,C99\n2026-03-03T08:00:01Z,z,north\n"
    found = figures(tmp_path / "log.csv", "title\n" + table(ROWS) + later)
    assert found.pairs == [*expected(ROWS), ("z", "C99")]
    assert found.rejects == [(ROWS + 5, "too few columns")]


def test_a_header_that_is_repeated_is_no_line(tmp_path: Path) -> None:
    found = figures(tmp_path / "log.csv", table(3) + table(5).replace(":00:", ":01:"))
    assert (len(found.pairs), found.rejects) == (8, [])
    assert "repeats its header in line 5" in found.notes


def test_a_later_header_is_found_among_lines_that_are_left_out(tmp_path: Path) -> None:
    later = table(5, "customer_id,action,agent_id,timestamp", "cxat").replace(":00:", ":01:")
    found = figures(tmp_path / "log.csv", table(5) + later, where=["action=view"])
    assert {agent for agent, _ in found.pairs} == {"a0", "a1", "a2"}


def test_line_breaks_in_header_and_cells(tmp_path: Path) -> None:
    text = '"time\nstamp","agent\n_id",customer_id,note\n2026-03-02T08:00:00Z,ann,C1,"two\nlines"\nx,bob,C2,y\n'
    found = figures(tmp_path / "log.csv", text, columns={"timestamp": "time stamp", "agent_id": "agent _id"})
    assert found.pairs == [("ann", "C1")]
    assert found.rejects == [(6, "timestamp not understood")]


def test_of_two_columns_with_one_name_the_filled_one_counts(tmp_path: Path) -> None:
    text = "timestamp,agent_id,customer_id,action,Customer_ID\n2026-03-02T08:00:00Z,ann,,view,C1\n"
    found = figures(tmp_path / "log.csv", text + "2026-03-02T08:00:01Z,ann,C2,view,\n")
    assert found.pairs == [("ann", "C1"), ("ann", "C2")]
    assert "two columns named customer_id: in each line the one that is filled counts" in found.notes


def test_of_two_columns_that_contradict_each_other_the_first_has_the_name(tmp_path: Path) -> None:
    text = "timestamp,agent_id,customer_id,customer_id\n2026-03-02T08:00:00Z,ann,C1,D1\n"
    found = figures(tmp_path / "log.csv", text)
    assert (found.pairs, "the later one is called customer_id (4)" in found.notes) == ([("ann", "C1")], True)


def test_backslashes_before_quotes_as_mysql_writes_them(tmp_path: Path) -> None:
    lines = [f'"2026-03-02 08:00:{n:02d}","a{n % 3}","C{n}","said \\"hold, please\\" \\\\ twice"' for n in range(ROWS)]
    found = figures(tmp_path / "log.csv", "\n".join(['"timestamp","agent_id","customer_id","note"', *lines]))
    assert found.pairs == expected(ROWS)
    assert "with a backslash before them" in found.notes


def test_a_cell_may_end_with_a_backslash(tmp_path: Path) -> None:
    lines = [f'2026-03-02T08:00:{n:02d}Z,a{n % 3},C{n},"C:\\folder\\"' for n in range(ROWS)]
    found = figures(tmp_path / "log.csv", "\n".join(["timestamp,agent_id,customer_id,note", *lines]))
    assert (found.pairs, "backslash" in found.notes) == (expected(ROWS), False)


def test_escapes_are_the_same_however_the_text_is_cut() -> None:
    text = 'a\\"b\\\\\\"c\\\\"d\\N\\n'
    whole = Unescape().feed(text)
    assert whole == 'a""b\\""c\\"d\\N '
    for place in range(len(text)):
        pieces = Unescape()
        assert pieces.feed(text[:place]) + pieces.feed(text[place:]) == whole
