"""Copies are judged beside the counting of the next ones, in processes of their own where there are cores for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context

from onlooker.backtesting.outcomes import Comparison, Planned, TryOutcome, judge_tries
from onlooker.backtesting.recount import Recounted
from onlooker.backtesting.replay import Base

FEWEST = 6
"""So many copies are worth a second process, which takes seconds to begin."""
Work = tuple[Recounted, Sequence[Planned]]

_HERE: dict[str, tuple[Base, Comparison | None]] = {}


def judge_all(
    base: Base, against: Comparison | None, copies: Iterable[Work], number: int, workers: int
) -> Iterator[list[TryOutcome]]:
    """The outcomes of each copy, in the order of the copies; `number` is how many there will be."""
    if workers < 2 or number < FEWEST:
        for copy, tries in copies:
            yield judge_tries(base, against, copy, tries)
        return
    context = get_context("spawn")  # the engine's threads would not survive a fork
    with ProcessPoolExecutor(workers - 1, context, _begin, (base, against)) as pool:
        waiting: list[Future[list[TryOutcome]]] = []
        for work in copies:
            waiting.append(pool.submit(_judge, work))
            if sum(not one.done() for one in waiting) > 2 * workers:
                wait([one for one in waiting if not one.done()], return_when=FIRST_COMPLETED)
            while waiting and waiting[0].done():
                yield waiting.pop(0).result()
        for one in waiting:
            yield one.result()


def _begin(base: Base, against: Comparison | None) -> None:
    _HERE["here"] = base, against


def _judge(work: Work) -> list[TryOutcome]:
    return judge_tries(*_HERE["here"], *work)
