"""HTTP requests, signed as https://www.standardwebhooks.com says: id, time and body under one HMAC."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import time
from urllib.parse import urlsplit

from onlooker.delivery.body_templates import Body
from onlooker.delivery.message import Message
from onlooker.delivery.way import NotTaken, in_words, tls_context
from onlooker.errors import UsageError
from onlooker.privacy.read_secret import read_secret
from onlooker.schema.receivers import PLACE, Webhook, address_fault, is_loopback
from onlooker.schema.version import __version__

PREFIX = "whsec_"
"""Begins a key in base64."""
LEAST_KEY = 24
"""Bytes of a key, as the standard asks."""
HOW_TO_MAKE_ONE = "Make one: (umask 077; echo whsec_$(openssl rand -base64 32) > FILE)"
REFUSED = frozenset({400, 413, 415, 422})
"""Statuses that speak of the one message: the next may be taken."""


class WebhookWay:
    """POST to one address; any status of 200 to 299 says that the message is taken."""

    def __init__(self, receiver: Webhook) -> None:
        """Read secrets and body. Raises UsageError for what can't be used."""
        address = read_secret(receiver.url) if PLACE.fullmatch(receiver.url) else receiver.url
        if fault := address_fault(address):
            raise UsageError(
                f"the address kept at {receiver.url} can't be used: {fault}", "Write it whole, on one line."
            )
        self._url, self._receiver = urlsplit(address), receiver
        self._host = self._url.hostname or ""
        if self._url.scheme == "http" and not (receiver.plaintext or is_loopback(self._host)):
            raise UsageError(
                f"{self._host} would be sent to without encryption", "Use https://, or agree with plaintext = true."
            )
        self._key = signing_key(read_secret(receiver.secret)) if receiver.secret else None
        self._authorization = read_secret(receiver.authorization) if receiver.authorization else None
        if self._authorization and not (self._authorization.isascii() and self._authorization.isprintable()):
            raise UsageError(f"what {receiver.authorization} keeps can't be a header", "Write one line of ASCII there.")
        self._body = Body(receiver.body)
        self._tls = tls_context(receiver) if self._url.scheme == "https" else None

    def deliver(self, message: Message) -> None:
        """Send it. Redirections are not followed: they would lead the key's owner elsewhere."""
        body = self._body.filled(message.facts)
        connection = self._connection()
        try:
            connection.request("POST", self._target(), body, self._headers(message.id, body))
            answer = connection.getresponse()
            answer.close()  # what else it says is not read: it could go on for ever
        except (OSError, http.client.HTTPException) as error:
            why = in_words(error) if isinstance(error, OSError) else f"no answer in HTTP ({type(error).__name__})"
            raise NotTaken(f"{self._host}: {why}") from error
        finally:
            connection.close()
        if not 200 <= answer.status <= 299:
            told = f"{self._host} answered {answer.status} {http.client.responses.get(answer.status, '')}".rstrip()
            asked = answer.getheader("Retry-After", "")
            raise NotTaken(told, refused=answer.status in REFUSED, wait=float(asked) if asked.isdigit() else 0.0)

    def _connection(self) -> http.client.HTTPConnection:
        proxy = urlsplit(self._receiver.proxy) if self._receiver.proxy else None
        host, port = (proxy.hostname or "", proxy.port or 3128) if proxy else (self._host, self._url.port)
        if self._tls is None:
            connection = http.client.HTTPConnection(host, port, timeout=self._receiver.timeout)
        else:
            connection = http.client.HTTPSConnection(host, port, timeout=self._receiver.timeout, context=self._tls)
        if proxy:
            connection.set_tunnel(self._host, self._url.port or (443 if self._tls else 80))
        return connection

    def _target(self) -> str:
        return (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")

    def _headers(self, message_id: str, body: bytes) -> dict[str, str]:
        at = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"onlooker/{__version__}",
            "Idempotency-Key": message_id,
            "webhook-id": message_id,
            "webhook-timestamp": str(at),
        }
        if self._key:
            headers["webhook-signature"] = signature(self._key, message_id, at, body)
        if self._authorization:
            headers["Authorization"] = self._authorization
        return headers


def signing_key(secret: str) -> bytes:
    """The bytes of a secret: base64 after `whsec_`, else the text. Raises UsageError if they are too few."""
    try:
        key = base64.b64decode(secret[len(PREFIX) :], validate=True) if secret.startswith(PREFIX) else secret.encode()
    except binascii.Error:
        raise UsageError("the key of the signature is not base64 after whsec_", HOW_TO_MAKE_ONE) from None
    if len(key) < LEAST_KEY:
        raise UsageError(f"the key of the signature has {len(key)} bytes, and needs {LEAST_KEY}", HOW_TO_MAKE_ONE)
    return key


def signature(key: bytes, message_id: str, at: int, body: bytes) -> str:
    """The value of the header webhook-signature; `at` is in seconds since 1970."""
    signed = f"{message_id}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
