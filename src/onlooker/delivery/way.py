"""What every way to a receiver has in common: one call per message, which returns only once it is taken."""

from __future__ import annotations

import ssl
from typing import Protocol

from onlooker.delivery.message import Message
from onlooker.errors import UsageError
from onlooker.schema.receivers import Mail, Syslog, Webhook


class NotTaken(Exception):  # noqa: N818 (named for what happened, as in onlooker.errors)
    """The receiver did not take a message; `why` holds no secret, and nothing that the receiver was sent."""

    def __init__(self, why: str, *, refused: bool = False, wait: float = 0.0) -> None:
        """`refused`: it is this message that is not wanted, and the next ones may be. `wait`: seconds asked for."""
        super().__init__(why)
        self.why, self.refused, self.wait = why, refused, wait


class Way(Protocol):
    """A way to one receiver."""

    def deliver(self, message: Message) -> None:
        """Hand `message` over. Raises NotTaken if the receiver did not say, or show, that it has it."""


def tls_context(receiver: Webhook | Syslog | Mail) -> ssl.SSLContext:
    """Certificates and host names are checked, always. Raises UsageError for files that can't be used."""
    try:
        context = ssl.create_default_context(cafile=receiver.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        if receiver.certificate:
            context.load_cert_chain(receiver.certificate, receiver.key)
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(name for name in (receiver.ca_file, receiver.certificate, receiver.key) if name)
        raise UsageError(
            f"certificates can't be used ({files}): {error.strerror or error}", "Name PEM files."
        ) from error
    return context


def in_words(error: OSError) -> str:
    """An error of a connection in a few words, without what was sent."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate was not accepted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {error.reason or type(error).__name__}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return error.strerror or type(error).__name__
