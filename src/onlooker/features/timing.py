"""When: visits in hours that are unusual for the agent, outside the roster, or during leave."""

from onlooker.features.feature import Feature
from onlooker.features.reach import GIVEN
from onlooker.schema.explanations import IS_UNEXPLAINED

IN_UNUSUAL = "(hours & apart) <> 0 OR (reasonless AND (hours & unusual) <> 0)"
OUTSIDE = "off_shift AND (reasonless OR (hours & apart) <> 0)"
"""Hours alone are no reason for an alert: a look must have no good reason, or lie apart from the day's usual hours."""

FEATURES = (
    Feature(
        "off_hours", "hours", f"CASE WHEN off_shift IS NULL THEN {IN_UNUSUAL} ELSE {OUTSIDE} END",
        "visits in hours unusual for the agent", needs=("hour",), looks_back=True, short="odd hours",
    ),
    Feature(
        "off_roster", "hours", OUTSIDE, "visits outside the agent's shifts", needs_context=("roster",),
        short="off shift",
    ),
    Feature("on_leave", "visits", "on_leave", "visits on days of leave", needs_context=("leave",), short="on leave"),
    Feature(
        "rostered", "visits", "rostered", "visits while a roster is there to judge them", needs_context=("roster",),
        scored=False,
    ),
)  # fmt: skip

# Nearly all visits have one hour, so few rows stand for all of them. Others chose the hours of samples: they have none.
VISIT_HOURS = f"""
SELECT agent_id, day, hour, CASE WHEN {GIVEN} THEN 0 ELSE hours END AS hours,
       off_shift > 0 AND NOT {GIVEN} AS off_shift,
       events = 1 OR {IS_UNEXPLAINED} AS bare, ticket_id IS NULL AND contact IS NULL AS ticketless, count(*) AS visits
FROM visits GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
AGENT_HOURS = "SELECT agent_id, day, hour, CAST(sum(visits) AS BIGINT) AS visits FROM visit_hours GROUP BY 1, 2, 3"

# That a visit has no ticket says something where most visits of the day have one.
TICKET_DAYS = """
SELECT day FROM visit_hours GROUP BY day HAVING 2 * sum(CASE WHEN ticketless THEN 0 ELSE visits END) >= sum(visits)
"""
OFF_HOURS = f"""
SELECT v.agent_id, v.day, v.hours, v.off_shift, v.visits, coalesce(u.unusual, 0) AS unusual,
       coalesce(u.apart, 0) AS apart, v.bare OR (v.ticketless AND t.day IS NOT NULL) AS reasonless
FROM visit_hours v LEFT JOIN unusual_hours u ON u.agent_id = v.agent_id AND u.day = v.day
LEFT JOIN ({TICKET_DAYS}) t ON t.day = v.day
"""
