"""Syslog messages (RFC 5424), counted in octets, over TLS (RFC 5425) or plain TCP (RFC 6587)."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from onlooker.delivery.message import Message
from onlooker.delivery.way import NotTaken, in_words, tls_context
from onlooker.schema.receivers import Syslog
from onlooker.schema.version import __version__

LEVELS = {"critical": 2, "high": 3, "medium": 4, "low": 5}
"""Severity of an alert -> severity of syslog: critical, error, warning, notice."""
_NOT_PRINTABLE = re.compile(r"[^!-~]")


class SyslogWay:
    """A connection per message. Syslog has no answer, so a message counts as taken once the receiver, having read to
    the end of what was sent, has closed the connection without an error."""

    def __init__(self, receiver: Syslog) -> None:
        self._receiver = receiver
        self._tls = tls_context(receiver) if receiver.tls else None

    def deliver(self, message: Message) -> None:
        """Send it, and see the connection closed by the other side."""
        where = f"{self._receiver.host}:{self._receiver.port}"
        try:
            with self._connected() as stream:
                stream.sendall(framed(syslog_line(message, self._receiver.facility)))
                closed(stream)
        except OSError as error:
            raise NotTaken(f"{where}: {in_words(error)}") from error

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        address = (self._receiver.host, self._receiver.port)
        with socket.create_connection(address, timeout=self._receiver.timeout) as plain:
            if self._tls is None:
                yield plain
                return
            with self._tls.wrap_socket(plain, server_hostname=self._receiver.host) as stream:
                yield stream


def closed(stream: socket.socket) -> None:
    """End our side, and wait for the other's end. Raises OSError if it does not come, or comes as an error."""
    unwrap = getattr(stream, "unwrap", None)
    if unwrap:
        stream = unwrap()  # sends close_notify and waits for the receiver's (RFC 5425, 4.4)
    stream.shutdown(socket.SHUT_WR)
    while stream.recv(4096):
        pass


def syslog_line(message: Message, facility: int) -> bytes:
    """One message of RFC 5424: the facts as JSON or in CEF, with the version of this program beside them."""
    level = facility * 8 + LEVELS[message.facts["severity"]]
    host = _NOT_PRINTABLE.sub("", socket.gethostname())[:255] or "-"
    head = f"<{level}>1 {message.queued_at} {host} onlooker {os.getpid()} alert"
    origin = f'[origin software="onlooker" swVersion="{__version__}"]'
    text = message.line or json.dumps(dict(message.facts), ensure_ascii=True)
    return f"{head} {origin} {text}".encode()


def framed(line: bytes) -> bytes:
    """The message behind its length, so that no byte of it can end it (RFC 6587, 3.4.1)."""
    return f"{len(line)} ".encode() + line
