"""The default of a setting stands in one place, config.py: what is called by a setting's name elsewhere has none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from tests.cli.command import onlooker as run
from tests.store.versions.unpacked import ARCHIVES, scan_arguments, unpack

import onlooker
from onlooker.cli import COMMANDS, cli
from onlooker.config import Context, Settings

PACKAGE = Path(onlooker.__file__).parent
CONFIG = "config.py"
UNLIKE_A_SETTING = {None, "", 0}
"""Defaults that mean that nothing was given."""
WITHOUT_SETTINGS = {"engines/duck.py: DEFAULT_MEMORY = '1400MB'", "ingest/side_tables/join_rates.py: LEAST_RATE = 0.5"}
"""For callers in Python who have no settings; a test holds them against the settings."""
NO_DEFAULTS = {"investigate/agent_night.py: NIGHTS = 14"}
"""What has the name of a setting and another meaning."""
SAID = re.compile(r"\(default ([\w.]+)|([\w]+) on this machine \(default\)")


def settings() -> set[str]:
    """The names of all settings that have a default, of the section [context] too."""
    fields = Settings.model_fields | Context.model_fields
    return {name for name, field in fields.items() if isinstance(field.default, str | int | float)}


def defaults(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """Name and literal default of parameters, fields and constants."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arguments):
            ordered = [*node.posonlyargs, *node.args]
            pairs = [*zip(ordered[len(ordered) - len(node.defaults) :], node.defaults, strict=True)]
            pairs += [(arg, value) for arg, value in zip(node.kwonlyargs, node.kw_defaults, strict=True) if value]
            yield from ((arg.arg, value.value) for arg, value in pairs if isinstance(value, ast.Constant))
        if isinstance(node, ast.AnnAssign | ast.Assign) and isinstance(node.value, ast.Constant):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from ((one.id, node.value.value) for one in targets if isinstance(one, ast.Name))


def written_again() -> Iterator[str]:
    names = settings()
    for path in sorted(PACKAGE.rglob("*.py")):
        if path == PACKAGE / CONFIG:
            continue
        for name, value in defaults(ast.parse(path.read_text())):
            if name.lower().removeprefix("default_") in names and value not in UNLIKE_A_SETTING:
                yield f"{path.relative_to(PACKAGE).as_posix()}: {name} = {value!r}"


def test_the_default_of_a_setting_is_written_once() -> None:
    assert set(written_again()) == WITHOUT_SETTINGS | NO_DEFAULTS


def test_what_python_callers_get_without_settings_is_the_settings_default() -> None:
    from onlooker.engines.duck import DEFAULT_MEMORY
    from onlooker.ingest.side_tables.join_rates import LEAST_RATE

    assert Settings().memory == DEFAULT_MEMORY
    assert Context().least_rate == LEAST_RATE


def options() -> Iterator[tuple[str, str]]:
    """Name and help of the options whose help names a default."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        for option in command.params if command else ():
            text = getattr(option, "help", None) or ""
            if option.name in Settings.model_fields and SAID.search(text):
                yield option.name, text


@pytest.mark.parametrize(("name", "text"), list(options()))
def test_a_default_in_a_help_text_is_the_settings(name: str, text: str) -> None:
    found = SAID.search(text)
    assert found
    assert (found[1] or found[2]) == str(Settings.model_fields[name].default)


def test_help_texts_name_defaults() -> None:
    assert {"budget", "q_limit", "quiet_days", "daily_cap", "rescore_days", "combinations"} <= dict(options()).keys()


def test_the_terminal_shows_as_many_nights_as_the_report(tmp_path: Path) -> None:
    """The store's alerts go back 21 nights: with 30 nights none is an older one, with 14 none is shown."""
    folder = unpack(ARCHIVES[0], tmp_path)
    done = run(*scan_arguments(folder), cwd=tmp_path, ONLOOKER_NIGHTS="30")
    assert done.status == 0
    assert "2026-01-06" in done.out and "newest alert of each agent" not in done.out


@pytest.mark.parametrize("name", Settings.model_fields)
def test_each_setting_is_handed_to_somebody(name: str) -> None:
    texts = (path.read_text("utf-8") for path in PACKAGE.rglob("*.py") if path.name != CONFIG)
    assert any(re.search(rf"\.{name}\b|[\"']{name}[\"']", text) for text in texts)
