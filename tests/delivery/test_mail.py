"""Mail to a real server on loopback: plain, with STARTTLS, with TLS, with a password."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from onlooker.delivery.send_waiting import Delivered, Pace, send_waiting

from .servers import Certificates
from .stores import receiver, store_with

QUICK = Pace(first_wait=0.001, patience=20.0)
ONCE = Pace(first_wait=0.001, patience=0.0)
TO = ["desk@example.org", "night@example.org"]


class Box:
    """What a mail server got."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.refuses: tuple[str, ...] = ()
        self.fails = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.fails:
            self.fails -= 1
            return "451 try again"
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


class OnAnyPort(Controller):
    """A server on a port that is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def serve(box: Box, certified: Certificates, security: str) -> Controller:
    def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=isinstance(data, LoginPassword) and data.password == b"in a file", handled=False)

    how: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0, "authenticator": login}
    if security == "tls":
        how["ssl_context"] = certified.server
    if security == "starttls":
        how |= {"tls_context": certified.server, "require_starttls": True, "auth_required": True}
    return OnAnyPort(box, **how)


@pytest.fixture(params=["none", "starttls", "tls"])
def running(request, certified, tmp_path):
    box = Box()
    controller = serve(box, certified, request.param)
    controller.start()
    settings = {
        "kind": "mail", "host": "localhost", "port": controller.port, "security": request.param,
        "sender": "onlooker@example.org", "to": TO, "ca_file": certified.ca_file,
    }  # fmt: skip
    if request.param == "starttls":
        (tmp_path / "password").write_text("in a file\n")
        (tmp_path / "password").chmod(0o600)
        settings |= {"user": "onlooker", "password": f"file:{tmp_path / 'password'}"}
    try:
        yield box, settings
    finally:
        controller.stop()


def test_one_mail_per_alert_with_an_id_that_stays(running, place):
    box, settings = running
    to = {"desk": receiver(**settings)}
    store_with(place, to, 2)
    box.fails = 1
    assert send_waiting(place, to, "https://desk.example/{case}", QUICK) == (Delivered("desk", 2, 0),)
    assert len({mail["Message-ID"] for mail in box.got}) == len(box.got) == 2
    mail = box.got[0]
    assert mail["Subject"].startswith("Onlooker: new alert of severity high, case case-")
    assert mail["To"] == ", ".join(TO) and mail["From"] == "onlooker@example.org"
    text = mail.get_content().replace("\r\n", "\n")
    assert "customers: 9\n" in text and "link: https://desk.example/case-" in text
    assert "kim" not in mail.as_string() and "C-77001" not in mail.as_string()


def test_an_address_that_is_not_accepted_is_told(running, place):
    box, settings = running
    to = {"desk": receiver(**settings)}
    store_with(place, to, 1)
    box.refuses = (TO[1],)
    (done,) = send_waiting(place, to, "", ONCE)
    assert done.waiting == 1 and done.error.endswith("1 of 2 addresses were not accepted")


def test_a_wrong_password_is_told_and_not_shown(certified, place, tmp_path):
    box = Box()
    controller = serve(box, certified, "starttls")
    controller.start()
    try:
        (tmp_path / "password").write_text("another\n")
        (tmp_path / "password").chmod(0o600)
        to = {
            "desk": receiver(
                kind="mail", host="localhost", port=controller.port, to=TO,
                sender="onlooker@example.org", ca_file=certified.ca_file, user="onlooker",
                password=f"file:{tmp_path / 'password'}",
            )
        }  # fmt: skip
        store_with(place, to, 1)
        (done,) = send_waiting(place, to, "", ONCE)
    finally:
        controller.stop()
    assert done.error.endswith("user or password was not accepted (status 535)") and not box.got
