"""Which case somebody means: an id, the beginning of one, or the agent that it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from onlooker.cases.case_records import Case
from onlooker.errors import UsageError

PREFIX = "case-"
"""How ids begin; it may be left out."""


def case_named(name: str, cases: Iterable[Case]) -> Case:
    """The case that `name` is the id of, or the only one whose id begins so, or that of the agent of this name.

    Of an agent's cases the open one is meant; where none is open, the only one. Raises UsageError, with a list, where
    several could be meant, and where there is none.
    """
    everything = tuple(cases)
    wanted = name.strip()
    exact = [case for case in everything if case.id == wanted]
    begun = [case for case in everything if wanted and case.id.startswith((wanted, PREFIX + wanted))]
    for found in (exact, begun, of_agent(wanted, everything)):
        if len(found) > 1:
            raise UsageError(f"{name} could be {len(found)} cases", "\n".join(map(_line, found)))
        if found:
            return found[0]
    raise UsageError(f"there is no case {name}", "`onlooker cases list --all` shows the ids and whom they are about.")


def of_agent(agent: str, cases: Sequence[Case]) -> list[Case]:
    """The cases about an agent, spelled so or else in other capitals: the open ones, if any is open."""
    own = [case for case in cases if case.agent_id == agent]
    own = own or [case for case in cases if case.agent_id.casefold() == agent.casefold()]
    return [case for case in own if case.state != "closed"] or own


def _line(case: Case) -> str:
    verdict = f" {case.verdict.kind}" if case.verdict else ""
    return f"{case.id}  {case.agent_id}  {case.state}{verdict}, since {case.opened}"
