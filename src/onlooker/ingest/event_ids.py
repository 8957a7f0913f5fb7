"""When an event_id means one event: the rules that both engines count repeated lines by.

An id means one event within its source: logs that call their event_id, time, agent and customer by the same names. A
column can be called `id` and number something else, such as requests, the rows of each file, or people. Then many ids
stand for several agents or customers, and they are not believed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SOURCE = ("event_id", "timestamp", "agent_id", "customer_id")
FEW, SHARE = 100, 0.1
"""If more lines than this, and a larger share of those with an event_id, share it with a line about another agent or
customer, it does not number events."""


def numbered_sources(mappings: Sequence[Mapping[str, str]]) -> list[int]:
    """For each log, by its mapping (name of EVENTS -> column), the number of its source."""
    names = [tuple(mapping.get(name) for name in SOURCE) for mapping in mappings]
    return [names.index(name) for name in names]


def believed(shared: int, lines: int) -> bool:
    """Whether event_ids number events, if `shared` of the `lines` that have one share it as above."""
    return shared <= FEW or shared <= SHARE * lines


def notes(different: int, shared: int) -> tuple[str, ...]:
    """What must be said: `different` lines were not counted although they say something else than the one with their
    event_id; or `shared` lines are the reason that event_ids are not believed.
    """
    said = []
    if different:
        has, says = ("has", "says") if different == 1 else ("have", "say")
        said.append(
            f"{different:,} of them {has} the event_id of an earlier line and {says} something else: "
            "the earlier line counts."
        )
    if shared:
        said.append(
            f"{shared:,} lines have the event_id of a line about another agent or customer, so it does not number "
            "events: it is not used. --map event_id=COLUMN names another column."
        )
    return tuple(said)
