"""Runs a whole simulated organisation and lays out its log, its side tables and the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from onlooker.errors import UsageError
from onlooker.simulation import log_tables as layout
from onlooker.simulation.arrays import Bools, stream
from onlooker.simulation.campaigns import Campaign
from onlooker.simulation.damage import damage
from onlooker.simulation.demand import Customers
from onlooker.simulation.lines import write_up
from onlooker.simulation.nuisances import Nuisance, apply, settle
from onlooker.simulation.organisation import SITES, Site, staff
from onlooker.simulation.plant import plant
from onlooker.simulation.roster import plan as draw_up
from onlooker.simulation.working_days import Office


@dataclass(frozen=True)
class Simulated:
    """A log and what belongs to it. All ids are strings, all days local to their agent.

    events: timestamp (microseconds since 1970 UTC), agent_id, customer_id, action, ticket_id, record_type, team, queue,
        site, role, actor_type, session_id, event_id; in the order of the timestamps; null where the log says nothing
    agents: agent_id, team, site, zone, role, hire_date, actor_type, vendor; the role is the last one
    tickets: ticket_id, customer_id, assignee, opened, closed (as timestamp; null while open)
    roster: agent_id, day, shift_start, shift_end (as timestamp)
    truth: agent_id, day, views (planted visits of which the log has a line), campaign
    incidents: kind, agent_id (null where everybody is meant), where, first, last (days, both included); none is misuse
    planted: for each event, whether it belongs to a campaign
    """

    events: pa.Table
    agents: pa.Table
    tickets: pa.Table
    roster: pa.Table
    truth: pa.Table
    incidents: pa.Table
    planted: Bools


def simulate(
    *,
    agents: int = 40,
    days: int = 90,
    seed: int = 0,
    start: str = "2026-01-05",
    sites: Sequence[Site] = SITES,
    campaigns: Sequence[Campaign] = (),
    nuisances: Sequence[Nuisance] = (),
    pace: float = 28.0,
    depth: float = 1.3,
    customers: int = 0,
) -> Simulated:
    """Simulate a support organisation.

    `start` is the first local day; `pace` the distinct customers of an ordinary agent's full day; `depth` the log lines
    of a visit beyond the first; `customers` the size of the customer base (0: 1,500 per agent). Campaigns leave the
    ordinary work of the same seed as it is. Raises UsageError for what can't be simulated.
    """
    if agents < 1 or days < 1 or not sites:
        raise UsageError("a simulation needs at least one agent, one day and one site")
    first, places = date.fromisoformat(start), tuple(sites)
    base = Customers(customers or 1500 * agents)
    people = staff(agents, places, pace, depth, stream(seed, "staff"))
    plan = draw_up(people, places, first, days, stream(seed, "plan"))
    spells = settle(nuisances, plan, seed)
    apply(spells, plan, seed)
    work, tickets = Office(plan, base, stream(seed, "work")).run()
    visits = plant(campaigns, plan, work, base, seed)
    lines = write_up(visits, plan, seed)
    lines, shown = damage(spells, lines, visits, plan, seed)
    opened, closed = layout.life(tickets, work, plan)
    ids = layout.Ids(base.count, opened, stream(seed, "ids"))
    return Simulated(
        events=layout.events(lines, shown, visits, plan, ids),
        agents=layout.agents(plan),
        tickets=layout.tickets(tickets, opened, closed, plan, ids),
        roster=layout.roster(plan),
        truth=layout.truth(lines, visits, plan, campaigns),
        incidents=layout.incidents(spells, plan),
        planted=np.asarray(visits.campaign[lines.visit] >= 0),
    )
