"""Under --desk, which a rule of sudo gives, the caller chooses neither the store nor any file."""

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from tests.store.days import FIRST, scan

from onlooker.cli import cli
from onlooker.cli.under_sudo import CallersFile

from .command import onlooker

ROOT = Path(__file__).parents[2]
RULES = (ROOT / "deploy" / "onlooker.sudoers").read_text()


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("desk") / "store"
    scan(place, range(FIRST, FIRST + 2))
    return place


def granted() -> list[str]:
    """Commands that the rules let people run."""
    return sorted(set(re.findall(r"/bin/onlooker --desk /var/lib/onlooker/store (\w+) \*", RULES)))


def options(command: click.Command) -> list[click.Parameter]:
    if isinstance(command, click.Group):
        return [one for name in command.commands for one in options(command.commands[name])]
    return command.params


def test_every_command_of_the_rules_has_its_store_fixed():
    assert len(granted()) >= 7
    assert len(re.findall(r"/bin/onlooker ", RULES)) == len(re.findall(r"/bin/onlooker --desk /var/lib/", RULES))


@pytest.mark.parametrize("name", granted())
def test_no_command_of_the_rules_opens_a_file_that_the_caller_names(name):
    command = cli.get_command(click.Context(cli), name)
    assert command
    for option in options(command):
        if option.name == "store":
            continue
        spelled = f"{option.name} {option.human_readable_name} {getattr(option, 'metavar', '') or ''}".upper()
        opens = isinstance(option.type, click.Path | click.File) or re.search(r"\b(FILE|PATH|DIR|FOLDER)\b", spelled)
        assert not opens or isinstance(option.type, CallersFile), f"{name}: {option.name}"


def desk(place: Path, *arguments: str, cwd: Path):
    return onlooker("--desk", place, *arguments, cwd=cwd)


def test_the_caller_chooses_neither_store_nor_file_nor_settings(place, tmp_path):
    (tmp_path / "onlooker.toml").write_text("no_such_setting = 1\n")
    other = tmp_path / "other"
    scan(other, range(FIRST, FIRST + 1))
    (tmp_path / "ids.txt").write_text("C00001\n")
    assert desk(place, "explain", "agent-3", cwd=tmp_path).err.count("onlooker.toml") == 0
    refused = desk(place, "status", "--store", str(other), cwd=tmp_path)
    assert refused.status == 2 and "is not the store of this desk" in refused.err
    for arguments in (
        ("exposure", "agent-3", "--csv", str(tmp_path / "new.csv")), ("exposure", "agent-3", "--csv", "new.csv"),
        ("exposure", "agent-3", "--csv", str(place / "onlooker.sqlite")),
        ("exposure", "agent-3", "--customers", "ids.txt"), ("trace", str(tmp_path / "ids.txt")),
        ("trace", "-", "--out", "new"), ("trace", "-", "--customers", "ids.txt"),
    ):  # fmt: skip
        refused = desk(place, *arguments, cwd=tmp_path)
        assert refused.status == 2 and "no file is opened for you here" in refused.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ids.txt", "onlooker.toml", "other"]


def test_what_the_caller_needs_goes_through_standard_input_and_output(place, tmp_path):
    ran = desk(place, "exposure", "agent-3", "--csv", "-", cwd=tmp_path)
    assert ran.status == 0
    assert ran.out.startswith("customer_id,tier,first_seen,last_seen,visits,unexplained,priority\n")
    assert "\nC0" in ran.out
    assert onlooker("--desk", place, "trace", "-", "--json", cwd=tmp_path, stdin=b"C00001\n").status == 0


def test_a_file_that_the_tool_did_not_write_is_not_overwritten(place, tmp_path):
    run = CliRunner()
    letter = tmp_path / "letter.csv"
    letter.write_text("dear Kim\n")
    for target in (letter, place / "new.csv", place / "onlooker.sqlite"):
        before = target.read_bytes() if target.exists() else None
        ran = run.invoke(cli, ["exposure", "agent-3", "--store", str(place), "--csv", str(target)])
        assert ran.exit_code == 2 and "--csv" in ran.output
        assert (target.read_bytes() if target.exists() else None) == before
    for _ in range(2):
        ran = run.invoke(cli, ["exposure", "agent-3", "--store", str(place), "--csv", str(tmp_path / "own.csv")])
        assert ran.exit_code == 0
    assert (tmp_path / "own.csv").stat().st_mode & 0o777 == 0o600
