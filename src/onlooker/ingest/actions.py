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


def action_sql(value: str, added: Mapping[str, str] | None = None) -> str:
    """The action of the raw text `value`; `?` and the verb where it isn't known; view where there is none.

    `added` are verbs of the user's, whole ones, each with its action.
    """
    plain = " ".join(f"WHEN {literal(action)} THEN {literal(action)}" for action in words()["actions"])
    verb = cleaned(value)
    return f"CASE {value} {plain} ELSE CASE WHEN {verb} IS NULL THEN 'view' ELSE {_general(verb, added or {})} END END"


def _general(value: str, added: Mapping[str, str]) -> str:
    whole = whole_verbs(added)
    entire = f"MAP {{{', '.join(f'{literal(verb)}: {literal(action)}' for verb, action in whole.items())}}}"
    actions = words()["actions"]
    pairs = {word: action for action, words in actions.items() for word in words}
    known = f"MAP {{{', '.join(f'{literal(word)}: {literal(action)}' for word, action in pairs.items())}}}"
    parted = f"lower(regexp_replace({value}, '([a-z])([A-Z])', '\\1 \\2', 'g'))"
    parts = f"regexp_extract_all({parted}, '[a-z]+')"
    strong = ", ".join(literal(word) for word, action in pairs.items() if action != "view")
    first = f"list_filter({parts}, lambda w: w IN ({strong}))[1]"
    view = f"CASE WHEN len(list_filter({parts}, lambda w: w IN ({strings(actions['view'])}))) > 0 THEN 'view' END"
    return f"coalesce({entire}[lower({value})], {known}[{first}], {view}, {literal(UNKNOWN)} || {value})"


def actor_type_sql(value: str) -> str:
    """human, ai or service; NULL for a word that isn't known."""
    kinds = words()["actor_types"]
    cases = " ".join(f"WHEN lower({value}) IN ({strings(words)}) THEN {literal(kind)}" for kind, words in kinds.items())
    return f"CASE {cases} END"
