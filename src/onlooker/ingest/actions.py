"""The many verbs of logs -> the six actions of EVENTS, and kinds of actor, as SQL over a data table."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from onlooker.errors import UsageError
from onlooker.ingest.quoting import cleaned, literal, strings
from onlooker.schema.tables import ACTIONS

UNKNOWN = "?"
"""Put before a verb that is not known, until it has been counted."""


@cache
def words() -> dict[str, Any]:
    """The words by action, and by kind of actor, from formats/verbs.toml."""
    return tomllib.loads(files("onlooker.ingest").joinpath("formats/verbs.toml").read_text("utf-8"))


def whole_verbs(added: Mapping[str, str]) -> dict[str, str]:
    """Verbs, in small letters, that are known as a whole, and their actions; `added` are the user's.

    Raises UsageError for one that is to mean an action that does not exist.
    """
    for verb, action in added.items():
        if action not in ACTIONS:
            raise UsageError(f"verbs: {verb} can't mean {action}", f"The actions are {', '.join(ACTIONS)}.")
    known = {verb: action for action, verbs in words()["whole"].items() for verb in verbs}
    return known | {verb.lower(): action for verb, action in added.items()}


def action_sql(value: str) -> str:
    """The action of the raw text `value`; `?` and the verb where it isn't known; view where there is none."""
    return f"ingest_action({value})"


def actor_type_sql(value: str) -> str:
    """human, ai or service; NULL for a word that isn't known."""
    return f"ingest_actor_type({value})"


def macros(added: Mapping[str, str]) -> dict[str, str]:
    """What the functions above call (see reading_macros); `added` are the user's own verbs, each with its action."""
    actions, kinds = words()["actions"], words()["actor_types"]
    pairs = {word: action for action, words in actions.items() for word in words}
    strong = strings(word for word, action in pairs.items() if action != "view")
    plain = " ".join(f"WHEN {literal(action)} THEN {literal(action)}" for action in actions)
    actor = " ".join(f"WHEN lower(x) IN ({strings(words)}) THEN {literal(kind)}" for kind, words in kinds.items())
    entire = ", ".join(f"{literal(verb)}: {literal(action)}" for verb, action in whole_verbs(added).items())
    known = ", ".join(f"{literal(word)}: {literal(action)}" for word, action in pairs.items())
    parted = "lower(regexp_replace(x, '([a-z])([A-Z])', '\\1 \\2', 'g'))"
    viewed = f"len(list_filter(ingest_verb_words(x), lambda w: w IN ({strings(actions['view'])}))) > 0"
    return {
        "ingest_actor_type(x)": f"CASE {actor} END",
        "ingest_verb_words(x)": f"regexp_extract_all({parted}, '[a-z]+')",
        "ingest_first_verb(x)": f"list_filter(ingest_verb_words(x), lambda w: w IN ({strong}))[1]",
        "ingest_strong_action(x)": f"MAP {{{known}}}[ingest_first_verb(x)]",
        "ingest_whole_verb(x)": f"MAP {{{entire}}}[lower(x)]",
        "ingest_verb(x)": f"""coalesce(ingest_whole_verb(x), ingest_strong_action(x),
            CASE WHEN {viewed} THEN 'view' END, {literal(UNKNOWN)} || x)""",
        "ingest_action(x)": f"""CASE x {plain} ELSE
            CASE WHEN {cleaned("x")} IS NULL THEN 'view' ELSE ingest_verb({cleaned("x")}) END END""",
    }
