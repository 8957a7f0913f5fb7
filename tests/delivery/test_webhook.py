"""Webhooks against a real web server: signatures, failures, slowness, refusals, TLS, and what never leaves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import ssl
import time
from pathlib import Path

import pytest
import trustme

from onlooker.delivery.send_waiting import Delivered, Pace, send_waiting
from onlooker.errors import UsageError
from onlooker.store import Store

from .servers import Web, tunnel, web_server
from .stores import SECRET, first_id, receiver, store_with, waiting

QUICK = Pace(first_wait=0.001, patience=20.0)
ONCE = Pace(first_wait=0.001, patience=0.0)


def send(place: Path, web: Web, pace: Pace = QUICK, alerts: int = 3, **settings: object) -> tuple[Delivered, ...]:
    hook = {"hook": receiver(kind="webhook", url=web.url, **settings)}
    if not place.exists():
        store_with(place, hook, alerts)
    return send_waiting(place, hook, "https://desk.example/cases/{case}", pace)


def test_each_alert_arrives_once_and_in_order(place):
    with web_server(Web()) as web:
        assert send(place, web, alerts=5) == (Delivered("hook", 5, 0),)
        assert send(place, web) == (Delivered("hook", 0, 0),)
    bodies = [json.loads(body) for _, body in web.got]
    with Store.open(place) as store:
        assert [body["alert"] for body in bodies] == [alert.id for alert in store.alerts()]
    assert len({body["id"] for body in bodies}) == 5
    assert bodies[0]["link"] == f"https://desk.example/cases/{bodies[0]['case']}"


def test_the_signature_is_that_of_the_standard(place, secret):
    with web_server(Web()) as web:
        send(place, web, secret=secret)
    for headers, body in web.got:
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
        assert headers["idempotency-key"] == headers["webhook-id"] == json.loads(body)["id"]


def test_a_key_in_base64_is_decoded(place, tmp_path):
    key = bytes(range(32))
    (tmp_path / "key").write_text("whsec_" + base64.b64encode(key).decode())
    (tmp_path / "key").chmod(0o600)
    with web_server(Web()) as web:
        send(place, web, secret=f"file:{tmp_path / 'key'}", alerts=1)
    ((headers, body),) = web.got
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_no_customer_no_agent_and_no_sentence_leaves_by_default(place, secret):
    with web_server(Web()) as web:
        send(place, web, secret=secret)
    sent = b"".join(json.dumps(headers).encode() + body for headers, body in web.got)
    assert web.got
    for hidden in (b"kim", b"C-77001", b"opened", SECRET.encode(), b"agent-"):
        assert hidden not in sent


def test_a_name_is_told_where_it_is_asked_for_and_means_nothing_to_a_chat(place):
    from tests.store.days import FIRST, alert

    from onlooker.delivery.message import facts_of

    about = alert(FIRST, "<!channel> [kim](http://evil)").record
    facts = facts_of(about, message_id="m", event="new", night="2026-02-16", case="c", link="", names=True)
    assert facts["agent"] == "??channel? ?kim??http://evil?"
    assert facts["link"] == "onlooker cases show c"


def test_a_server_that_fails_now_and_then_gets_everything(place):
    with web_server(Web(share_failing=0.3, after_taking=True)) as web:
        assert send(place, web, alerts=60) == (Delivered("hook", 60, 0),)
    assert web.requests > 70
    assert len(dict.fromkeys(web.ids())) == 60 < len(web.ids())
    order = list(dict.fromkeys(web.ids()))
    with Store.open(place) as store:
        rows = store.db.execute("SELECT message_id FROM outbox ORDER BY seq").fetchall()
    assert order == [message for (message,) in rows]


def test_a_server_that_refuses_the_connection_is_told_and_nothing_is_lost(place):
    with web_server(Web()) as web:
        url = web.url
    (done,) = send(place, Web(url=url), ONCE)
    assert done == Delivered("hook", 0, 3, 0, "localhost: Connection refused")
    assert waiting(place, "hook") == 3


def test_a_server_that_is_too_slow_is_not_waited_for(place):
    with web_server(Web(delay=2.5)) as web:
        began = time.monotonic()
        (done,) = send(place, web, ONCE, timeout=0.1)
        assert time.monotonic() - began < 2.0
        assert (done.waiting, done.error) == (3, "localhost: no answer in time")


def test_the_message_in_front_waits_and_those_behind_it_too(place):
    with web_server(Web(share_failing=1.0)) as web:
        head = None
        for _ in range(3):
            (done,) = send(place, web, Pace(first_wait=0.0, patience=0.0))
            head = head or first_id(place, "hook")
            assert first_id(place, "hook") == head
    assert done.error == "localhost answered 503 Service Unavailable"
    assert done.waiting == 3


def test_waits_grow_with_the_failures_and_the_next_run_keeps_to_them(place):
    slept: list[float] = []
    now = [1000.0]

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    calm = Pace(first_wait=1.0, patience=30.0, clock=lambda: now[0], sleep=sleep, jitter=lambda low, high: high)
    with web_server(Web(share_failing=1.0)) as web:
        send(place, web, calm, alerts=1)
        assert slept == [0.0, 1.0, 2.0, 4.0, 8.0]
        before = web.requests
        send(place, web, Pace(patience=0.0, clock=lambda: now[0], sleep=sleep))
        assert web.requests == before  # it is not its time yet


def test_a_server_that_says_when_is_listened_to(place):
    with web_server(Web(share_failing=1.0, status=429, headers={"Retry-After": "120"})) as web:
        send(place, web, Pace(first_wait=0.001, patience=0.0, clock=lambda: 1000.0), alerts=1)
    with Store.open(place) as store:
        assert store.db.execute("SELECT due FROM outbox").fetchone() == (1120.0,)


def test_a_message_that_is_refused_does_not_hold_up_the_others(place):
    with web_server(Web(share_failing=1.0, status=422)) as web:
        (done,) = send(place, web)
        assert (done.sent, done.waiting, done.refused, web.requests) == (0, 3, 3, 3)
        web.share_failing = 0.0
        assert send(place, web) == (Delivered("hook", 0, 3, 3, "localhost answered 422 Unprocessable Entity"),)
        from onlooker.delivery.outbox_table import put_back

        with Store.open(place, "decide") as store, store.deciding() as db:
            assert put_back(db, None) == 3
        assert send(place, web) == (Delivered("hook", 3, 0),)


def test_redirections_are_not_followed(place):
    with (
        web_server(Web()) as other,
        web_server(Web(share_failing=1.0, status=307, headers={"Location": other.url})) as web,
    ):
        (done,) = send(place, web, ONCE, alerts=1)
    assert done.error == "localhost answered 307 Temporary Redirect"
    assert other.requests == 0


def test_https_with_a_certificate_that_is_trusted(place, certified):
    with web_server(Web(), certified.server) as web:
        (done,) = send(place, web, ca_file=certified.ca_file)
    assert done.sent == 3 and len(web.got) == 3


def test_https_with_one_that_is_not(place, certified):
    with web_server(Web(), certified.server) as web:
        (done,) = send(place, web, ONCE)
    assert "the certificate was not accepted: self" in done.error or "unable to get local issuer" in done.error
    assert not web.got


def test_an_authorization_is_sent_and_never_told(place, monkeypatch):
    monkeypatch.setenv("ONLOOKER_SECRET_DESK", "Bearer not-to-be-told")
    with web_server(Web(share_failing=1.0, status=401)) as web:
        (done,) = send(place, web, ONCE, authorization="env:ONLOOKER_SECRET_DESK")
        web.share_failing = 0.0
        send(place, web, Pace(first_wait=0.001, patience=20), authorization="env:ONLOOKER_SECRET_DESK")
    assert web.got[0][0]["authorization"] == "Bearer not-to-be-told"
    with Store.open(place) as store:
        told = "\n".join(store.db.iterdump())
    assert "not-to-be-told" not in told + str(done) and "t0ps3cret" not in told + str(done)


def test_a_secret_that_is_not_there_keeps_nobody_else_waiting(place, tmp_path):
    with web_server(Web()) as web:
        both = {
            "chat": receiver(kind="webhook", url=f"file:{tmp_path / 'none'}"),
            "hook": receiver(kind="webhook", url=web.url),
        }
        store_with(place, both, 2)
        chat, hook = send_waiting(place, both, "", QUICK)
    assert (chat.sent, chat.waiting) == (0, 2) and "can't be read" in chat.error
    assert hook == Delivered("hook", 2, 0)


@pytest.mark.parametrize("mode", [0o604, 0o602])
def test_a_secret_that_everybody_may_read_is_not_used(mode, tmp_path):
    from onlooker.privacy.read_secret import read_secret

    (tmp_path / "key").write_text("x" * 30)
    (tmp_path / "key").chmod(mode)
    with pytest.raises(UsageError, match="everybody may read"):
        read_secret(f"file:{tmp_path / 'key'}")


def test_credentials_of_systemd_are_read(tmp_path, monkeypatch):
    from onlooker.privacy.read_secret import read_secret

    (tmp_path / "hook").write_text("from systemd\n")
    (tmp_path / "hook").chmod(0o400)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert read_secret("credential:hook") == "from systemd"


def test_a_key_that_is_too_short_is_refused(place, tmp_path):
    (tmp_path / "key").write_text("short")
    (tmp_path / "key").chmod(0o600)
    with web_server(Web()) as web:
        (done,) = send(place, web, ONCE, secret=f"file:{tmp_path / 'key'}")
    assert "has 5 bytes, and needs 24" in done.error and not web.got


def test_a_server_that_asks_for_a_certificate_gets_one(place, tmp_path):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.issue_cert("localhost").configure_cert(context)
    authority.configure_trust(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    own = authority.issue_cert("onlooker.example.org")
    own.cert_chain_pems[0].write_to_path(str(tmp_path / "own.pem"))
    own.private_key_pem.write_to_path(str(tmp_path / "own.key"))
    files = {
        "ca_file": str(tmp_path / "ca.pem"),
        "certificate": str(tmp_path / "own.pem"),
        "key": str(tmp_path / "own.key"),
    }
    with web_server(Web(), context) as web:
        assert send(place, web, ONCE, ca_file=files["ca_file"])[0].waiting == 3
        assert send(place, web, **files)[0].sent == 3


def test_a_proxy_carries_the_connection_and_sees_nothing_of_it(place, certified):
    with web_server(Web(), certified.server) as web, tunnel() as (address, asked):
        (done,) = send(place, web, ca_file=certified.ca_file, proxy=address)
    assert done.sent == 3 and len(web.got) == 3
    assert [line.split()[0] for line in asked] == ["CONNECT"] * 3
    assert all("t0ps3cret" not in line for line in asked)


@pytest.mark.parametrize(
    "kept", ["https:///x", "https://a..b/x", "https://x:99999/", "https://x/a b", "ftp://x/", "https://x/\ny"]
)
def test_an_address_that_can_not_be_one_is_told_without_being_shown(kept, place, tmp_path):
    (tmp_path / "address").write_text(kept)
    (tmp_path / "address").chmod(0o600)
    hook = {"hook": receiver(kind="webhook", url=f"file:{tmp_path / 'address'}")}
    store_with(place, hook, 1)
    (done,) = send_waiting(place, hook, "", ONCE)
    assert done.waiting == 1 and "can't be used" in done.error and kept not in done.error


def test_a_header_that_can_not_be_one_is_told(place, monkeypatch):
    monkeypatch.setenv("ONLOOKER_SECRET_DESK", "Bearer a\nHost: elsewhere")
    with web_server(Web()) as web:
        (done,) = send(place, web, ONCE, alerts=1, authorization="env:ONLOOKER_SECRET_DESK")
    assert done.waiting == 1 and "can't be a header" in done.error and not web.got


def test_a_body_that_asks_for_what_is_not_told_holds_up_nobody_else(place, tmp_path):
    (tmp_path / "own.json").write_text('{"who": "$agent"}')
    with web_server(Web()) as web:
        both = {
            "own": receiver(kind="webhook", url=web.url, body=str(tmp_path / "own.json")),
            "hook": receiver(kind="webhook", url=web.url),
        }
        store_with(place, both, 1)
        own, hook = send_waiting(place, both, "", ONCE)
    assert own.waiting == 1 and "agent" in own.error and hook.sent == 1
