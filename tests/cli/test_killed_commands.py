"""Every command is killed in the middle of what it writes: the store is sound, and the command can be given again."""

import os
import random
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.store.copies import in_copy
from tests.store.days import FIRST, alert, reason, scan
from tests.store.faults_on_purpose import failing_at

from onlooker.cases import CaseDesk, gather
from onlooker.cases.case_tables import READERS
from onlooker.cli import run
from onlooker.store import Commit, Store

ON_A_STORE = (
    "cases note {case} seen", "cases assign {case} bo", "cases close {case} --verdict confirmed",
    "cases close {case} --verdict benign --reason project", "cases list", "cases show {case}",
    "cases suppress --agent sam --until 2026-05-01 --reason moved", "cases suppress --list", "history show",
    "exposure agent-5", "trace {victims}", "store repair", "store compact",
    "store prune", "store forget customer C00077 --reason asked", "store forget agent agent-4 --reason asked",
    "store hold --reason matter",
)  # fmt: skip
"""What writes to a store, be it a line of history, and works on the made days of these tests."""
SCANS = ("scan {log} --store {store} --closed --out {out} -q", "scan {log} --out {out} -q")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder with a store of 40 nights and an open case, a list of victims."""
    folder = tmp_path_factory.mktemp("made")
    scan(folder / "store", range(FIRST, FIRST + 40), rows=100)
    about = alert(FIRST, "agent-5", reasons=[reason()])
    with Store.open(folder / "store", "write") as store:
        store.start_run("r", "1")
        with store.begin("r") as work:
            work.commit(Commit(alerts=(about,)), lambda db: gather(db, [about], "2026-02-16T04:00:00+00:00"))
    (folder / "victims").write_text("C00001\nC00002\n")
    return folder


def spelled(command: str, folder: Path, log: Path) -> list[str]:
    store = folder / "store"
    case = ""
    if "{case}" in command:
        with Store.open(store) as opened:
            case = CaseDesk(opened).cases(agent="agent-5")[0].id
    names = {"case": case, "victims": folder / "victims", "log": log, "store": store, "out": folder / "out"}
    whole = command.format(**names).split()
    return whole if whole[0] == "scan" else [*whole, "--store", str(store)]


def quietly(arguments: list[str], kill_before: int = 0, report: int | None = None) -> None:
    """Run a command in this copy of the process, without its words; say how many calls of writing it made."""
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    with failing_at(kill_before=kill_before) as sites:
        status = run(arguments)
    if report is not None:
        os.write(report, f"{status} {sites.passed}".encode())
    assert status in (0, 6)


def in_full(arguments: list[str]) -> int:
    """Run a command to its end; how many calls of writing it made."""
    reader, writer = os.pipe()
    child = in_copy(lambda: quietly(arguments, report=writer))
    _, status = os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    assert status == 0, (arguments, said)
    return int(said.split()[1])


def sound(store: Path) -> None:
    with Store.open(store) as opened:
        assert opened.verify(readers=READERS) == ()


def kill(command: str, chance: random.Random, made: Path, log: Path, place: Path) -> None:
    """Kill a command before one of its calls of writing, which are counted first; then give it again."""
    counted = Path(shutil.copytree(made, place / "counted")) if command in ON_A_STORE else place / "counted"
    calls = in_full(spelled(command, counted, log))
    assert calls > 0, f"{command} writes nothing: it can't be met"
    folder = Path(shutil.copytree(made, place / "killed")) if command in ON_A_STORE else place / "killed"
    arguments = spelled(command, folder, log)
    before = chance.randint(1, calls)
    child = in_copy(lambda: quietly(arguments, kill_before=before))
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"the kill missed {command}"
    store = folder / "store" if "--store" in command or command in ON_A_STORE else folder / "out" / "store"
    if (store / "onlooker.sqlite").exists() and (store / "onlooker.sqlite").stat().st_size:
        sound(store)
    if not was_done(command, folder):
        in_full(arguments)
    sound(store)
    shutil.rmtree(place)


def was_done(command: str, folder: Path) -> bool:
    """Whether a case was closed before the kill came: nobody can close it again."""
    if not command.startswith("cases close"):
        return False
    with Store.open(folder / "store") as opened:
        return not CaseDesk(opened).cases(agent="agent-5")


def kills(number: int, seed: int) -> Iterator[tuple[int, str]]:
    commands = (*ON_A_STORE, *SCANS)
    yield from ((seed + one, commands[one % len(commands)]) for one in range(number))


@pytest.mark.full
@pytest.mark.parametrize(("seed", "command"), [*kills(60, 0)])
def test_a_killed_command_leaves_a_sound_store(seed, command, made, tiny_log, tmp_path):
    kill(command, random.Random(seed), made, tiny_log, tmp_path / "kill")


@pytest.mark.soak
@pytest.mark.parametrize(("seed", "command"), [*kills(500, 1000)])
def test_five_hundred_kills_over_all_commands(seed, command, made, tiny_log, tmp_path):
    kill(command, random.Random(seed), made, tiny_log, tmp_path / "kill")
