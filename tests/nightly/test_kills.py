"""Killed at random moments, through the real command: a night is whole or absent, and the next run mends it."""

import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.cli.command import COMMAND, environment

from onlooker.store import Store

from .conftest import BEFORE
from .organisation import night, same_store

pytestmark = pytest.mark.full  # minutes of nights on a store


def start(store: Path, file: Path) -> "subprocess.Popen[bytes]":
    command = [str(COMMAND), "scan", "-q", "--store", str(store), "--out", str(store.parent / "out"), str(file)]
    return subprocess.Popen(
        command, cwd=store.parent, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


@pytest.fixture(scope="session")
def seconds(begun, files, tmp_path_factory) -> float:
    """How long the night takes when nobody kills it."""
    store = Path(shutil.copytree(begun, tmp_path_factory.mktemp("timed") / "store"))
    begin = time.monotonic()
    assert start(store, files[BEFORE]).wait() == 0
    return time.monotonic() - begin


def killed(store: Path, begun: Path, file: Path, after: float) -> bool:
    """Whether a night on a new copy of the store was still running when it was killed."""
    shutil.rmtree(store, ignore_errors=True)
    shutil.copytree(begun, store)
    child = start(store, file)
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    return child.wait() == -signal.SIGKILL


def kill_and_repeat(seed: int, begun: Path, file: Path, expected: Path, place: Path, seconds: float) -> None:
    store = place / "store"
    share = random.Random(seed).uniform(0.2, 1.0)
    assert any(killed(store, begun, file, share * seconds * part) for part in (1, 0.8, 0.6, 0.4)), "no kill met the run"
    with Store.open(store) as opened:
        assert opened.verify() == ()
    night(store, file)
    same_store(store, expected)
    shutil.rmtree(place)


@pytest.mark.parametrize("seed", range(15))
def test_killed_at_a_random_moment_the_store_verifies_and_the_repeat_ends_equal(
    seed, begun, files, grown_by, tmp_path, seconds
):
    kill_and_repeat(seed, begun, files[BEFORE], grown_by(1), tmp_path / "killed", seconds)


@pytest.mark.full
@pytest.mark.parametrize(
    "seed", [*range(100, 160), *(pytest.param(n, marks=pytest.mark.soak) for n in range(160, 300))]
)
def test_many_kills(seed, begun, files, grown_by, tmp_path, seconds):
    kill_and_repeat(seed, begun, files[BEFORE], grown_by(1), tmp_path / "killed", seconds)
