from __future__ import annotations

import grp
import os
from pathlib import Path

import pytest

from onlooker.atomic_files import write_whole, write_whole_bytes
from onlooker.errors import OnlookerError


def test_a_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with write_whole(path) as out:
        out.write("half")
        out.flush()
        assert not path.exists()
    assert path.read_text() == "half"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(KeyboardInterrupt), write_whole(path) as out:
        out.write("half")
        raise KeyboardInterrupt
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_the_owner_alone_reads_whatever_the_umask_and_the_old_file_allowed(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        with write_whole_bytes(path) as out:
            out.write(b"\x00\xff")
            assert [p.stat().st_mode & 0o777 for p in tmp_path.glob(".*")] == [0o600]
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_bytes() == b"\x00\xff"


def test_a_group_may_read(tmp_path: Path) -> None:
    name = grp.getgrgid(os.getgid()).gr_name
    with write_whole(tmp_path / "a.txt", group=name) as out:
        out.write("x")
    status = (tmp_path / "a.txt").stat()
    assert (status.st_mode & 0o777, status.st_gid) == (0o640, os.getgid())


def test_a_group_that_has_the_file_already_is_not_given_it_again(tmp_path: Path, monkeypatch) -> None:
    """The system calls that the service forbids itself are those that change owners."""

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "fchown", forbidden)
    path = tmp_path / "a.txt"
    with write_whole(path, group=grp.getgrgid(tmp_path.stat().st_gid).gr_name) as out:
        out.write("shared")
    assert path.stat().st_mode & 0o777 == 0o640


def test_an_unknown_group_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with (
        pytest.raises(OnlookerError, match="no group 'nobody-of-that-name'") as caught,
        write_whole(tmp_path / "a.txt", group="nobody-of-that-name"),
    ):
        pytest.fail("the block must not run")
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_newlines_and_odd_characters_go_through(tmp_path: Path) -> None:
    with write_whole(tmp_path / "a.txt") as out:
        out.write("a\r\nb\nŁ\udc80")
    assert (tmp_path / "a.txt").read_bytes() == "a\r\nb\nŁ\\udc80".encode()


def test_a_long_name(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 250)
    with write_whole(path) as out:
        out.write("x")
    assert path.read_text() == "x"
