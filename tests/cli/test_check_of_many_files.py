"""`onlooker check` on many files: lines that can be read at a glance."""

from __future__ import annotations

from onlooker.cli.check_command import of_files
from onlooker.schema.findings import InputFile


def read(name: str, rows: int = 100, rejected: int = 0, note: str = "") -> InputFile:
    return InputFile(name, 1, "", rows, rejected, "csv" if rows else "", "gz" if rows else "", "utf-8", note)


def test_sixty_files_are_told_in_three_lines() -> None:
    files = [read(f"{n:02}.csv.gz", rejected=n % 2) for n in range(58)]
    told = list(of_files([*files, read("bad.csv.gz", rejected=40), read("x.csv", rows=0, note="is empty")]))
    assert told == [
        "58 files, 00.csv.gz to 57.csv.gz: csv.gz, 5,800 rows, 29 rejected",
        "bad.csv.gz: csv.gz, 100 rows, 40 rejected",
        "x.csv: not read, 0 rows, 0 rejected  (is empty)",
    ]


def test_a_few_files_have_a_line_each() -> None:
    assert len(list(of_files([read(f"{n}.csv.gz") for n in range(5)]))) == 5
