"""Staged rows of each side table -> the tables of CONTEXT, in the log's ids, zones and days."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from onlooker.engines.protocol import Engine
from onlooker.ingest.quoting import strings
from onlooker.ingest.records import temporary
from onlooker.ingest.side_tables.contacts_table import about_direction, make_contacts, timed
from onlooker.ingest.side_tables.identities import Systems, to_entities, to_log_ids
from onlooker.ingest.side_tables.zones import define_naive, instant_sql, make_offsets, naive_sql, zones_of
from onlooker.ingest.times import Zone
from onlooker.ingest.validate import DAY
from onlooker.schema.days import AFTER_ALL, BEFORE_ALL
from onlooker.schema.tables import (
    CTX_AGENTS,
    CTX_ASSIGNEES,
    CTX_CALENDAR,
    CTX_CONTACTS,
    CTX_CUSTOMERS,
    CTX_LEAVE,
    CTX_ROSTER,
    CTX_TICKETS,
    Table,
)


@dataclass
class Builder:
    """Makes the tables one after the other; those of agents come first, for their zones are needed later."""

    engine: Engine
    systems: Systems
    zone: Zone | None
    """Of wall clocks that nothing else places."""
    zones: dict[str, Zone] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def agents(self, staged: str | None, site_zones: Mapping[str, str]) -> None:
        """Make `ctx_agents` and `ctx_offsets`."""
        if staged is None:
            self._nothing(CTX_AGENTS)
        else:
            temporary(
                self.engine,
                staged,
                f"SELECT *, coalesce(valid_from, {BEFORE_ALL}) AS from_day, {AFTER_ALL} AS to_day FROM {staged}",
            )
            to_log_ids(self.engine, staged, "agent_id", self.systems.agents)
            to_entities(self.engine, staged, "manager", self.systems.agents, "greatest(x.from_day, 0)")
            self.zones, unknown = zones_of(self.engine, f"SELECT zone FROM {staged}")
            if unknown:
                self.notes.append(
                    f"The agents table names zones that do not exist and are passed over: {', '.join(unknown[:5])}."
                )
            known = strings(self.zones) or "NULL"
            # Days after a row with a later date begin are that row's.
            ends = "lead(from_day) OVER (PARTITION BY agent_id ORDER BY from_day)"
            turn = "row_number() OVER (PARTITION BY agent_id, from_day ORDER BY file_no DESC, line DESC)"
            self.engine.table(
                CTX_AGENTS.name,
                f"""SELECT agent_id, team, manager, queue, site, CASE WHEN zone IN ({known}) THEN zone END AS zone,
                role, hire_date AS hire_day, leave_date AS leave_day, "left" AS has_left, actor_type, vendor, from_day,
                least(to_day, coalesce({ends}, {AFTER_ALL})) AS to_day
                FROM (SELECT * FROM {staged} QUALIFY {turn} = 1)""",
            )
            self._tell_undated_leavers()
        make_offsets(self.engine, site_zones, self.zones)

    def _tell_undated_leavers(self) -> None:
        ((undated,),) = self.engine.rows(
            f"SELECT count(DISTINCT agent_id) FROM {CTX_AGENTS.name} WHERE has_left AND leave_day IS NULL"
        )
        if undated:
            self.notes.append(
                f"{undated:,} agents are said to have left without a date: views after leaving can't be told for them."
            )

    def tickets(self, staged: str | None) -> None:
        """Make `ctx_tickets` and `ctx_assignees`."""
        if staged is None:
            self._nothing(CTX_TICKETS)
            self._nothing(CTX_ASSIGNEES)
            return
        naive = {w: self.zone.of_wall(w) if self.zone else "0" for w in ("opened_w", "closed_w", "assigned_w")}
        temporary(
            self.engine,
            staged,
            f"""SELECT ticket_id, customer_id, assignee, opened_by,
            {instant_sql("opened_w", "opened_o", naive["opened_w"])} AS opened_us,
            {instant_sql("closed_w", "closed_o", naive["closed_w"])} AS closed_us,
            {instant_sql("assigned_w", "assigned_o", naive["assigned_w"])} AS assigned_us FROM {staged}""",
        )
        day = f"coalesce(x.opened_us, x.closed_us, 0) // {DAY}"
        to_log_ids(self.engine, staged, "customer_id", self.systems.customers, day)
        for column in ("assignee", "opened_by"):
            to_entities(self.engine, staged, column, self.systems.agents, day)
        # A translation can bring two rows to the same pair.
        self.engine.table(
            CTX_TICKETS.name,
            f"""SELECT ticket_id, customer_id, count(customer_id) OVER (PARTITION BY ticket_id) AS customers, assignee,
            opened_by, opened_us, closed_us
            FROM (SELECT ticket_id, customer_id, min(assignee) AS assignee, min(opened_by) AS opened_by,
                         min(opened_us) AS opened_us,
                         CASE WHEN count(*) = count(closed_us) THEN max(closed_us) END AS closed_us
                  FROM {staged} GROUP BY ticket_id, customer_id)""",
        )
        # Of a ticket some of whose rows say since when, the others hold from its opening on.
        self.engine.table(
            CTX_ASSIGNEES.name,
            f"""SELECT DISTINCT ticket_id, assignee, coalesce(assigned_us, opened_us, 0) AS from_us, opened_by
            FROM {staged} WHERE ticket_id IN (SELECT ticket_id FROM {staged} WHERE assigned_us IS NOT NULL)""",
        )

    def roster(self, staged: str | None) -> None:
        """Make `ctx_roster`. Clocks without an offset are those of the agent's zone."""
        if staged is None:
            self._nothing(CTX_ROSTER)
            return
        day = f"x.shift_start_w // {DAY}"
        to_log_ids(self.engine, staged, "agent_id", self.systems.agents, day)
        start, end = self._instants(staged, day, ("shift_start", "shift_end"))
        shifts = f"SELECT agent_id, {start} AS start_us, {end} AS end_us FROM {staged}"
        order = "PARTITION BY agent_id ORDER BY start_us, end_us ROWS"
        before = f"max(end_us) OVER ({order} BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        # A break of less than an hour does not end a shift.
        begun = f"""SELECT *, CASE WHEN start_us <= {before} + {DAY // 24} THEN 0 ELSE 1 END AS begins FROM ({shifts})
            WHERE start_us < end_us"""
        run = f"sum(begins) OVER ({order} UNBOUNDED PRECEDING)"
        whole = f"""SELECT agent_id, min(start_us) AS start_us, max(end_us) AS end_us
            FROM (SELECT *, {run} AS run FROM ({begun})) GROUP BY agent_id, run"""
        # A row per day that it touches, an hour's grace included, makes finding a shift a look-up.
        days = f"unnest(range((start_us - {DAY // 24}) // {DAY}, (end_us + {DAY // 24}) // {DAY} + 1))"
        self.engine.table(
            CTX_ROSTER.name, f"SELECT agent_id, start_us, end_us, CAST({days} AS BIGINT) AS utc_day FROM ({whole})"
        )

    def contacts(self, staged: str | None, mapping: Collection[str]) -> None:
        """Make `ctx_contacts`; `mapping` are the columns that the table has. Clocks are read as those of the roster."""
        if staged is None:
            self._nothing(CTX_CONTACTS)
            return
        day = f"x.start_w // {DAY}"
        to_log_ids(self.engine, staged, "agent_id", self.systems.agents, day)
        to_log_ids(self.engine, staged, "customer_id", self.systems.customers, day)
        start, end = self._instants(staged, day, ("start", "end"))
        timed(self.engine, staged, start, end)
        make_contacts(self.engine, staged)
        self.notes += about_direction({"direction", "channel"} & set(mapping))

    def _instants(self, staged: str, day: str, names: Collection[str]) -> list[str]:
        """Add the agent's zone to `staged`; SQL of the instants, where clocks without an offset are of that zone."""
        zones = f"""SELECT x.*, a.zone FROM {staged} x LEFT JOIN {CTX_AGENTS.name} a
            ON a.agent_id = x.agent_id AND {day} >= a.from_day AND {day} < a.to_day"""
        temporary(self.engine, staged, zones)
        define_naive(self.engine, self.zones, self.zone)
        return [instant_sql(f"{w}_w", f"{w}_o", naive_sql(f"{w}_w", "zone")) for w in names]

    def leave(self, staged: str | None) -> None:
        """Make `ctx_leave`. An absence without an end lasts one day."""
        if staged is None:
            self._nothing(CTX_LEAVE)
            return
        to_log_ids(self.engine, staged, "agent_id", self.systems.agents, 'x."from"')
        days = f'SELECT agent_id, "from" AS from_day, coalesce("to", "from") + 1 AS to_day FROM {staged}'
        order = "PARTITION BY agent_id ORDER BY from_day, to_day ROWS"
        before = f"max(to_day) OVER ({order} BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
        begun = f"SELECT *, CASE WHEN from_day <= {before} THEN 0 ELSE 1 END AS begins FROM ({days})"
        run = f"SELECT *, sum(begins) OVER ({order} UNBOUNDED PRECEDING) AS run FROM ({begun})"
        self.engine.table(
            CTX_LEAVE.name,
            f"SELECT agent_id, min(from_day) AS from_day, max(to_day) AS to_day FROM ({run}) GROUP BY agent_id, run",
        )

    def customers(self, staged: str | None, high_tiers: Collection[str]) -> None:
        """Make `ctx_customers`."""
        if staged is None:
            self._nothing(CTX_CUSTOMERS)
            return
        to_log_ids(self.engine, staged, "customer_id", self.systems.customers, "0")
        to_entities(self.engine, staged, "owner_agent", self.systems.agents, "0")
        high = f"coalesce(lower(tier) IN ({strings(name.lower() for name in high_tiers)}), false)"
        self.engine.table(
            CTX_CUSTOMERS.name,
            f"""SELECT customer_id, min(tier) AS tier, bool_or({high} OR coalesce(vip, false)) AS high,
            min(region) AS region, min(owner_agent) AS owner_agent, bool_or(coalesce(canary, false)) AS canary
            FROM {staged} GROUP BY customer_id""",
        )
        tiers = self.engine.rows(
            f"""SELECT tier, count(*) FILTER (WHERE high) FROM {CTX_CUSTOMERS.name}
            WHERE tier IS NOT NULL GROUP BY tier ORDER BY tier"""
        )
        if tiers and not any(high for _, high in tiers):
            named = ", ".join(tier for tier, _ in tiers[:8])
            self.notes.append(
                f"None of the customers' tiers is known as a high one ({named}): high_tiers under [context] in "
                "onlooker.toml says which are."
            )

    def calendar(self, staged: str | None) -> None:
        """Make `ctx_calendar`: one row per customer where customers are named."""
        if staged is None:
            self._nothing(CTX_CALENDAR)
            return
        last = 'least(coalesce("to", expires, "from"), coalesce(expires, "to", "from"))'
        customer = (
            "unnest(CASE WHEN customers IS NULL THEN [NULL] ELSE regexp_split_to_array(customers, '\\s*[;|]\\s*') END)"
        )
        temporary(
            self.engine,
            staged,
            f"""SELECT kind, name, site, queue, team, agent_id, {customer} AS customer_id, approver,
            "from" AS from_day, {last} + 1 AS to_day FROM {staged}""",
        )
        to_log_ids(self.engine, staged, "agent_id", self.systems.agents, "x.from_day")
        to_log_ids(self.engine, staged, "customer_id", self.systems.customers, "x.from_day")
        to_entities(self.engine, staged, "approver", self.systems.agents, "x.from_day")
        teams = f"""SELECT coalesce(l.entity, a.agent_id) AS entity, max(a.team) AS team FROM {CTX_AGENTS.name} a
            LEFT JOIN ctx_logins l ON l.agent_id = a.agent_id GROUP BY ALL"""
        self.engine.table(
            CTX_CALENDAR.name,
            f"""SELECT DISTINCT kind, name, site, queue, c.team, agent_id, nullif(customer_id, '') AS customer_id,
            approver, t.team AS approver_team, from_day, to_day
            FROM {staged} c LEFT JOIN ({teams}) t ON t.entity = c.approver""",
        )

    def _nothing(self, table: Table) -> None:
        self.engine.table(table.name, table.nothing)
