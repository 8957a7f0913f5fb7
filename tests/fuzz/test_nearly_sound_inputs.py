"""Whatever is handed over, a command ends with a documented status, in words, and never with a defect."""

from __future__ import annotations

import io
import json
import shutil
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.store.days import FIRST, scan

from onlooker.cli import COMMANDS, run

from . import inputs

DEFECT = 70
LONGEST = 30.0
"""Seconds that one small input may take, on a busy machine too."""
CORPUS = Path(__file__).parent / "corpus"


def few(number: int) -> Any:
    """A number of examples that `make test` has time for; they are the same each time."""
    return settings(
        max_examples=number, deadline=None, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


def many(number: int) -> Any:
    """A number of examples for `make soak`, others each time."""
    return settings(few(number), derandomize=False)


def ends_well(*arguments: object) -> int:
    """Run a command in this process; its status, which is that of no defect."""
    return ran(*arguments)[0]


def ran(*arguments: object) -> tuple[int, str]:
    """The same, with what it said."""
    said, begun = io.StringIO(), time.monotonic()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            status = run([str(argument) for argument in arguments])
        except SystemExit as end:  # of `--help`
            status = int(end.code or 0)
    assert status != DEFECT, said.getvalue()
    assert status in range(7), (status, said.getvalue())
    assert status == 0 or said.getvalue().strip() or "-q" in arguments
    assert time.monotonic() - begun < LONGEST
    return status, said.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check_file(folder: Path, file: tuple[str, bytes]) -> None:
    """No line is lost: those of the file are events, rejects, or counted once."""
    (folder / file[0]).write_bytes(file[1])
    status, said = ran("check", folder / file[0], "--json")
    for line in said.splitlines() if status == 0 else ():
        if line.startswith("{"):
            counts = json.loads(line)["counts"]
            assert counts["lines"] == counts["events"] + counts["rejected"] + counts["duplicates"]


def scan_file(folder: Path, file: tuple[str, bytes]) -> None:
    (folder / file[0]).write_bytes(file[1])
    ends_well("scan", folder / file[0], "--out", folder / "out", "-q", "--combinations", "0")


def check_side_table(folder: Path, table: tuple[str, bytes]) -> None:
    (folder / "log.csv").write_bytes(inputs.CSV)
    (folder / "side.csv").write_bytes(table[1])
    ends_well("check", folder / "log.csv", f"--{table[0]}", folder / "side.csv")


def check_config(folder: Path, text: bytes) -> None:
    (folder / "settings.toml").write_bytes(text)
    ends_well("config", "show", "--config", folder / "settings.toml")


@few(8)
@given(inputs.mutated_file())
def test_logs_that_are_nearly_sound(folder, file):
    check_file(folder, file)


@few(5)
@given(inputs.mutated_side_table())
def test_side_tables_that_are_nearly_sound(folder, table):
    check_side_table(folder, table)


@few(40)
@given(inputs.config)
def test_settings_that_are_nearly_sound(folder, text):
    check_config(folder, text)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("fuzzed") / "store"
    scan(place, range(FIRST, FIRST + 2))
    return place


@few(6)
@given(inputs.victims)
def test_lists_of_victims_that_are_nearly_sound(folder, place, text):
    (folder / "victims").write_bytes(text)
    ends_well("trace", folder / "victims", "--store", place)


@few(15)
@given(
    inputs.st.sampled_from([*COMMANDS]).filter(lambda name: name not in ("scan", "simulate", "backtest", "outbox")),
    inputs.st.lists(inputs.words, max_size=4),
)
def test_arguments_of_any_kind(folder, place, command, arguments):
    ends_well(command, *arguments, "--store", shutil.copytree(place, folder / "store", dirs_exist_ok=True))


@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_what_failed_once(folder, path):
    check_file(folder, (path.name, path.read_bytes()))


@pytest.mark.full
@pytest.mark.parametrize("path", sorted(CORPUS.iterdir()), ids=lambda path: path.name)
def test_a_scan_of_what_failed_once(folder, path):
    scan_file(folder, (path.name, path.read_bytes()))


@pytest.mark.soak
@many(5000)
@given(inputs.mutated_file())
def test_five_thousand_logs_are_checked(folder, file):
    check_file(folder, file)


@pytest.mark.soak
@many(500)
@given(inputs.mutated_file())
def test_five_hundred_logs_are_scanned(folder, file):
    scan_file(folder, file)


@pytest.mark.soak
@many(1000)
@given(inputs.mutated_side_table())
def test_a_thousand_side_tables(folder, table):
    check_side_table(folder, table)


@pytest.mark.soak
@many(1000)
@given(inputs.victims)
def test_a_thousand_lists_of_victims(folder, place, text):
    (folder / "victims").write_bytes(text)
    ends_well("trace", folder / "victims", "--store", place)
