"""Words that stand for nothing: what databases and exports write, and what people type where a field is mandatory."""

from __future__ import annotations

OF_DATABASES = ("NULL", "null", "\\N")
"""As they are spelled here, in any column: other spellings can be names."""

OF_EXPORTS = (
    "null", "\\n", "nan", "nat", "undefined", "(null)", "<null>", "<na>", "n/a", "#n/a", "none", "(none)", "nil", "-",
    "--", "(blank)", "(not set)", "(empty)",
)  # fmt: skip
"""In small letters, in columns of ids: no agent, customer or ticket is called so. Reading takes them out."""

NO_TICKET = ("", *OF_EXPORTS, "0", "na", "unknown", "test", "tbd", "x")
"""In small letters: these, and what people type as a ticket where there is none, which can be an agent or customer."""
