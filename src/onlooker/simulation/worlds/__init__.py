"""Organisations to simulate. Each is a short file; all of them stand in `WORLDS`."""

from __future__ import annotations

from difflib import get_close_matches

from onlooker.errors import UsageError
from onlooker.simulation.worlds import call_centre, chat_desk, clinic, demo_world, gig_market, legacy, small_office
from onlooker.simulation.worlds.world import COLUMNS, World

WORLDS = (
    call_centre.WORLD,
    clinic.WORLD,
    chat_desk.WORLD,
    gig_market.WORLD,
    small_office.WORLD,
    legacy.WORLD,
    demo_world.WORLD,
)
BY_NAME = {world.name: world for world in WORLDS}


def world_named(name: str) -> World:
    """Return the world of this name. Raises UsageError, with the names that are close."""
    if name not in BY_NAME:
        near = get_close_matches(name, BY_NAME, 2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"The worlds are {', '.join(BY_NAME)}."
        raise UsageError(f"no world is called {name}", hint)
    return BY_NAME[name]


__all__ = ["BY_NAME", "COLUMNS", "WORLDS", "World", "world_named"]
