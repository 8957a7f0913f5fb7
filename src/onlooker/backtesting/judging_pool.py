"""Copies are judged beside the counting of the next ones, in processes of their own where there are cores for it."""

from __future__ import annotations

import pickle
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

from onlooker.backtesting.outcomes import Comparison, Planned, TryOutcome, judge_tries
from onlooker.backtesting.recount import Recounted
from onlooker.backtesting.replay import Base
from onlooker.errors import OnlookerError

FEWEST = 6
"""So many copies are worth a second process, which takes seconds to begin."""
Work = tuple[Recounted, Sequence[Planned]]

_HERE: dict[str, tuple[Base, Comparison | None]] = {}


def judge_all(
    base: Base, against: Comparison | None, copies: Iterable[Work], number: int, workers: int
) -> Iterator[list[TryOutcome]]:
    """The outcomes of each copy, in the order of the copies; `number` is how many there will be.

    Raises OnlookerError where a process that judges is ended from outside.
    """
    if workers < 2 or number < FEWEST:
        for copy, tries in copies:
            yield judge_tries(base, against, copy, tries)
        return
    try:
        yield from _judge_beside(base, against, copies, workers)
    except BrokenProcessPool as broken:
        raise OnlookerError(
            "a process of the backtest was ended from outside, perhaps for want of memory",
            "Set `threads = 1` (ONLOOKER_THREADS=1): then one process does it all, with less memory.",
        ) from broken


def _judge_beside(
    base: Base, against: Comparison | None, copies: Iterable[Work], workers: int
) -> Iterator[list[TryOutcome]]:
    context = get_context("spawn")  # the engine's threads would not survive a fork
    with tempfile.TemporaryDirectory(prefix="onlooker-") as folder:
        # By a file: a process that ends before it has read what comes through a pipe would leave this one waiting.
        given = Path(folder) / "base.pickle"
        given.write_bytes(pickle.dumps((base, against), pickle.HIGHEST_PROTOCOL))
        with ProcessPoolExecutor(workers - 1, context, _begin, (given,)) as pool:
            waiting: list[Future[list[TryOutcome]]] = []
            for work in copies:
                with _without_the_program():
                    waiting.append(pool.submit(_judge, work))
                if sum(not one.done() for one in waiting) > 2 * workers:
                    wait([one for one in waiting if not one.done()], return_when=FIRST_COMPLETED)
                while waiting and waiting[0].done():
                    yield waiting.pop(0).result()
            for one in waiting:
                yield one.result()


@contextmanager
def _without_the_program() -> Iterator[None]:
    """Processes that begin in here do not run the program that called us, as they otherwise would.

    They need nothing of it, and a script without `if __name__ == "__main__"` would do all its work again in each.
    """
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _begin(given: Path) -> None:
    _HERE["here"] = pickle.loads(given.read_bytes())


def _judge(work: Work) -> list[TryOutcome]:
    return judge_tries(*_HERE["here"], *work)
