"""Nights on a standalone cluster of two workers, of which the driver or workers are killed in between."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from tests.cli.command import COMMAND, environment
from tests.engines.cluster import INTERPRETED, standalone_processes

from onlooker.engines.spark_session import java_there
from onlooker.store import Store

from .conftest import BEFORE
from .organisation import SETTINGS, night, same_store

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed"),
    pytest.mark.skipif(not java_there(), reason="Spark needs Java, and there is none"),
]
PATIENCE = 900
"""Seconds for a night on a machine that others use too."""
IN_THE_MIDDLE = 25
"""Tables on the cluster, of some hundred, by which a night is under way."""
Cluster = tuple[str, list["subprocess.Popen[bytes]"]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    with standalone_processes(tmp_path / "cluster") as running:
        yield running


def start(store: Path, address: str, file: Path) -> subprocess.Popen[str]:
    options = [part for name, value in INTERPRETED.items() for part in ("--spark-conf", f"{name}={value}")]
    command = [
        str(COMMAND),
        "scan",
        "--json",
        "--engine",
        "spark",
        "--master",
        address,
        *options,
        "--store",
        str(store),
    ]
    command += ["--daily-cap", str(SETTINGS.daily_cap), "--out", str(store.parent / "out"), str(file)]
    return subprocess.Popen(
        command, cwd=store.parent, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def is_in_the_middle(driver: subprocess.Popen[str], store: Path) -> bool:
    """Wait until the night has made some tables; whether it goes on."""
    end = time.monotonic() + PATIENCE
    while driver.poll() is None and time.monotonic() < end:
        if len(list(store.glob("spark/onlooker-*/onlooker-*/*"))) >= IN_THE_MIDDLE:
            return driver.poll() is None
        time.sleep(0.1)
    return False


def is_whole(store: Path, nights: int) -> None:
    with Store.open(store) as opened:
        assert opened.verify() == ()
        assert len(opened.nights()) == nights


def test_nights_go_on_where_the_driver_and_a_worker_were_killed(
    begun: Path, files: list[Path], cluster: Cluster, tmp_path: Path
) -> None:
    address, (one, other) = cluster
    ours, theirs = (Path(shutil.copytree(begun, tmp_path / name / "store")) for name in ("duck", "spark"))
    with Store.open(theirs) as opened:
        nights = len(opened.nights())

    night(ours, files[BEFORE])
    driver = start(theirs, address, files[BEFORE])
    assert is_in_the_middle(driver, theirs), driver.communicate()
    driver.kill()
    driver.communicate()
    is_whole(theirs, nights)
    driver = start(theirs, address, files[BEFORE])
    said, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0, errors
    assert any("did not finish" in note for note in json.loads(said)["run"]["notes"])
    same_store(ours, theirs)
    assert not list(theirs.glob("spark/*")), "what runs work with goes, also of one that was killed"

    night(ours, files[BEFORE + 1])
    driver = start(theirs, address, files[BEFORE + 1])
    assert is_in_the_middle(driver, theirs), driver.communicate()
    one.kill()
    _, errors = driver.communicate(timeout=PATIENCE)
    assert driver.returncode == 0, errors
    same_store(ours, theirs)

    driver = start(theirs, address, files[BEFORE + 2])
    assert is_in_the_middle(driver, theirs), driver.communicate()
    other.kill()
    _, errors = driver.communicate(timeout=PATIENCE)
    assert (driver.returncode, "all workers of spark://" in errors) == (2, True), errors
    same_store(ours, theirs)
    night(ours, files[BEFORE + 2])
    night(theirs, files[BEFORE + 2])
    same_store(ours, theirs)
