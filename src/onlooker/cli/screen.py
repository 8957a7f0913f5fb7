"""What the command shows: data on standard output, words and progress on standard error."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass, field
from typing import TextIO

from onlooker.report.harmless import for_terminal

BAR = 24


@dataclass
class Screen:
    """Standard error for words; progress only on a terminal; colour unless NO_COLOR is set."""

    quiet: bool = False
    verbose: bool = False
    stream: TextIO = field(default_factory=lambda: sys.stderr)
    _shown: str = ""

    @property
    def live(self) -> bool:
        """Whether progress is shown."""
        return not self.quiet and self.stream.isatty()

    def progress(self, what: str, share: float) -> None:
        """One line that is written over: what is being done, and how far it is."""
        if not self.live:
            return
        filled = round(min(max(share, 0.0), 1.0) * BAR)
        line = f"{'█' * filled}{'·' * (BAR - filled)} {for_terminal(what, 50)}"
        if line != self._shown:
            self.stream.write(f"\r\033[K{line}")
            self.stream.flush()
            self._shown = line

    def clear(self) -> None:
        """Take the progress line away."""
        if self._shown:
            self.stream.write("\r\033[K")
            self.stream.flush()
            self._shown = ""

    def say(self, text: str) -> None:
        """A sentence for the reader, unless told to be quiet."""
        if not self.quiet:
            self.clear()
            self.stream.write(for_terminal(text) + "\n")

    def detail(self, text: str) -> None:
        """A sentence for `-v`."""
        if self.verbose:
            self.say(text)


def say_error(message: str, hint: str) -> None:
    """What is wrong, and what to do."""
    lines = [f"onlooker: {for_terminal(part)}" for part in message.splitlines() or [""]]
    lines += [f"          {for_terminal(part)}" for part in hint.splitlines()]
    sys.stderr.write("\n".join(lines) + "\n")


def wants_colour(stream: TextIO) -> bool:
    """https://no-color.org: set and not empty means no colour."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns of the terminal; 100 where there is none, so that piped output does not depend on a window."""
    return min(shutil.get_terminal_size((100, 24)).columns, 160) if sys.stdout.isatty() else 100
