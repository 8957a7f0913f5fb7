"""What the documents and messages say of the command is true: the commands exist, and README's output is real."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import click
import pytest

from onlooker.cli import COMMANDS, cli

from .command import COMMAND, environment

ROOT = Path(__file__).parents[2]
PLACES = ("README.md", "CHANGELOG.md", "docs/*.md", "deploy/*", "notebooks/*.ipynb", "sample_logs/*/*.md",
          "src/onlooker/**/*.py", "src/onlooker/**/*.html")  # fmt: skip
CALL = re.compile(r"(?<!from )(?<!\* )(?<!-u )\bonlooker ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?")


def calls() -> list[tuple[str, str, str]]:
    """Where, command and the word after it."""
    files = sorted({path for place in PLACES for path in ROOT.glob(place) if path.is_file()})
    return [
        (f"{path.relative_to(ROOT)}: {found[0]}", found[1], found[2] or "")
        for path in files
        for found in CALL.finditer(path.read_text(encoding="utf-8"))
    ]


def test_no_command_is_mentioned_that_does_not_exist() -> None:
    context = click.Context(cli)
    groups = {name for name in COMMANDS if isinstance(cli.get_command(context, name), click.Group)}
    found = calls()
    assert len(found) > 30
    for where, name, after in found:
        assert name in COMMANDS, where
        command = cli.get_command(context, name)
        if name in groups and after and isinstance(command, click.Group):
            assert after in command.commands, where


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_is_told_of_where_an_analyst_would_look(name: str) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert any(re.search(rf"\bonlooker {name}\b", page.read_text(encoding="utf-8")) for page in pages)


def shown() -> dict[str, str]:
    """Command line -> what README shows of its output; not of `scan`, whose last digits depend on the processor."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"```console\n\$ (.+)\n((?:.*\n)*?)```", text))
    return {command: output for command, output in found.items() if not command.startswith("onlooker scan ")}


@pytest.mark.parametrize("command", shown())
def test_the_readme_shows_what_the_command_prints(command: str) -> None:
    path = f"{COMMAND.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, cwd=ROOT, env=environment(PATH=path), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, shown()[command])


def test_the_readme_lists_whom_the_scan_of_the_demonstration_log_lists(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = text[text.index("$ onlooker scan sample_logs/demo") :].split("```", 1)[0]
    command = [COMMAND, "scan", *sorted(ROOT.glob("sample_logs/demo/*.csv.gz")), "--out", tmp_path / "out"]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
    listed = re.compile(r"^(20\d\d-\d\d-\d\d) +(\w+) +\w+ +(\S+)", re.MULTILINE)
    assert len(listed.findall(shown)) > 3
    assert listed.findall(shown) == listed.findall(done.stdout)
