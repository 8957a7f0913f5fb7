"""What Spark leaves to this machine of the files that are delivered: which are whole, and their checksums."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from onlooker.errors import UnusableInput
from onlooker.ingest import Reading
from onlooker.ingest.files import LogFile
from onlooker.ingest.sniff import sniff
from onlooker.ingest.unfinished import unfinished_line
from onlooker.schema.findings import InputFile
from onlooker.store.parquet_files import checksum

Paths = Sequence[str | os.PathLike[str]]


def being_written(paths: Paths) -> list[LogFile]:
    """Those of `paths` whose last line has no end yet: Spark reads a file whole or not at all."""
    return [file for file in paths if isinstance(file, LogFile) and _unfinished(file)]


def _unfinished(file: LogFile) -> bool:
    try:
        return bool(unfinished_line(file.path, sniff(file.path, file.shown))[0])
    except (UnusableInput, OSError):  # whoever reads it says so
        return False


def with_checksums(reading: Reading, paths: Paths) -> Reading:
    """`reading` with the SHA-256 of the files that are here: by it a store knows what it has taken in."""
    here = {file.shown: file for file in paths if isinstance(file, LogFile)}

    def known(file: InputFile) -> InputFile:
        return replace(file, sha256=checksum(here[file.path].path)) if _lacks(file) and file.path in here else file

    return replace(reading, inputs=tuple(known(file) for file in reading.inputs))


def _lacks(file: InputFile) -> bool:
    return bool(file.format) and not file.sha256
