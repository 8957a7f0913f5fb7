"""Notes of the run before are not told at length again."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from tests.report.factories import make_run

from onlooker.cli.scan_command import told
from onlooker.cli.screen import Screen
from onlooker.scanning.result import Scan

OLD = "No column ticket_id in the log: not judged are no_ticket, no_ticket_new, mismatched."


def words(*notes: str, before: frozenset[str] = frozenset()) -> list[str]:
    stream = io.StringIO()
    nothing: Any = None
    run = make_run(notes=notes, counts={"rejected": 0})
    told(Screen(stream=stream), Scan(run, (), {}, nothing, nothing, notes_before=before), Path("out"))
    return stream.getvalue().splitlines()


def test_a_note_is_told_once_and_then_counted() -> None:
    assert words(OLD) == [f"note: {OLD}"]
    assert words(OLD, "6 lines repeat.", before=frozenset({OLD})) == [
        "note: 6 lines repeat.",
        "1 note as last night: No column ticket_id in the log: …; out/run.json and the report have them.",
    ]


def test_of_very_many_notes_the_first_are_named() -> None:
    many = [f"Note number {n}." for n in range(9)]
    (line,) = words(*many, before=frozenset(many))
    assert line.startswith("9 notes as last night: Note number 0. …; ")
    assert "; and 4 more; " in line
