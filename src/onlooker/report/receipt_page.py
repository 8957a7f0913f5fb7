"""The page of a month's receipt: one self-contained file without a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from onlooker.report.page import environment
from onlooker.schema.explanations import BY_NAME


def receipt_page(told: Mapping[str, Any]) -> str:
    """The page as HTML; `told` is what the receipt's JSON file has under `receipt`."""
    words = {name: one.of_visit for name, one in BY_NAME.items()}
    return environment().get_template("receipt.html").render(told=told, words=words)
