"""`onlooker review` as somebody at a terminal uses it: a real pseudo-terminal, key by key."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest
from tests.store.days import FIRST, alert, reason, scan

from onlooker.cases import CaseDesk, gather
from onlooker.cases.taking_back import take_back
from onlooker.errors import UsageError
from onlooker.store import Store

from .command import COMMAND, environment, onlooker

LONGEST = 60


class Terminal:
    """A command at a pseudo-terminal."""

    def __init__(self, *arguments: object) -> None:
        master, slave = pty.openpty()
        self._fd = master
        self._process = subprocess.Popen(
            [str(COMMAND), *map(str, arguments)], stdin=slave, stdout=slave, stderr=slave,
            env=environment(TERM="xterm", COLUMNS="200"), start_new_session=True,
        )  # fmt: skip
        os.close(slave)

    def until(self, text: str) -> str:
        """What appears up to and with `text`."""
        seen, end = "", time.monotonic() + LONGEST
        while text not in seen:
            assert time.monotonic() < end, f"{text!r} did not appear in {seen!r}"
            if select.select([self._fd], [], [], 1)[0]:
                seen += os.read(self._fd, 65536).decode(errors="replace")
        return seen

    def type(self, keys: str) -> None:
        time.sleep(0.1)  # the command has written its keys, and is about to read
        os.write(self._fd, keys.encode())

    def ended(self) -> int:
        status = self._process.wait(LONGEST)
        os.close(self._fd)
        return status


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Two nights with the cases of kim and sam, open and nobody's."""
    place = tmp_path / "store"
    scan(place, range(FIRST, FIRST + 1), "one")
    with Store.open(place, "write") as store, store.deciding() as db:
        gather(db, [alert(FIRST, name, reasons=[reason()]) for name in ("kim", "sam")], "2026-02-16T04:00:00+00:00")
    return place


def test_a_morning_by_keys_is_written_to_cases_and_history(place: Path) -> None:
    with Store.open(place) as store:
        kim, sam = (CaseDesk(store).cases(agent=name)[0].id for name in ("kim", "sam"))
    terminal = Terminal("review", "kim", sam, "--store", place, "--as", "ana")
    keys = "[q] quit"
    assert "kim  (case-" in terminal.until(keys)
    terminal.type("a")
    assert "ana has it" in terminal.until(keys)
    terminal.type("cc")  # two keys at once decide nothing
    assert "no such key" in terminal.until(keys)
    terminal.type("b")
    terminal.until("Benign because")
    terminal.type("\n")
    assert "needs a reason" in terminal.until(keys)
    terminal.type("n")
    terminal.until("Note")
    terminal.type("asked the lead\n")
    assert "note asked the lead" in terminal.until(keys)
    terminal.type("c")
    terminal.until("Confirmed because")
    terminal.type("seen on the camera\n")
    seen = terminal.until(keys)
    assert "kim: closed as confirmed" in seen
    assert "Case 2 of 2" in seen
    terminal.type("z")
    assert "taken back: closed; the case is as it was before" in terminal.until(keys)
    terminal.type("u")
    terminal.until("Unsure because")
    terminal.type("\n")
    assert "sam  (case-" in terminal.until(keys)
    terminal.type("p")
    assert "name its folder with --out" in terminal.until(keys)
    terminal.type("q")
    assert "1 case closed, 1 not gone through." in terminal.until("through.")
    assert terminal.ended() == 0
    with Store.open(place) as store:
        case, open_still = CaseDesk(store).show(kim), CaseDesk(store).show(sam)
        written = [(entry.what, entry.who) for entry in store.history() if entry.about.get("case") == kim]
        assert store.verify() == ()
    assert case.verdict is not None
    assert (case.state, case.verdict.kind, case.assignee, open_still.state) == ("closed", "unsure", "ana", "open")
    assert written == [
        (what, "ana")
        for what in ("case shown", "case assigned", "case note", "case closed", "case undone", "case closed")
    ]


def test_without_a_terminal_it_says_what_to_use_instead(place: Path) -> None:
    ran = onlooker("review", "--store", place, cwd=place.parent)
    assert (ran.status, ran.out) == (2, "")
    assert "this is no terminal" in ran.err
    assert "onlooker cases close" in ran.err


def test_taking_back_ends_the_explanation_and_refuses_what_changed_since(place: Path) -> None:
    with Store.open(place, "decide") as store:
        desk = CaseDesk(store)
        before = desk.cases(agent="kim")[0]
        after = desk.close(before.id, "benign", "ana", "a project")
        assert len([one for one in desk.explanations() if one.ended is None]) == 1
        desk.note(before.id, "see the mail", "bo")
        back = take_back(desk, before, after, "ana")
        assert (back.state, back.verdict) == ("open", None)
        assert [note.what for note in back.notes] == ["opened", "closed", "note", "undone"]
        assert [one.ended is None for one in desk.explanations()] == [False]
        with pytest.raises(UsageError, match="has changed since"):
            take_back(desk, before, after, "ana")
        assert store.verify() == ()
