"""A store has no links, belongs to whoever writes it, and nobody else may write into it."""

import os
import shutil

import pytest
from tests.store.days import FIRST, scan

from onlooker.errors import UsageError
from onlooker.store import Store, StoreReadOnly
from onlooker.store.faults import StoreError


@pytest.mark.parametrize(
    "name", ["lock", "forget.key", "onlooker.sqlite", "onlooker.sqlite-wal", "visits", "state", "damaged"]
)
def test_a_link_in_a_store_is_refused_and_nothing_is_written_through_it(place, tmp_path, name):
    scan(place, range(FIRST, FIRST + 1))
    (place / "damaged").mkdir()
    (place / "forget.key").touch()
    target = tmp_path / "elsewhere"
    shutil.move(place / name, target)
    (place / name).symlink_to(target)
    before = target.read_bytes() if target.is_file() else sorted(target.iterdir())
    for mode in ("write", "decide", "read"):
        with pytest.raises(StoreError, match="is a link"), Store.open(place, mode, create=mode == "write"):
            pass
    assert (target.read_bytes() if target.is_file() else sorted(target.iterdir())) == before


def test_the_lock_is_not_followed(place, tmp_path):
    from onlooker.store.lock import StoreLock

    place.mkdir()
    (tmp_path / "precious").write_text("words")
    (place / "lock").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="symbolic"):
        StoreLock(place / "lock")
    assert (tmp_path / "precious").read_text() == "words"


def test_a_store_that_everybody_may_write_into_is_refused(place):
    scan(place, range(FIRST, FIRST + 1))
    place.chmod(0o707)
    for mode in ("write", "decide", "read"):
        with pytest.raises(UsageError, match="everybody may write"), Store.open(place, mode):
            pass


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_store_of_somebody_else_is_not_written(place):
    scan(place, range(FIRST, FIRST + 1))
    os.chown(place, 65534, -1)
    for mode in ("write", "decide"):
        with pytest.raises(StoreReadOnly, match="belongs to nobody"), Store.open(place, mode):
            pass
    with Store.open(place) as store:
        assert len(store.nights()) == 1


def test_a_file_that_is_a_link_is_found_by_verify(place, tmp_path):
    scan(place, range(FIRST, FIRST + 1))
    with Store.open(place) as store:
        (path,) = store.files("visits")
        shutil.move(path, tmp_path / "visits.parquet")
        path.symlink_to(tmp_path / "visits.parquet")
        (fault,) = store.verify()
    assert fault.text.endswith("is a link")
