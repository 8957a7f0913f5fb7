"""Work as other systems count it: measures of exposure that looking at records does not inflate. None is scored."""

from onlooker.features.feature import Feature

DAY_US = 86_400_000_000

FEATURES = (
    Feature(
        "borrowed",
        "work",
        "borrowed",
        "visits under tickets that were never the agent's",
        needs_context=("tickets.assigned",),
        scored=False,
    ),
    Feature("tickets_closed", "work", "tickets_closed", "tickets closed", needs_context=("tickets",), scored=False),
    Feature(
        "rostered_minutes",
        "work",
        "rostered_minutes",
        "minutes of planned shifts",
        needs_context=("roster",),
        scored=False,
    ),
)

# By the local day of the agent where the zone is known, else by the day of UTC.
CLOSED = f"""
SELECT c.agent_id, CAST((c.closed_us + coalesce(o.offset_us, 0) - (c.closed_us + coalesce(o.offset_us, 0)) % {DAY_US})
                        / {DAY_US} AS INTEGER) AS day, count(DISTINCT c.ticket_id) AS tickets_closed
FROM (SELECT t.ticket_id, t.closed_us, coalesce(l.agent_id, t.assignee) AS agent_id
      FROM ctx_tickets t LEFT JOIN ctx_logins l ON l.entity = t.assignee
      WHERE t.closed_us IS NOT NULL AND t.assignee IS NOT NULL) c
LEFT JOIN ctx_offsets o ON o.agent_id = c.agent_id AND c.closed_us >= o.start_us AND c.closed_us < o.end_us
GROUP BY 1, 2
"""

EARLY_US = 3_600_000_000
"""A ticket may be assigned so long after the record was opened: the customer is on the telephone."""
# Only what the agent did on the ticket, or an assignment to the agent or the agent's queue, makes it the agent's.
BORROWED = f"""
SELECT agent_id, day, count(*) AS borrowed
FROM (SELECT v.agent_id, v.customer_id, v.day,
             max(CASE WHEN a.from_us <= v.last_us + {EARLY_US}
                       AND a.assignee IN (coalesce(l.entity, v.agent_id), coalesce(e.queue, w.queue, ''))
                      THEN 1 WHEN a.opened_by = coalesce(l.entity, v.agent_id) THEN 1 ELSE 0 END) AS mine
      FROM visits v
      JOIN ctx_assignees a ON a.ticket_id = v.ticket_id
      LEFT JOIN event_days e ON e.agent_id = v.agent_id AND e.day = v.day
      LEFT JOIN ctx_agents w ON w.agent_id = v.agent_id AND v.day >= w.from_day AND v.day < w.to_day
      LEFT JOIN ctx_logins l ON l.agent_id = v.agent_id AND v.day >= l.from_day AND v.day < l.to_day
      GROUP BY v.agent_id, v.customer_id, v.day) shown
WHERE mine = 0 GROUP BY agent_id, day
"""

SHIFTS = f"""
SELECT s.agent_id, CAST((s.start_us + coalesce(o.offset_us, 0) - (s.start_us + coalesce(o.offset_us, 0)) % {DAY_US})
                        / {DAY_US} AS INTEGER) AS day,
       CAST(floor(sum(s.end_us - s.start_us) / 60000000) AS BIGINT) AS rostered_minutes
FROM (SELECT DISTINCT agent_id, start_us, end_us FROM ctx_roster) s
LEFT JOIN ctx_offsets o ON o.agent_id = s.agent_id AND s.start_us >= o.start_us AND s.start_us < o.end_us
GROUP BY 1, 2
"""
