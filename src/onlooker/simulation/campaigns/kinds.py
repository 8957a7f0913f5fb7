"""All kinds of campaigns, in the order in which the documents tell of them."""

from __future__ import annotations

from difflib import get_close_matches

from onlooker.errors import UsageError
from onlooker.simulation.campaigns import (
    backdated,
    before_leaving,
    behind_ai,
    breach,
    bursts,
    colleagues_tickets,
    creeping,
    few_days,
    few_unexplained,
    from_day_one,
    gig_insider,
    high_value,
    id_sequence,
    in_place_of_work,
    login_spellings,
    loud,
    made_up_tickets,
    mimicry,
    new_account,
    off_hours,
    only_live,
    ring,
    ring_recruits,
    same_victims,
    search_only,
    slow,
    snoop,
    stalked,
    under_tickets,
)
from onlooker.simulation.campaigns.story import Kind

KINDS = (
    loud.KIND,
    breach.KIND,
    bursts.KIND,
    few_days.KIND,
    slow.KIND,
    under_tickets.KIND,
    only_live.KIND,
    creeping.KIND,
    mimicry.KIND,
    off_hours.KIND,
    snoop.KIND,
    few_unexplained.KIND,
    high_value.KIND,
    stalked.KIND,
    same_victims.KIND,
    ring.KIND,
    ring_recruits.KIND,
    gig_insider.KIND,
    behind_ai.KIND,
    before_leaving.KIND,
    search_only.KIND,
    made_up_tickets.KIND,
    colleagues_tickets.KIND,
    new_account.KIND,
    from_day_one.KIND,
    in_place_of_work.KIND,
    id_sequence.KIND,
    login_spellings.KIND,
    backdated.KIND,
)
BY_NAME = {kind.name: kind for kind in KINDS}


def kind_named(name: str) -> Kind:
    """Return the kind of this name. Raises UsageError, with the names that are close."""
    if name not in BY_NAME:
        near = get_close_matches(name, BY_NAME, 2)
        hint = f"Did you mean {' or '.join(near)}?" if near else f"The kinds are {', '.join(BY_NAME)}."
        raise UsageError(f"no campaign is called {name}", hint)
    return BY_NAME[name]
