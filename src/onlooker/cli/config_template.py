"""A commented settings file: every setting with what it means, its default, or an example where it has none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

from pydantic.fields import FieldInfo

from onlooker.config import Context, Settings

HEAD = """\
# Settings of Onlooker. Precedence: flag, environment (ONLOOKER_BUDGET=3), this file, default.
# Each line here is a setting with its default, or an example; take the # away to set it. `privacy` is set already.
# `onlooker config check` says what is wrong with it, `onlooker config show` what is in force.
"""
EXAMPLES: dict[str, Any] = {
    "tz": "Europe/Vienna", "query": "SELECT * FROM views", "store": "/var/lib/onlooker/store", "threads": 4,
    "late_share": 0.5, "map": {"customer_id": "accountId"}, "where": ["resource=clients"], "verbs": {"peek": "view"},
    "site_zones": {"altura": "America/Bogota"}, "may_export": ["lead"], "off": ["searched_not_opened"],
    "keep": {"visits": 400}, "spark_conf": {"spark.executor.memory": "8g"}, "remote": "sc://host:15002",
    "master": "local[2]", "metrics": "/var/lib/node_exporter/onlooker.prom", "privacy": "strict",
    "pseudonym_key": "file:/etc/onlooker/pseudonym.key", "formats": "formats", "spark_folder": "/mnt/shared/onlooker",
    "tables_to": "/mnt/shared/tables",
}  # fmt: skip
"""Where a default says nothing of the form."""
SET = ("privacy",)
"""What the file sets: whoever begins with it begins with names hidden."""
SECTIONS = ("context", "receivers")


def template() -> str:
    """The file."""
    lines = [HEAD]
    for name, field in Settings.model_fields.items():
        if name not in SECTIONS:
            set_here = "" if name in SET else "#"
            lines += [f"# {name}: {field.description}", f"{set_here}{name} = {_toml(_example(name, field))}", ""]
    lines += ["# [context]: how side tables are read"]
    lines += [f"# {name}: {field.description}" for name, field in Context.model_fields.items()]
    lines += ["#[context]", *_context(), "", "# [receivers.NAME]: whom alerts are delivered to, see docs/delivery.md"]
    return "\n".join(lines) + "\n"


def _context() -> Iterator[str]:
    yield "#least_rate = 0.5"
    yield '#high_tiers = ["vip"]'
    yield '#columns = { tickets = { ticket_id = "number" } }'


def _example(name: str, field: FieldInfo) -> Any:
    if name in EXAMPLES:
        return EXAMPLES[name]
    default = field.get_default(call_default_factory=True)
    if default is not None:
        return default
    choices = [one for kind in (field.annotation, *get_args(field.annotation)) for one in get_args(kind)]
    words = [one for one in choices if isinstance(one, str)]
    return words[-1] if words else f"{name}.csv"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(one)}" for key, one in value.items()) + " }"
    return json.dumps(value)
