"""The same login, written in several ways."""

from __future__ import annotations

from onlooker.simulation.campaigns import breach
from onlooker.simulation.campaigns.story import Kind

KIND = Kind(
    "login_spellings",
    "105 records a day, spread over three spellings of the login that the system takes for the same.",
    breach.counts,
    start=0.5,
    logins="spellings",
    traces=("login",),
)
