"""Searches that lead nowhere: names looked up, records not opened."""

from onlooker.features.feature import Feature

FEATURES = (
    Feature(
        "idle_searches", "days", "greatest(coalesce(searches, 0) - coalesce(customers, 0), 0)",
        "more searches than records opened", needs=("action",), short="idle searches"),
)  # fmt: skip
