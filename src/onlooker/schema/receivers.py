"""Whom alerts are delivered to: the sections [receivers.NAME] of the settings.

A secret never stands in the settings: its place does (`file:/etc/onlooker/key`, `env:NAME`, `credential:NAME`).
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from onlooker.schema.findings import Severity

PLACE = re.compile(r"(file|env|credential):.+", re.DOTALL)
NAME = r"^[a-z0-9][a-z0-9_-]{0,40}$"


def _is_place(text: str) -> str:
    if not PLACE.fullmatch(text):  # says nothing of the text, which may be the secret itself
        raise ValueError("a secret does not stand in the settings: write file:PATH, env:NAME or credential:NAME")
    return text


def address_fault(text: str) -> str:
    """What is wrong with an address, in words that repeat nothing of it; empty if nothing is."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        return "an address needs a host and a port that can be"
    if parts.scheme not in ("http", "https") or not host:
        return "an address begins with https:// and a host, or is kept at file:PATH, env:NAME or credential:NAME"
    if parts.username or parts.password:
        return "no password stands in an address: use authorization"
    return (
        "" if text.isascii() and text.isprintable() and " " not in text else "an address has no spaces and no umlauts"
    )


def _is_address(text: str) -> str:
    if not PLACE.fullmatch(text) and (fault := address_fault(text)):
        raise ValueError(fault)
    return text


def _is_host(text: str) -> str:
    if fault := address_fault(f"https://{text}"):
        raise ValueError(fault)
    return text


SecretPlace = Annotated[str, AfterValidator(_is_place)]
Address = Annotated[str, AfterValidator(_is_address)]
Host = Annotated[str, AfterValidator(_is_host)]


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine itself, so that nobody else can read what goes there."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _Receiver(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: Severity = Field("low", description="least severity of what is delivered")
    names: bool = Field(False, description="whether it is told the agent's name and team")


class _Remote(_Receiver):
    plaintext: bool = Field(False, description="agree to an unencrypted connection to another machine")
    ca_file: str | None = Field(None, description="certificates to trust, instead of the system's")
    certificate: str | None = Field(None, description="own certificate, for a receiver that asks for one")
    key: str | None = Field(None, description="file with its key")
    timeout: float = Field(10.0, gt=0, le=300, description="seconds to wait for the receiver")


class Webhook(_Remote):
    """One HTTP request per alert."""

    kind: Literal["webhook"]
    url: Address = Field(description="address; with a token in it, where it is kept")
    secret: SecretPlace | None = Field(None, description="where the key of the signature is kept")
    authorization: SecretPlace | None = Field(None, description="where the header Authorization is kept, whole")
    proxy: Address | None = Field(None, description="http://host:port to connect through")
    body: str = Field("plain", description="plain, chat, ticket, or a file with a JSON body")


class Syslog(_Remote):
    """One RFC 5424 message per alert, over TLS or TCP."""

    kind: Literal["syslog"]
    host: Host
    port: int = Field(6514, ge=1, le=65535)
    tls: bool = True
    facility: int = Field(13, ge=0, le=23, description="13: log audit")
    body: Literal["plain", "cef"] = Field("plain", description="the facts as JSON, or a CEF event")

    @model_validator(mode="after")
    def _is_agreed(self) -> Syslog:
        if not (self.tls or self.plaintext or is_loopback(self.host)):
            raise ValueError("syslog without TLS to another machine is readable on the way: plaintext = true agrees")
        return self


class Mail(_Remote):
    """One mail per alert."""

    kind: Literal["mail"]
    host: Host
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    to: list[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]] = Field(min_length=1)
    user: str | None = None
    password: SecretPlace | None = Field(None, description="where the password is kept")

    @model_validator(mode="after")
    def _is_agreed(self) -> Mail:
        if self.security == "none" and not (self.plaintext or is_loopback(self.host)):
            raise ValueError("mail without TLS to another machine is readable on the way: plaintext = true agrees")
        return self


class Folder(_Receiver):
    """One file per alert, which is there whole or not at all."""

    kind: Literal["folder"]
    path: str
    body: str = Field("plain", description="plain, chat, ticket, or a file with a JSON body")


Receiver = Annotated[Webhook | Syslog | Mail | Folder, Field(discriminator="kind")]
ReceiverName = Annotated[str, Field(pattern=NAME)]
