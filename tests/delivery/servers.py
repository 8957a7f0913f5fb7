"""Receivers on loopback: a web server with moods, collectors of syslog over TCP and TLS, a mail server."""

from __future__ import annotations

import random
import select
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import trustme


@dataclass
class Web:
    """What a web server got, and how it behaves."""

    share_failing: float = 0.0
    after_taking: bool = False
    """Whether a failing answer comes after the message was taken in, so that it comes once more."""
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers and body of every message taken, repeats among them."""
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    url: str = ""
    requests: int = 0

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@contextmanager
def web_server(web: Web, context: ssl.SSLContext | None = None) -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            web.requests += 1
            time.sleep(web.delay)
            fails = web.chance.random() < web.share_failing
            if not fails or (web.after_taking and web.chance.random() < 0.5):
                web.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(web.status if fails else 202)
            for name, value in web.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """A client that went away in the middle is what some tests are about."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    web.url = f"{'https' if context else 'http'}://localhost:{server.server_port}/hook?token=t0ps3cret"
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Collector:
    """A collector of syslog: what it read, and whether it breaks the connection instead of ending it."""

    breaks: int = 0
    """So many of the first connections are reset once their bytes were read."""
    got: list[bytes] = field(default_factory=list)
    port: int = 0


@contextmanager
def syslog_server(collector: Collector, context: ssl.SSLContext | None = None) -> Iterator[Collector]:
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    collector.port, stop = server.getsockname()[1], threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                stream, _ = server.accept()
            except TimeoutError:
                continue
            stream.settimeout(5)
            try:
                serve_one(collector, context.wrap_socket(stream, server_side=True) if context else stream)
            except OSError:  # a client that does not trust the certificate goes away
                stream.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield collector
    finally:
        stop.set()
        thread.join()
        server.close()


def serve_one(collector: Collector, stream: Any) -> None:
    data = b""
    while part := stream.recv(4096):
        data += part
    if collector.breaks:
        collector.breaks -= 1
        stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # a reset instead of an end
        stream.close()
        return
    collector.got += unframed(data)
    if isinstance(stream, ssl.SSLSocket):
        stream.unwrap().close()
    stream.close()


def unframed(data: bytes) -> list[bytes]:
    """The messages of a stream that counts octets."""
    found = []
    while data:
        length, _, rest = data.partition(b" ")
        found.append(rest[: int(length)])
        assert len(found[-1]) == int(length)
        data = rest[int(length) :]
    return found


@contextmanager
def tunnel() -> Iterator[tuple[str, list[str]]]:
    """A proxy that answers CONNECT: its address, and the lines that it was asked with."""
    asked: list[str] = []

    class Tunnel(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline().decode().strip())
            while self.rfile.readline().strip():
                pass
            host, _, port = asked[-1].split()[1].rpartition(":")
            with socket.create_connection((host, int(port))) as other:
                self.wfile.write(b"HTTP/1.1 200 Connected\r\n\r\n")
                ends = {self.connection: other, other: self.connection}
                while ready := select.select(list(ends), [], [], 5)[0]:
                    for end in ready:
                        data = end.recv(65_536)
                        if not data:
                            return
                        ends[end].sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Tunnel) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


@dataclass(frozen=True)
class Certificates:
    """A certificate of this machine, and the file of whoever signed it."""

    server: ssl.SSLContext
    ca_file: str


def certificates(folder: Path) -> Certificates:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    path = folder / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return Certificates(context, str(path))
