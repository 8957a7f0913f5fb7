"""How many records, and how much of them."""

from onlooker.features.feature import Feature

FEATURES = (
    Feature("customers", "visits", "TRUE", "distinct customers", short="customers"),
    Feature("exports", "events", "action = 'export'", "exports", needs=("action",)),
    Feature("reveals", "events", "action = 'reveal'", "reveals of masked fields", needs=("action",), short="reveals"),
    Feature("searches", "events", "action IN ('search', 'list')", "searches", needs=("action",)),
)
