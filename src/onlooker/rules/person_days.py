"""The days that rules look at: what one person does under several spellings of an id counts as one.

The ids of a person fold together (case, marks, spaces). Of each person and day one id leads, the one with most
customers; a limit for people is held against what all of them did, and speaks once.
"""

from __future__ import annotations

from onlooker.engines.protocol import Engine
from onlooker.engines.sql_text import literal
from onlooker.schema.same_person import spellings

TABLE = "rule_days"
LEADS = "leads"
"""Column: whether the id stands for the person that day."""
SUMMED = {
    "customers": "customers + coalesce(other_spellings, 0)",
    "reveals": "coalesce(sum(reveals) OVER person, 0)",
    "exported_rows": "coalesce(sum(exported_rows) OVER person, 0)",
}
"""Counts of `actor_days` that are a person's; those that look at the same customer can't be added up."""


def make_person_days(engine: Engine) -> None:
    """Make `rule_days` of `actor_days`, with the columns of SUMMED as a person's; counts that were not made are 0."""
    held = engine.columns("actor_days")
    absent = "".join(f", CAST(0 AS BIGINT) AS {name}" for name in (*SUMMED, "other_spellings") if name not in held)
    counted = f"(SELECT *{absent} FROM actor_days)"
    persons = spellings(name for (name,) in engine.rows("SELECT DISTINCT agent_id FROM actor_days"))
    if not persons:
        engine.view(TABLE, f"SELECT *, TRUE AS {LEADS} FROM {counted} d")
        return
    rows = ", ".join(f"({literal(name)}, {literal(person)})" for name, person in sorted(persons.items()))
    columns = ", ".join(f"{SUMMED.get(name, name)} AS {name}" for name in held if name not in ("person",))
    added = "".join(f", {SUMMED[name]} AS {name}" for name in SUMMED if name not in held)
    engine.table(
        TABLE,
        f"""SELECT {columns}{added}, row_number() OVER (PARTITION BY person, day ORDER BY customers DESC NULLS LAST,
                agent_id NULLS FIRST) = 1 AS {LEADS}
            FROM (SELECT d.*, coalesce(s.person, d.agent_id) AS person FROM {counted} d
                  LEFT JOIN (SELECT * FROM (VALUES {rows}) AS v(name, person)) s ON s.name = d.agent_id) d
            WINDOW person AS (PARTITION BY person, day)""",
    )
