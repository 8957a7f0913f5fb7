"""What an analyst can say of a case when closing it."""

from __future__ import annotations

from typing import Literal

VerdictKind = Literal["confirmed", "benign", "false alarm", "unsure"]
VERDICTS: tuple[VerdictKind, ...] = ("confirmed", "benign", "false alarm", "unsure")
"""Benign: the visits had a reason, which becomes an explanation. False alarm: the alert should not have been."""
