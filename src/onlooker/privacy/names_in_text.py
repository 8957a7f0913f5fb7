"""Ids inside of sentences: where Onlooker's own sentences name somebody, and words that are an id that is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from onlooker.store.scrubbing import SHORTEST_NUMBER

MORE = r"(?: and [\d,]+ more)?"
SENTENCES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        rf"raises one alert a night, the largest: (?P<agents>.+?){MORE}\. They come up",
        r"^Of [\d,]+ lines of (?P<agent>.+?), [\d,]+ were rejected and ",
        r"^Raised again: \S+ \((?P<agent>.+?)\): ",
        r"^\d{4}-\d\d-\d\d, (?P<agent>.+?): ",
        rf"without an actor type: (?P<agents>.+?){MORE}\. They were recognised",
        r"^[\d,]+ (?P<kind>agent|customer) ids are [\d,]+ if case, marks and \.0 are ignored, such as "
        r"(?P<one>.+?) and (?P<other>.+?): they count apart",
        r"^All [\d,]+ events are of \d+ (?P<kind>agent|customer)s? \([^:]*: (?P<ids>.+?)\)\.",
        rf"^(?:Gained|Lost): (?P<dated>.+?){MORE}\.$",
    )
)
"""Every sentence of a run's notes that names somebody; its groups say which of its words are ids, and of what kind."""
CONTENT: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.MULTILINE), instead)
    for pattern, instead in (
        (r"^(Looks like (?:times|people|customers)): .*$", r"\1: (not shown; privacy = open shows it)"),
        (r"(its first line is data) \(.*\)", r"\1"),
        (r"( different), such as .*?\)", r"\1)"),
        (r"(there are, in .*?): .*$", r"\1: (not shown)"),
        (r"(before its header, which (?:was|were) skipped): .*$", r"\1"),
        (r"(has a header further down with other columns): .*$", r"\1"),
    )
)  # fmt: skip
"""Places where a sentence about a file quotes its content, and what is shown there instead."""
DATE = re.compile(r"\d{4}-\d\d-\d\d")
ORDINARY = frozenset(
    re.findall(
        r"\w+",
        """agent agents ai alert alerts all an and any are as at be below by case cases colleague colleagues critical
        customer customers day days edit edits events export exports few for from had has high human in is it line lines
        log logs low medium more most new night nights no nobody not of on one or other own past people person queue
        reason record records reveal reveals row rows score search searches seen service site team teams that the this
        ticket tickets to unusual usual view views visit visits was week weeks were what who with without worked""",
    )
)
"""Ordinary words of Onlooker's own sentences, which may also be the id of somebody."""
MARKS = re.compile(r"[\s,;:()\"']")
"""Characters that end a word of a sentence, though an id may have them."""
DATED = re.compile(r"(.+?) on (\d{4}-\d\d-\d\d)")

NameOf = Callable[[str, str], str]
"""Kind and id -> what is shown."""


def in_known_sentences(text: str, name_of: NameOf) -> str:
    """The text with the ids that stand at the known places of Onlooker's own sentences replaced, and no line quoted."""
    for quoting, instead in CONTENT:
        text = quoting.sub(instead, text)
    for pattern in SENTENCES:
        if found := pattern.search(text):
            parts = [
                (found.span(group), group) for group, part in found.groupdict().items() if part and group != "kind"
            ]
            kind = found.groupdict().get("kind") or "agent"
            for (begin, end), group in sorted(parts, reverse=True):
                text = text[:begin] + _replaced(text[begin:end], group, kind, name_of) + text[end:]
    return text


def _replaced(words: str, group: str, kind: str, name_of: NameOf) -> str:
    if group == "dated":
        return ", ".join(
            f"{name_of(kind, one[1])} on {one[2]}" if (one := DATED.fullmatch(part)) else part
            for part in words.split(", ")
        )
    parts = words.split(", ") if group in ("agents", "ids") else [words]
    return ", ".join(name_of(kind, part) for part in parts)


def replace_ids(text: str, shown: Mapping[str, str]) -> str:
    """The text with every word that is an id of `shown` replaced.

    A short id of digits only, or one that is an ordinary word, is replaced only where a sentence always names somebody.
    Elsewhere it is a count, or that word, and a pseudonym in its place would give away whose it is.
    """
    if not any(identity in text for identity in shown):
        return text
    pattern = "|".join(map(_as_pattern, sorted((one for one in shown if one in text), key=len, reverse=True)))
    return re.sub(pattern, lambda found: shown[found[0]], text)


def _as_pattern(identity: str) -> str:
    quoted = re.escape(identity)
    if (identity.isdigit() and len(identity) < SHORTEST_NUMBER) or is_a_word(identity):
        begins = rf"^{quoted}(?=: | has seen | was active )|(?<=\n){quoted}(?=,)"
        return rf"(?:{begins}|(?<=people of ){quoted}(?!\w)|(?<=agent ){quoted}(?!\w))"
    return rf"(?<!\w){quoted}(?!\w)"


def replace_people(text: str, people: Iterable[str], name_of: NameOf) -> str:
    """The text with every word that is the id of one of `people` replaced; there may be a million of them."""
    known = people if isinstance(people, set | frozenset) else frozenset(people)
    words = {
        word for word in re.findall(r"[^\s,;:()\"']+", text) for word in (word, word.rstrip(".?!")) if word in known
    }
    marked = {one for one in known if MARKS.search(one) and one in text}
    return replace_ids(text, {one: name_of("agent", one) for one in words | marked})


def is_a_word(identity: str) -> bool:
    """Whether an id is a word that stands in Onlooker's own sentences, one letter, or a date."""
    return identity in ORDINARY or (len(identity) == 1 and identity.isalpha()) or DATE.fullmatch(identity) is not None
