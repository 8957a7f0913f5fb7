"""Without a reason: views that no ticket and nothing in the log explains."""

from onlooker.features.feature import Feature
from onlooker.features.reach import GIVEN
from onlooker.schema.explanations import IS_UNEXPLAINED

WITHOUT = f"ticket_id IS NULL AND NOT {GIVEN}"

FEATURES = (
    Feature(
        "unexplained", "visits", IS_UNEXPLAINED, "visits without an explanation",
        looks_back=True, short="no reason"),
    Feature(
        "weakly_explained", "visits", "strength <> 'strong'", "visits that nobody else explains",
        looks_back=True, short="no reason from others"),
    Feature("no_ticket", "visits", WITHOUT, "visits without a ticket", needs=("ticket_id",), short="no ticket"),
    Feature(
        "no_ticket_new", "visits", f"{WITHOUT} AND explanation <> 'continued'",
        "visits without a ticket to customers not in the agent's own work", needs=("ticket_id",), looks_back=True,
        short="no ticket, not own work"),
    Feature(
        "mismatched", "visits", "explanation = 'mismatch'", "visits whose ticket does not explain them",
        needs=("ticket_id",), looks_back=True, short="wrong ticket"),
    Feature(
        "self_opened", "visits", "self_opened", "visits under a ticket that the agent opened", needs=("ticket_id",),
        needs_context=("tickets.opened_by",), short="own ticket",
    ),
    Feature(
        "outside_contacts", "visits", f"outside_contacts AND NOT {GIVEN}",
        "visits outside the contacts that the agent handled", needs_context=("contacts",), short="outside contacts",
    ),
)  # fmt: skip
