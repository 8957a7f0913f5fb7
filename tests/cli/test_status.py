"""`onlooker status`: a night's date is printed once."""

from __future__ import annotations

import dataclasses

from tests.store.days import FIRST, scan

from onlooker.cli.status_command import page
from onlooker.schema.days import iso
from onlooker.store import Store


def test_a_night_in_doubt_has_its_date_once(tmp_path) -> None:
    scan(tmp_path / "store", range(FIRST, FIRST + 2))
    with Store.open(tmp_path / "store") as store:
        status = store.status()
    night = {"date": iso(FIRST), "alerts": 1, "doubts": [f"{iso(FIRST)}: the log has 9 events."]}
    lines = list(page(dataclasses.replace(status, last_nights=(night,)), []))
    assert lines[-2:] == [f"  {iso(FIRST)}  1 alert", "    not whole: the log has 9 events."]
