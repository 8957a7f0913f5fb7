"""How shallow: a record that is opened once and left."""

from onlooker.features.feature import Feature
from onlooker.features.reach import GIVEN, IN_WORK, NEW, NOBODY_LATELY

GLANCE = f"events = 1 AND NOT {GIVEN}"

FEATURES = (
    Feature("glances", "visits", GLANCE, "single glances", short="glances"),
    Feature(
        "new_glances", "visits", f"{GLANCE} AND {NEW}", "single glances at new customers", looks_back=True,
        short="glances, new",
    ),
    Feature(
        "lone_glances", "visits", f"{GLANCE} AND {NOBODY_LATELY}",
        "single glances at customers nobody had seen for 14 days", looks_back=True,
        short="glances, not seen for 14 days"),
    Feature(
        "glances_in_work", "visits", f"{GLANCE} AND {NEW} AND {IN_WORK}",
        "single glances at customers of colleagues", looks_back=True, short="glances, others' work"),
)  # fmt: skip
