"""When: visits in hours that are unusual for the agent, outside the roster, or during leave."""

from onlooker.features.feature import Feature
from onlooker.schema.actors import ROUND_THE_CLOCK

RARE_HOUR = 0.02
"""An hour that holds less than this share of the agent's visits is unusual for the agent."""

PRIOR_VISITS = 20
"""How many visits of the peers' habit an agent's own habit is mixed with."""

FEATURES = (
    Feature(
        "off_hours", "hours", f"usual_share < {RARE_HOUR}", "visits in hours unusual for the agent", needs=("hour",),
        looks_back=True, short="odd hours"),
    Feature(
        "off_roster", "visits", "rostered AND NOT on_shift", "visits outside the agent's shifts",
        needs_context=("roster",), short="off shift"),
    Feature("on_leave", "visits", "on_leave", "visits on days of leave", needs_context=("leave",), short="on leave"),
    Feature(
        "rostered", "visits", "rostered", "visits while a roster is there to judge them", needs_context=("roster",),
        scored=False,
    ),
)  # fmt: skip

# Where there is a roster it is believed, not the habit.
BELIEVED = {
    "off_hours": "CASE WHEN coalesce(rostered, 0) > 0 THEN coalesce(off_roster, 0) ELSE coalesce(off_hours, 0) END"
}

VISIT_HOURS = "SELECT agent_id, day, hour, count(*) AS visits FROM visits GROUP BY agent_id, day, hour"

# As AGENT_DAYS knows it; of an account whose type nobody names, a day round the clock is no person's.
MACHINES = f"""
SELECT d.agent_id, d.day FROM (SELECT agent_id, day, count(*) AS hours FROM visit_hours GROUP BY agent_id, day) d
LEFT JOIN event_days e ON e.agent_id = d.agent_id AND e.day = d.day
LEFT JOIN ctx_agents a ON a.agent_id = d.agent_id AND d.day >= a.from_day AND d.day < a.to_day
WHERE coalesce(e.actor_type, a.actor_type, CASE WHEN d.hours >= {ROUND_THE_CLOCK} THEN 'service' END) <> 'human'
"""
AGENT_HOURS = f"""
SELECT h.agent_id, h.day, h.hour, h.visits, m.agent_id IS NOT NULL AS machine
FROM visit_hours h LEFT JOIN ({MACHINES}) m ON m.agent_id = h.agent_id AND m.day = h.day
"""

# Own habit of the last 84 days, and the habit of all people, or of all machines, up to and including the day.
USUAL_HOURS = """
SELECT h.agent_id, h.day, h.hour, h.visits,
       (coalesce(h.own, 0) + {prior} * coalesce(p.visits, 0) / nullif(CAST(a.visits AS DOUBLE), 0))
         / (coalesce(t.own, 0) + {prior}) AS usual_share
FROM (SELECT *, sum(visits) OVER (PARTITION BY agent_id, hour ORDER BY day NULLS FIRST
        RANGE BETWEEN {memory} PRECEDING AND 1 PRECEDING) AS own FROM agent_hours) h
JOIN (SELECT agent_id, day, sum(visits) OVER (PARTITION BY agent_id ORDER BY day NULLS FIRST
        RANGE BETWEEN {memory} PRECEDING AND 1 PRECEDING) AS own
      FROM (SELECT agent_id, day, sum(visits) AS visits FROM agent_hours GROUP BY agent_id, day) x) t
  ON t.agent_id = h.agent_id AND t.day = h.day
JOIN (SELECT machine, day, hour, sum(visits) OVER (PARTITION BY machine, hour ORDER BY day NULLS FIRST
        RANGE BETWEEN {memory} PRECEDING AND CURRENT ROW) AS visits
      FROM (SELECT machine, day, hour, sum(visits) AS visits FROM agent_hours GROUP BY machine, day, hour) x) p
  ON p.machine = h.machine AND p.day = h.day AND p.hour = h.hour
JOIN (SELECT machine, day, sum(visits) OVER (PARTITION BY machine ORDER BY day NULLS FIRST
        RANGE BETWEEN {memory} PRECEDING AND CURRENT ROW) AS visits
      FROM (SELECT machine, day, sum(visits) AS visits FROM agent_hours GROUP BY machine, day) x) a
  ON a.machine = h.machine AND a.day = h.day
WHERE h.day >= {since}
"""
