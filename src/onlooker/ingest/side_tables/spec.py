"""The side tables as people give them: their columns, and what kind of value each holds."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Kind = Literal["id", "text", "day", "instant", "flag", "actor", "event", "direction"]
"""`event` is the kind of a calendar entry, `direction` inbound or outbound."""


@dataclass(frozen=True)
class Cell:
    """One column of a side table. Without a `required` one the table can't be used, nor can a row without its value."""

    name: str
    kind: Kind
    required: bool = False


@dataclass(frozen=True)
class Side:
    """One side table. Of rows with the same `key` the last one counts."""

    name: str
    cells: tuple[Cell, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """What a column of the file can be mapped to."""
        return tuple(cell.name for cell in self.cells)


def _cells(required: str, optional: str) -> tuple[Cell, ...]:
    """Cells of `name:kind` words; an id where no kind is given."""
    found = []
    for words, needed in ((required, True), (optional, False)):
        for word in words.split():
            name, _, kind = word.partition(":")
            found.append(Cell(name, kind or "id", needed))  # type: ignore[arg-type]
    return tuple(found)


SIDES = (
    Side(
        "agents",
        _cells(
            "agent_id",
            "team:text manager queue:text site:text zone:text role:text hire_date:day leave_date:day left:flag "
            "actor_type:actor vendor:text valid_from:day",
        ),
        ("agent_id", "valid_from"),
    ),
    Side("identities", _cells("system:text id entity", "valid_from:day valid_to:day"), ("system", "id", "valid_from")),
    Side(
        "tickets",
        _cells("ticket_id", "customer_id assignee opened:instant closed:instant opened_by assigned:instant"),
        ("ticket_id", "customer_id", "assigned_w"),
    ),
    Side("roster", _cells("agent_id shift_start:instant shift_end:instant", "day:text"), ("agent_id", "shift_start_w")),
    Side("leave", _cells("agent_id from:day", "to:day"), ("agent_id", "from", "to")),
    Side(
        "customers", _cells("customer_id", "tier:text vip:flag region:text owner_agent canary:flag"), ("customer_id",)
    ),
    Side(
        "calendar",
        _cells(
            "kind:event from:day",
            "to:day expires:day name:text site:text queue:text team:text agent_id customers:text approver",
        ),
        (),
    ),
    Side(
        "contacts",
        _cells("agent_id start:instant end:instant", "channel:text direction:direction customer_id ticket_id"),
        (),
    ),
)


@cache
def aliases() -> dict[str, dict[str, list[str]]]:
    """Table -> column -> the other names that it goes by, from columns.toml."""
    return _data()["names"]  # type: ignore[no-any-return]


@cache
def words() -> dict[str, list[str]]:
    """Words for yes, no, high tiers and kinds of calendar entries, from columns.toml."""
    return _data()["words"]  # type: ignore[no-any-return]


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(files("onlooker.ingest.side_tables").joinpath("columns.toml").read_text("utf-8"))
