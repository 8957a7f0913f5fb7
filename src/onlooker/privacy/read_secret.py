"""Secrets, from where the settings say that they are kept: never from the settings, never into a message."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from onlooker.errors import UsageError

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts what LoadCredential= names."""


def read_secret(place: str) -> str:
    """The secret at `place`, without white space around it. Raises UsageError if it is not there, or open to all."""
    kind, _, name = place.partition(":")
    if kind == "env":
        text = os.environ.get(name)
        if text is None:
            raise UsageError(f"the environment has no {name}, where a secret is to be", "Set it, or name a file.")
    else:
        text = _in_file(Path(name) if kind == "file" else _credentials() / name)
    if not text.strip():
        raise UsageError(f"the secret at {place} is empty", "Write it there.")
    return text.strip()


def _credentials() -> Path:
    folder = os.environ.get(CREDENTIALS)
    if not folder:
        raise UsageError(
            "systemd has handed over no credentials",
            "Name them in the unit (LoadCredential=NAME:PATH), or use file:PATH.",
        )
    return Path(folder)


def _in_file(path: Path) -> str:
    try:
        if path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
            raise UsageError(f"everybody may read or write the secret in {path}", f"Take that away: chmod o= {path}")
        return path.read_text("utf-8")
    except OSError as error:
        raise UsageError(
            f"the secret in {path} can't be read: {error.strerror}",
            "Put it there, readable by this user; `openssl rand -base64 32` makes one.",
        ) from error
    except UnicodeDecodeError:
        raise UsageError(f"the secret in {path} is not text", "Write it as text, for example in base64.") from None
