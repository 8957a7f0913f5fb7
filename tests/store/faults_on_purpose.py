"""Makes one call of writing fail: a file that is forced to disk, renamed or made, or a statement of the database."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "onlooker"
Site = tuple[str, str]
"""What is called, and the line of the product that calls it."""
CALLS = ((os, "fsync"), (os, "replace"), (os, "rename"), (os, "unlink"), (os, "mkdir"), (tempfile, "mkstemp"))


class Sites:
    """Counts the call sites that are passed, and fails at one of them, the first time it is passed.

    Or else the process is killed before the call `kill_before`, counted from 1.
    """

    def __init__(self, at: Site | None = None, kill_before: int = 0) -> None:
        self.at, self.kill_before, self.met, self.seen = at, kill_before, False, dict[Site, int]()

    @property
    def passed(self) -> int:
        """How many calls there were."""
        return sum(self.seen.values())

    def passing(self, what: str) -> bool:
        """Whether this call is to fail."""
        site = (what, _caller())
        self.seen[site] = self.seen.get(site, 0) + 1
        if self.passed == self.kill_before:
            os.kill(os.getpid(), signal.SIGKILL)
        if site == self.at and not self.met:
            self.met = True
            return True
        return False


def _caller() -> str:
    frame = sys._getframe(2)
    while frame.f_back and not Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
        frame = frame.f_back
    if not Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
        return ""
    return f"{Path(frame.f_code.co_filename).relative_to(PACKAGE)}:{frame.f_lineno}"


@contextmanager
def failing_at(site: Site | None = None, kill_before: int = 0) -> Iterator[Sites]:
    """In this block the first call at `site` fails, as on a full disk or a broken one; without a site none does."""
    sites = Sites(site, kill_before)

    def wrapped(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            if sites.passing(name):
                raise OSError(errno.ENOSPC, "No space left on device", str(arguments[0]) if arguments else None)
            return real(*arguments, **more)

        return call

    class Failing(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            self._pass(sql)
            return super().execute(sql, *values)

        def executemany(self, sql: str, *values: Any) -> sqlite3.Cursor:
            self._pass(sql)
            return super().executemany(sql, *values)

        def _pass(self, sql: str) -> None:
            # A transaction that can't be taken back is what SQLite itself deals with, when it is opened next.
            if not sql.startswith(("ROLLBACK", "SELECT", "PRAGMA")) and sites.passing(sql.split(maxsplit=1)[0]):
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR
                raise error

    real_connect = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        for module, name in CALLS:
            patch.setattr(module, name, wrapped(name, getattr(module, name)))
        patch.setattr(sqlite3, "connect", lambda *a, **more: real_connect(*a, **({"factory": Failing} | more)))
        yield sites


def sites_of(do: Callable[[], object]) -> list[Site]:
    """Every call site of the product that `do` passes."""
    with failing_at() as sites:
        do()
    return [site for site in sites.seen if site[1]]
