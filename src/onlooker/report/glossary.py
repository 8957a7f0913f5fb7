"""What an analyst can do about a reason: the paragraphs of docs/signals.md, which come with the package."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onlooker.schema.findings import Alert

MOST_CHECKS = 3


@dataclass(frozen=True)
class Paragraph:
    """What the page says of one signal or rule."""

    name: str
    meaning: str
    innocent: str
    """What raises it without anything being wrong."""
    check: str
    """What to look at next."""


@cache
def paragraphs() -> dict[str, Paragraph]:
    """All signals and rules by name."""
    page = files("onlooker.report").joinpath("signals.md").read_text(encoding="utf-8")
    found = {}
    for text in re.split(r"^#+ ", page, flags=re.MULTILINE):
        match = _PARAGRAPH.fullmatch(text.strip())
        if match:
            found[match["name"]] = Paragraph(match["name"], *(_plain(match[part]) for part in _PARTS))
    return found


def sections() -> dict[str, str]:
    """The whole text of the page on each signal, rule and pattern, as it stands there."""
    page = files("onlooker.report").joinpath("signals.md").read_text(encoding="utf-8")
    texts = (text.strip() for text in re.split(r"^#+ ", page, flags=re.MULTILINE))
    return {text.partition("\n")[0]: text for text in texts if text.partition("\n")[0] in paragraphs()}


def about(alerts: Iterable[Alert]) -> list[Paragraph]:
    """The paragraphs of what speaks for `alerts`, in the order of the page."""
    named = {reason.signal for alert in alerts for reason in alert.reasons}
    return [paragraph for name, paragraph in paragraphs().items() if name in named]


def checks(alert: Alert) -> list[str]:
    """What to look at next, the strongest reason's first."""
    known = paragraphs()
    found = [known[reason.signal].check for reason in alert.reasons if reason.signal in known]
    return list(dict.fromkeys(found))[:MOST_CHECKS]


def _plain(text: str) -> str:
    """Markdown as a sentence: without emphasis, links and line breaks, beginning with a capital."""
    words = " ".join(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).replace("**", "").replace("`", "").split())
    return words[:1].upper() + words[1:]


# What a signal needs stands behind its checks; where it spoke, it had it.
_PARTS = ("meaning", "innocent", "check")
_PARAGRAPH = re.compile(
    r"(?P<name>\w+)\n(?P<meaning>\*\*.*?)"
    r"\n- \*Innocent:\* (?P<innocent>.*?)\n- \*Check:\* (?P<check>.*?)(?:\s+Needs an? .*)?",
    re.DOTALL,
)
