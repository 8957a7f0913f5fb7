"""Whose records: how far from the work that the agent and the colleagues are doing."""

from onlooker.features.feature import Feature
from onlooker.schema.tables import RECENT_DAYS

GIVEN = "(explanation = 'sample' AND strength = 'strong')"
"""A review sample or a project that somebody outside the team stands for: such visits are chosen by others."""
NEW = f"(own_gap IS NULL AND NOT {GIVEN})"
NOBODY_LATELY = f"(colleagues = 0 AND (any_gap IS NULL OR any_gap > {RECENT_DAYS}) AND NOT {GIVEN})"
IN_WORK = "(colleagues > 0 OR recent_colleagues > 0)"

FEATURES = (
    Feature("new_customers", "visits", NEW, "customers new to the agent", looks_back=True, short="new customers"),
    Feature(
        "new_in_work", "visits", f"{NEW} AND {IN_WORK}", "new customers that colleagues work on", looks_back=True,
        short="new, in others' work",
    ),
    Feature(
        "lone", "visits", f"colleagues = 0 AND NOT {GIVEN}", "customers that no colleague saw that day",
        short="seen by nobody else",
    ),
    Feature(
        "orphans", "visits", NOBODY_LATELY, "customers nobody had seen for 14 days", looks_back=True,
        short="not seen for 14 days",
    ),
    Feature(
        "dormant", "visits", f"{NOBODY_LATELY} AND any_gap IS NOT NULL",
        "known customers nobody had seen for 14 days", looks_back=True, short="known, not seen for 14 days"),
)  # fmt: skip
