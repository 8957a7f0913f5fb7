from __future__ import annotations

import json
import stat

from onlooker.delivery.send_waiting import Delivered, Pace, send_waiting

from .stores import receiver, store_with

ONCE = Pace(patience=0.0)


def test_each_alert_is_a_whole_file_of_its_owner(place, tmp_path):
    (tmp_path / "drop").mkdir()
    to = {"drop": receiver(kind="folder", path=str(tmp_path / "drop"), body="ticket")}
    store_with(place, to, 3)
    assert send_waiting(place, to, "", ONCE) == (Delivered("drop", 3, 0),)
    files = sorted((tmp_path / "drop").iterdir())
    tickets = [json.loads(path.read_text()) for path in files]
    assert [path.name for path in files] == [f"{n + 1:010d}-{one['external_id']}.json" for n, one in enumerate(tickets)]
    assert tickets[0]["labels"] == ["onlooker", "high", "score"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files)


def test_a_folder_that_is_gone_is_not_made(place, tmp_path):
    to = {"drop": receiver(kind="folder", path=str(tmp_path / "mount"))}
    store_with(place, to, 1)
    (done,) = send_waiting(place, to, "", ONCE)
    assert done.waiting == 1 and "there is no folder" in done.error
    assert not (tmp_path / "mount").exists()
