"""`--help` of every command, and what it costs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from onlooker import __version__
from onlooker.cli import COMMANDS

from .command import environment, onlooker

# What takes a quarter of a second or more to import; none of it is needed to show help or to refuse an option.
HEAVY = ("numpy", "pandas", "pyarrow", "duckdb", "scipy", "sklearn", "pyod", "jinja2", "pydantic")

HELP = """\
Usage: onlooker [OPTIONS] COMMAND [ARGS]...

  Find the support agents who look at customer records they have no business
  with.

  Reads nightly record-access logs and hands over a short, explained list.

  onlooker check LOGS            how the log is understood, and what is wrong with it
  onlooker scan LOGS --out DIR   the list, the report and the scores
"""


def test_the_first_help_is_short_and_says_what_to_do(tmp_path: Path) -> None:
    ran = onlooker("--help", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(HELP)
    assert all(f"\n  {name}" in ran.out for name in COMMANDS)


def test_the_version(tmp_path: Path) -> None:
    assert onlooker("--version", cwd=tmp_path).out == f"onlooker, version {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_every_option_has_help(name: str, tmp_path: Path) -> None:
    from onlooker.cli import cli

    ran = onlooker(name, "-h", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: onlooker {name} ")
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    assert command is not None and command.help
    for option in command.params:
        if option.param_type_name == "option":
            assert getattr(option, "help", None), f"{name} {option.opts} has no help"
            assert option.opts[-1] in ran.out


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_loads_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    script = (
        "import sys\n"
        f"sys.argv = ['onlooker', *{arguments!r}]\n"
        "from onlooker.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print('loaded:', *sorted(sys.modules), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    loaded = {module.split(".")[0] for module in done.stderr.split("loaded:")[1].split()}
    assert "click" in loaded  # or this test would look at nothing
    assert loaded.isdisjoint(HEAVY)


def test_the_help_of_scan_tells_the_exit_statuses_of_the_documentation(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text("utf-8")
    documented = re.findall(
        r"^\| (\d+) \| ", page.partition("## What an exit status means\n")[2].partition("\n## ")[0], re.MULTILINE
    )
    told = onlooker("scan", "--help", cwd=tmp_path).out.partition("Exit status:\n")[2]
    assert re.findall(r"^ +(\d) ", told, re.MULTILINE) == [status for status in documented if status != "70"]


def test_an_unknown_command_is_refused(tmp_path: Path) -> None:
    ran = onlooker("scna", cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "No such command 'scna'" in ran.err


WRONG = (
    "", "scan", "check", "scan x.csv --budget many", "scan x.csv --fail-on grave", "check x.csv --map agent",
    "check x.csv --map agent_id=a --map agent_id=b",
)  # fmt: skip


@pytest.mark.parametrize("arguments", [text.split() for text in WRONG], ids=WRONG)
def test_wrong_usage_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    ran = onlooker(*arguments, cwd=tmp_path)
    assert ran.status == 2
    assert ran.out == "" and ran.err.startswith("Usage: onlooker")


@pytest.mark.parametrize("group", ["", "cases", "outbox", "store", "history", "config"])
def test_the_list_of_commands_says_whole_sentences(group: str, tmp_path: Path) -> None:
    listed = onlooker(*group.split(), "--help", cwd=tmp_path).out.split("\nCommands:\n")[1].splitlines()
    if not group:
        assert [line.split()[0] for line in listed] == list(COMMANDS)
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


def test_the_options_of_scan_stand_under_headings_that_name_options_there_are(tmp_path: Path) -> None:
    from onlooker.cli import cli
    from onlooker.cli.option_groups import OTHERS, ScanCommand

    scan = cli.get_command(None, "scan")  # type: ignore[arg-type]
    assert isinstance(scan, ScanCommand)
    names = [name for group in scan.groups.values() for name in group]
    assert len(names) == len(set(names))
    assert set(names) <= {option.name for option in scan.params}
    told = onlooker("scan", "--help", cwd=tmp_path).out
    assert re.findall(r"^([A-Z][\w ]+):$", told, re.MULTILINE) == [*scan.groups, OTHERS]
    assert len(told.partition(f"\n{OTHERS}:\n")[2].partition("Exit status")[0].splitlines()) < 10


def test_the_manual_page_has_every_command(tmp_path: Path) -> None:
    script = Path(__file__).parents[2] / "deploy" / "man_page.py"
    done = subprocess.run(
        [sys.executable, str(script)], cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(".TH ONLOOKER 1 ")
    for path in (*COMMANDS, "cases close", "store verify"):
        assert f".SH ONLOOKER {path.upper()}\n" in done.stdout
    assert r"\-\-verdict" in done.stdout


@pytest.mark.parametrize(("words", "found"), [("onlooker ca", "cases"), ("onlooker cases cl", "close")])
def test_the_shell_completes_commands(words: str, found: str, tmp_path: Path) -> None:
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1), "_ONLOOKER_COMPLETE": "bash_complete"}
    assert onlooker(cwd=tmp_path, **asked).out == f"plain,{found}\n"
