"""Without output, with a full one, in any encoding, without a home: what was asked is done, and the status says so."""

import os
import subprocess
from pathlib import Path

import pytest
from tests.store.days import FIRST, scan

from onlooker.store import Store

from .command import COMMAND, environment

UNDELIVERED = 4


def shell(line: str, cwd: Path, **changes: str) -> "subprocess.CompletedProcess[bytes]":
    """Run a line of the shell, where $ONLOOKER is the command."""
    env = environment(**changes) | {"COMMAND": str(COMMAND)}
    return subprocess.run(["sh", "-c", line], cwd=cwd, env=env, capture_output=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("surroundings") / "store"
    scan(place, range(FIRST, FIRST + 2))
    return place


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("<&- >&- 2>&-", 0), (">/dev/full", UNDELIVERED), *(pytest.param(*one, marks=pytest.mark.full) for one in (
            (">&-", 0), ("2>&-", 0), ("2>/dev/full", 0), (">/dev/full 2>/dev/full", UNDELIVERED), ("| true", 0)
        )),
    ],
)  # fmt: skip
def test_a_look_up_is_done_wherever_its_words_go(place, how, status):
    with Store.open(place) as store:
        before = len(store.history())
    ran = shell(f'"$COMMAND" history show --store "{place}" {how}', place.parent)
    assert ran.returncode == status
    with Store.open(place) as store:
        assert len(store.history()) == before + 1
        assert store.verify() == ()
    if how == ">/dev/full":
        assert ran.stderr == b"onlooker: standard output could not be written: No space left on device\n"


def test_an_error_stays_an_error_where_nothing_can_be_said(place):
    for how in (">&- 2>&-", ">/dev/full 2>/dev/full"):
        assert shell(f'"$COMMAND" cases show none --store "{place}" {how}', place.parent).returncode == 2


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("2>/dev/full", UNDELIVERED), pytest.param("<&- >&- 2>&-", 0, marks=pytest.mark.full),
        pytest.param(">/dev/full 2>/dev/full", UNDELIVERED, marks=pytest.mark.full),
    ],
)  # fmt: skip
def test_the_status_of_a_scan_says_that_the_nights_are_committed(tiny_log, tmp_path, how, status):
    ran = shell(f'"$COMMAND" scan "{tiny_log}" --store s --closed --out o {how}', tmp_path)
    assert ran.returncode == status
    with Store.open(tmp_path / "s") as store:
        assert len(store.nights()) == 3
        assert store.runs()[0].outcome == "done"
    assert (tmp_path / "o" / "run.json").exists()


@pytest.mark.full
def test_nothing_of_the_environment_is_needed(place, tiny_log, tmp_path):
    for variables in ("", "LC_ALL=C PYTHONUTF8=0 PYTHONCOERCECLOCALE=0", "HOME=/nonexistent LC_ALL=xx_YY"):
        ran = shell(f'env -i {variables} "$COMMAND" scan "{tiny_log}" --out "out-{len(variables)}" -q', tmp_path)
        assert (ran.returncode, ran.stderr) == (0, b"")
        assert shell(f'env -i {variables} "$COMMAND" status --store "{place}"', tmp_path).returncode == 0


def test_a_log_whose_name_is_not_utf_8_is_read_and_shown(tiny_log, tmp_path):
    odd = os.fsencode(tmp_path) + b"/l\xffg.csv"
    with open(odd, "wb") as copy:  # noqa: PTH123 - Path would do the same, and hide what this is about
        copy.write(tiny_log.read_bytes())
    ran = shell('"$COMMAND" scan "$(printf "l\\377g.csv")" --store s --closed --out o', tmp_path)
    assert ran.returncode == 0
    assert shell('"$COMMAND" check "$(printf "l\\377g.csv")"', tmp_path).stdout.startswith(rb"l\xffg.csv: csv, ")
    with Store.open(tmp_path / "s") as store:
        (run,) = store.runs()
    assert run.record["inputs"][0]["path"] == r"l\xffg.csv"


@pytest.mark.parametrize(
    "arguments",
    [
        'explain "$(printf "a\\377")" --store "$PLACE"', 'scan log.csv --out "$(printf "d\\377")"',
        *(pytest.param(one, marks=pytest.mark.full) for one in (
            'cases note x "$(printf "a\\377")" --store "$PLACE"', 'scan log.csv --out "$(printf "o\\377")"',
            'scan log.csv --store "$(printf "d\\377")"', 'status --store "$(printf "d\\377")"',
        )),
    ],
)  # fmt: skip
def test_an_argument_that_is_not_utf_8_is_refused_in_words(place, tiny_log, tmp_path, arguments):
    (tmp_path / "log.csv").write_bytes(tiny_log.read_bytes())
    os.mkdir(os.fsencode(tmp_path) + b"/d\xff")  # noqa: PTH102
    ran = shell(f'"$COMMAND" {arguments}', tmp_path, PLACE=str(place))
    assert ran.returncode == 2
    assert b"is not UTF-8" in ran.stderr
    assert os.listdir(os.fsencode(tmp_path) + b"/d\xff") == []  # noqa: PTH208


def test_a_reader_who_goes_away_does_not_change_the_status(tiny_log, tmp_path):
    line = f'{{ "$COMMAND" scan "{tiny_log}" --out o -v --daily-cap 20 --fail-on low; echo $? >status; }} 2>&1 | true'
    shell(line, tmp_path)
    assert (tmp_path / "status").read_text().strip() == "1"
