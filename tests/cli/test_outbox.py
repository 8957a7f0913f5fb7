"""`onlooker outbox`, as installed: what it says, and what it ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.delivery.servers import Web, web_server
from tests.delivery.stores import receiver, store_with

from .command import onlooker


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return store_with(
        tmp_path / "store", {"desk": receiver(kind="folder", path="/"), "old": receiver(kind="folder", path="/")}, 2
    )


def settings(folder: Path, url: str) -> None:
    (folder / "onlooker.toml").write_text(f'[receivers.desk]\nkind = "webhook"\nurl = "{url}"\nbody = "chat"\n')


def test_what_waits_is_delivered_and_what_can_not_be_is_told(place, tmp_path):
    listed = onlooker("outbox", "list", "--store", place, cwd=tmp_path)
    assert listed.status == 0 and listed.out.splitlines()[0].startswith("desk  waiting  2026-02-16  high  new  case-")
    assert listed.out.endswith("4 messages\n") and "kim" not in listed.out
    with web_server(Web(status=422, share_failing=1.0)) as web:
        settings(tmp_path, web.url)
        sent = onlooker("outbox", "send", "--store", place, cwd=tmp_path)
        assert sent.status == 4
        assert sent.out.splitlines() == [
            "desk: 0 delivered, 2 waiting, 2 of them refused (`onlooker outbox retry`): "
            "localhost answered 422 Unprocessable Entity",
            "old: 0 delivered, 2 waiting: no receiver of the settings has this name",
        ]
        web.share_failing = 0.0
        assert onlooker("outbox", "retry", "--store", place, cwd=tmp_path).out == "4 messages to be tried again\n"
        gone = onlooker("outbox", "drop", "--receiver", "old", "--reason", "replaced", "--store", place, cwd=tmp_path)
        assert gone.out == "2 messages dropped\n"
        sent = onlooker("outbox", "send", "--json", "--store", place, cwd=tmp_path)
    assert sent.status == 0
    told = {"receiver": "desk", "sent": 2, "waiting": 0, "refused": 0, "error": ""}
    assert sent.document == {"receivers": [told]}
    assert [set(json.loads(body)) for _, body in web.got] == [{"text"}, {"text"}]
    told = onlooker("outbox", "list", "--all", "--json", "--store", place, cwd=tmp_path).document["messages"]
    assert sorted(one["state"] for one in told) == ["dropped", "dropped", "sent", "sent"]


WRONG = {
    "secret = 'hunter2-hunter2'": "a secret does not stand in the settings",
    "url = 'http://u:hunter2@x.org'": "no password stands in an address",
    "colour = 'red'": "there is no such setting",
}


@pytest.mark.parametrize("line", WRONG)
def test_settings_that_can_not_be_used_are_told_without_their_secrets(line, place, tmp_path):
    url = "" if line.startswith("url") else "url = 'https://x.org'\n"
    (tmp_path / "onlooker.toml").write_text(f"[receivers.desk]\nkind = 'webhook'\n{url}{line}\n")
    ran = onlooker("outbox", "send", "--store", place, cwd=tmp_path)
    assert ran.status == 2 and WRONG[line] in ran.err and "hunter2" not in ran.err
