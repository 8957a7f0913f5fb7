"""Counts that hard rules look at; none of them is scored."""

from onlooker.features.feature import Feature

REPEATED_TIMES = 5
"""Days of the last 14 on which the agent looked at the same customer, each time without a reason."""

FEATURES = (
    Feature(
        "after_leaving", "visits", "after_leaving", "visits after the agent's last day", needs_context=("agents",),
        scored=False,
    ),
    Feature("canaries", "visits", "canary", "visits to canary records", needs_context=("customers",), scored=False),
    Feature(
        "own_records", "visits", "own_record", "visits to the agent's own record", needs_context=("customers",),
        scored=False,
    ),
    Feature(
        "colleague_records", "visits", "colleague_record", "visits to records of colleagues",
        needs_context=("customers",), scored=False,
    ),
    Feature(
        "untasked", "visits", "ticket_id IS NULL AND explanation <> 'sample'", "visits without a ticket or a project",
        needs=("ticket_id",), scored=False,
    ),
    Feature(
        "repeated", "work", "repeated", "customers looked at again and again without a reason", looks_back=True,
        scored=False,
    ),
)  # fmt: skip

# Only a customer whom the agent met shortly before can have been met five times in 14 days.
REPEATED = """
SELECT agent_id, day, count(*) AS repeated
FROM (SELECT agent_id, customer_id, day,
             count(*) OVER (PARTITION BY agent_id, customer_id ORDER BY day NULLS FIRST
                            RANGE BETWEEN {before} PRECEDING AND CURRENT ROW) AS times
      FROM (SELECT agent_id, customer_id, day FROM visits WHERE {unexplained} {past}) u
      WHERE (agent_id, customer_id) IN (SELECT agent_id, customer_id FROM visits
                                        WHERE own_gap <= {before} AND {unexplained})) t
WHERE times >= {times} AND day >= {since} GROUP BY agent_id, day
"""
PAST = """UNION ALL SELECT agent_id, customer_id, day FROM {past}
          WHERE {unexplained} AND day < {since} AND day >= {since} - {before}"""
