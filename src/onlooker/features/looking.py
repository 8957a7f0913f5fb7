"""All looking, opened or not: what patterns and rules judge beside the records that were opened. None is scored."""

from onlooker.features.feature import Feature

MOST = 10**9
"""Rows of one line that are believed: no table is longer."""
TAKEN = f"CASE WHEN rows > 0 THEN least(rows, {MOST}) ELSE 0 END"

FEATURES = (
    Feature(
        "looked_up", "work", "looked_up", "customers looked up by name and not opened", needs=("action",), scored=False,
    ),
    Feature(
        "other_spellings", "work", "other_spellings", "customers looked at under another spelling of the id",
        scored=False,
    ),
    Feature(
        "exported_rows", "events", "action = 'export'", "exported rows", needs=("action", "rows"), scored=False,
        amount=f"{TAKEN} - CASE WHEN customer_id IS NOT NULL AND rows > 0 THEN 1 ELSE 0 END",
    ),
    Feature(
        "listed_rows", "events", "action IN ('search', 'list')", "listed rows", needs=("action", "rows"), scored=False,
        amount=TAKEN,
    ),
    Feature(
        "in_sequence", "work", "in_sequence", "customers whose number follows the one opened before", scored=False,
    ),
    Feature("hours_of_day", "work", "hours_of_day", "hours with activity, as bits", scored=False),
)  # fmt: skip

# Of the customers named in searches and lists those whom no other line of the day shows.
LOOKED_UP = """
SELECT agent_id, day, count(*) AS looked_up
FROM (SELECT e.agent_id, e.customer_id, e.day,
             count(CASE WHEN e.action NOT IN ('search', 'list') THEN 1 END) AS opened
      FROM events e
      JOIN (SELECT DISTINCT agent_id, customer_id, day FROM events WHERE {named}) n
        ON n.agent_id = e.agent_id AND n.customer_id = e.customer_id AND n.day = e.day
      GROUP BY e.agent_id, e.customer_id, e.day) looked
WHERE opened = 0 GROUP BY agent_id, day
"""
NAMED = "customer_id IS NOT NULL AND action IN ('search', 'list')"

# The number that an id ends with; of numbers with more digits than a count of people has nobody leafs through.
IN_SEQUENCE = """
SELECT agent_id, day, count(*) AS in_sequence
FROM (SELECT agent_id, day, customer_id, lag(customer_id) OVER of_day AS before,
             number - lag(number) OVER of_day AS step
      FROM (SELECT agent_id, day, first_us, customer_id,
                   CAST(nullif(regexp_extract(customer_id, '([0-9]{{1,15}})$', 1), '') AS BIGINT) AS number
            FROM visits WHERE NOT {given}) numbered
      WINDOW of_day AS (PARTITION BY agent_id, day ORDER BY first_us NULLS FIRST, customer_id NULLS FIRST)) steps
WHERE step BETWEEN -{near} AND {near} AND step <> 0
  AND regexp_replace(customer_id, '[0-9]+$', '') = regexp_replace(before, '[0-9]+$', '')
GROUP BY agent_id, day
"""
NEAR = 2
"""Numbers so close follow each other: some of a list may be gone."""

LOOKS = """
SELECT DISTINCT s.person, e.agent_id, e.customer_id, e.day
FROM events e JOIN ({spellings}) s ON s.agent_id = e.agent_id WHERE e.customer_id IS NOT NULL
"""
OTHER_SPELLINGS = """
SELECT o.agent_id, o.day, p.customers - o.customers AS other_spellings
FROM (SELECT person, agent_id, day, count(*) AS customers FROM ({looks}) own GROUP BY person, agent_id, day) o
JOIN (SELECT person, day, count(*) AS customers
      FROM (SELECT DISTINCT person, customer_id, day FROM ({looks}) persons) p GROUP BY person, day) p
  ON p.person = o.person AND p.day = o.day
"""
NO_ROWS = "SELECT agent_id, day, 0 AS {name} FROM event_days WHERE 1 = 0"
