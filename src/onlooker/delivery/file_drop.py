"""Files in a folder that another program empties: each there whole or not at all."""

from __future__ import annotations

from pathlib import Path

from onlooker.atomic_files import write_whole_bytes
from onlooker.delivery.body_templates import Body
from onlooker.delivery.message import Message
from onlooker.delivery.way import NotTaken, in_words
from onlooker.errors import UsageError
from onlooker.schema.receivers import Folder


class FolderWay:
    """One file per message, named by its place and its id: a repeat replaces itself."""

    def __init__(self, receiver: Folder) -> None:
        """Raises UsageError if there is no such folder: where it is a mount that is gone, nothing may be put below."""
        self._folder, self._body = Path(receiver.path), Body(receiver.body)
        if not self._folder.is_dir():
            raise UsageError(f"there is no folder {self._folder} to put files into", "Make it, writable by this user.")

    def deliver(self, message: Message) -> None:
        """Write it aside, force it to disk, and give it its name."""
        try:
            with write_whole_bytes(self._folder / f"{message.seq:010d}-{message.id}.json") as out:
                out.write(self._body.filled(message.facts) + b"\n")
        except OSError as error:
            raise NotTaken(f"{self._folder}: {in_words(error)}") from error
