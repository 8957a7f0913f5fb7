"""A new login without a past."""

from __future__ import annotations

from onlooker.simulation.campaigns import breach
from onlooker.simulation.campaigns.story import Kind

KIND = Kind(
    "new_account",
    "Gets a new login, works under it from then on, and photographs 105 records a day from its first day.",
    breach.counts,
    start=0.5,
    logins="new",
    traces=("login",),
)
