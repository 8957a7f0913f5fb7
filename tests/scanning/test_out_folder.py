"""The folder of a scan's files: whose it is, who may read it, and what is never overwritten in it."""

import os
import stat

import pytest

import onlooker
from onlooker.errors import UsageError
from onlooker.scanning.out_folder import check_out, make_out
from onlooker.scanning.outputs import FILES, wanted


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_it_is_made_for_its_owner_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        make_out(tmp_path / "a" / "out")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a" / "out").stat().st_mode) == 0o700


def test_in_a_folder_that_was_made_for_a_group_it_has_its_readers(tmp_path):
    tmp_path.chmod(0o2750)
    make_out(tmp_path / "out")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o2750


def test_a_folder_that_everybody_may_write_into_is_refused(tmp_path):
    tmp_path.chmod(0o1777)
    with pytest.raises(UsageError, match="everybody may write into"):
        check_out(tmp_path)


def test_a_store_is_no_place_for_files_of_a_scan(tmp_path):
    (tmp_path / "onlooker.sqlite").touch()
    for out in (tmp_path, tmp_path / "visits", tmp_path / "visits" / "out"):
        with pytest.raises(UsageError, match="lies in the store"):
            check_out(out)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("what", ["letter", "link"])
def test_what_somebody_else_wrote_is_not_overwritten(tmp_path, name, what):
    if what == "letter":
        (tmp_path / name).write_text("PAR1 <!doctype html> id,date file,line {} dear Kim")
    else:
        (tmp_path / name).symlink_to("nowhere")
    with pytest.raises(UsageError, match="it is not overwritten"):
        check_out(tmp_path)


def test_files_of_an_earlier_scan_are_overwritten(tmp_path):
    lines = ["timestamp,agent_id,customer_id,action"]
    lines += [f"2026-01-0{day}T09:00:00Z,kim,C{day},view" for day in (5, 6, 7)]
    (tmp_path / "log.csv").write_text("\n".join([*lines, "never,kim,C1,view"]) + "\n")
    for _ in range(2):
        onlooker.scan(tmp_path / "log.csv", out=tmp_path / "out").close()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*(one.file for one in wanted(())), "store"}
