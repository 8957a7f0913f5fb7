"""The many verbs of logs -> the six actions of EVENTS, and kinds of actor, as SQL over a data table."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from onlooker.ingest.quoting import cleaned, literal, strings

UNKNOWN = "?"
"""Put before a verb that is not known, until it has been counted."""


@cache
def words() -> dict[str, Any]:
    """The words by action, and by kind of actor, from formats/verbs.toml."""
    return tomllib.loads(files("onlooker.ingest").joinpath("formats/verbs.toml").read_text("utf-8"))


def action_sql(value: str) -> str:
    """The action of the raw text `value`; `?` and the verb where it isn't known; view where there is none."""
    plain = " ".join(f"WHEN {literal(action)} THEN {literal(action)}" for action in words()["actions"])
    verb = cleaned(value)
    return f"CASE {value} {plain} ELSE CASE WHEN {verb} IS NULL THEN 'view' ELSE {_general(verb)} END END"


def _general(value: str) -> str:
    actions = words()["actions"]
    pairs = {word: action for action, words in actions.items() for word in words}
    known = f"MAP {{{', '.join(f'{literal(word)}: {literal(action)}' for word, action in pairs.items())}}}"
    parted = f"lower(regexp_replace({value}, '([a-z])([A-Z])', '\\1 \\2', 'g'))"
    parts = f"regexp_extract_all({parted}, '[a-z]+')"
    strong = ", ".join(literal(word) for word, action in pairs.items() if action != "view")
    first = f"list_filter({parts}, lambda w: w IN ({strong}))[1]"
    view = f"CASE WHEN len(list_filter({parts}, lambda w: w IN ({strings(actions['view'])}))) > 0 THEN 'view' END"
    return f"coalesce({known}[{first}], {view}, {literal(UNKNOWN)} || {value})"


def actor_type_sql(value: str) -> str:
    """human, ai or service; NULL for a word that isn't known."""
    kinds = words()["actor_types"]
    cases = " ".join(f"WHEN lower({value}) IN ({strings(words)}) THEN {literal(kind)}" for kind, words in kinds.items())
    return f"CASE {cases} END"
