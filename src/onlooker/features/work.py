"""Work as other systems count it: measures of exposure that looking at records does not inflate. None is scored."""

from onlooker.features.feature import Feature

DAY_US = 86_400_000_000

FEATURES = (
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

SHIFTS = f"""
SELECT s.agent_id, CAST((s.start_us + coalesce(o.offset_us, 0) - (s.start_us + coalesce(o.offset_us, 0)) % {DAY_US})
                        / {DAY_US} AS INTEGER) AS day,
       CAST(floor(sum(s.end_us - s.start_us) / 60000000) AS BIGINT) AS rostered_minutes
FROM (SELECT DISTINCT agent_id, start_us, end_us FROM ctx_roster) s
LEFT JOIN ctx_offsets o ON o.agent_id = s.agent_id AND s.start_us >= o.start_us AND s.start_us < o.end_us
GROUP BY 1, 2
"""
