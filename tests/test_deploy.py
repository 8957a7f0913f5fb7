"""The files to copy: what can be told of them without a container and without systemd."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from onlooker.cli import COMMANDS, cli

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


def test_the_image_is_built_from_files_that_it_copies(tmp_path):
    """`src` has a link to a page of `docs`: a copy without the page can't be built."""
    stage = (DEPLOY / "Dockerfile").read_text().split("FROM ")[1]
    for line in re.findall(r"^COPY (.+)$", stage, re.MULTILINE):
        *sources, target = line.split()
        for source in sources:
            place = tmp_path / target / (source if target.endswith("/") else "")
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, place, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / source, place)
    made = list(tmp_path.rglob("*"))
    assert len(made) > 100
    assert [str(path) for path in made if not path.exists()] == []
    project = (ROOT / "pyproject.toml").read_text()
    assert all((tmp_path / name).is_file() for name in re.findall(r'"(README\.md|LICENSE)"', project))


def test_the_sudo_rules_are_about_commands_that_exist():
    rules = (DEPLOY / "onlooker.sudoers").read_text()
    named = re.findall(r"/bin/onlooker --desk \S+ (\w+) \*", rules)
    assert len(named) == 9 and set(named) <= set(COMMANDS)
    assert "scan" not in named
    # sudo's * stands for at least one argument: a command that needs none is named alone as well.
    assert rules.count("--desk /var/lib/onlooker/store status,") == rules.count("store status *") == 2


def commands() -> list[str]:
    """Every call of the program in the files, without the program."""
    texts = [(DEPLOY / name).read_text() for name in ("onlooker.cron", "onlooker.service")]
    lines = [line for text in texts for line in text.splitlines() if not line.startswith("#")]
    calls = [call for line in lines for call in re.findall(r"(?:^|[ =/])onlooker ((?:scan|store) [^;&]+)", line)]
    image = re.search(r"^CMD \[(.+)\]$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert image
    return [*calls, " ".join(part.strip(' "') for part in image[1].split(","))]


def test_the_calls_in_them_are_found():
    assert [call.split()[0] for call in commands()] == ["scan", "store", "store", "store", "scan", "scan"]


@pytest.mark.parametrize("call", commands())
def test_every_call_in_them_is_one_that_the_program_knows(call):
    ran = CliRunner().invoke(cli, [*shlex.split(call), "--help"])
    assert ran.exit_code == 0
    known = ran.stdout
    assert all(word in known for word in shlex.split(call) if word.startswith("--"))


def test_the_drop_in_lifts_the_network_and_nothing_else():
    unit = (DEPLOY / "onlooker.service").read_text()
    lines = [line for line in (DEPLOY / "onlooker.service.d/network.conf").read_text().splitlines() if "=" in line]
    settings = {line.partition("=")[0] for line in lines if not line.startswith("#")}
    assert settings == {"PrivateNetwork", "RestrictAddressFamilies", "IPAddressDeny", "IPAddressAllow"}
    assert all(f"\n{name}=" in unit for name in settings - {"IPAddressAllow"})
