"""Which files are meant: paths, folders, globs and standard input."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from onlooker.errors import UnusableInput, UsageError
from onlooker.ingest.elsewhere import delta_rows, fetched, is_delta, is_elsewhere
from onlooker.ingest.limits import check_kind, spool
from onlooker.ingest.log_content import looks_like_log, passed_over

LOG_SUFFIXES = frozenset(
    {".csv", ".tsv", ".tab", ".txt", ".log", ".json", ".jsonl", ".ndjson", ".parquet", ".pq", ".zip", ".xlsx"}
)
PACKED_SUFFIXES = frozenset({".gz", ".zst", ".zstd", ".bz2", ".xz"})


@dataclass(frozen=True)
class LogFile:
    """One file to read. `shown` is what people see; `path` is where its bytes are."""

    shown: str
    path: Path

    def __fspath__(self) -> str:
        return os.fspath(self.path)


def find_files(
    paths: Sequence[str | os.PathLike[str]],
    folder: Path,
    stdin: BinaryIO | None,
    notes: list[str] | None = None,
    query: str = "",
) -> list[LogFile]:
    """Every file meant by `paths`, each once, in the order given; folders in order of name.

    A link in a folder that leads out of it is passed over, and named in `notes`.
    What lies elsewhere (s3://..., a database, of which `query` says the rows) is put into `folder` first.
    Raises UsageError for a path that does not exist and UnusableInput for a folder without logs.
    """
    if not paths:
        raise UsageError("no log files given", "Name files, folders or '-' for standard input.")
    found: dict[LogFile, None] = {}
    for path in paths:
        if isinstance(path, LogFile):
            found.setdefault(path)
        elif is_elsewhere(os.fspath(path)):
            for shown, place in fetched(os.fspath(path), query, folder, has_log_suffix):
                found.setdefault(LogFile(shown, place))
        else:
            for file in _expand(os.fspath(path), folder, stdin, notes if notes is not None else []):
                found.setdefault(file)
    return list(found)


def _expand(path: str, folder: Path, stdin: BinaryIO | None, notes: list[str]) -> Iterator[LogFile]:
    if path == "-":
        if stdin is None:
            raise UsageError("'-' means standard input, and there is none here")
        yield LogFile("-", spool(stdin, folder / "stdin", "standard input"))
        return
    if not os.path.lexists(path) and glob.has_magic(path):
        matches = sorted(glob.iglob(path, recursive=True))  # noqa: PTH207 - Path.glob wants a root
        if not matches:
            raise UsageError(f"no file matches {path}")
        for match in matches:
            yield from _existing(match, folder, notes, quiet=True)
        return
    yield from _existing(path, folder, notes, quiet=False)


def _existing(path: str, folder: Path, notes: list[str], quiet: bool) -> Iterator[LogFile]:
    real = Path(path)
    if real.is_dir() and is_delta(real):
        yield LogFile(as_text(path), delta_rows(real, as_text(path), folder))
    elif real.is_dir():
        every = [file for file in sorted(real.rglob("*")) if _is_visible(file, real)]
        # Rotated logs have names such as access.csv.1: their content says what they are.
        here = [file for file in every if has_log_suffix(file.name) or looks_like_log(file)]
        if others := [as_text(file.relative_to(real)) for file in every if file not in here]:
            notes.append(passed_over(as_text(path), others))
        inside = [file for file in here if file.resolve().is_relative_to(real.resolve())]
        leaving = [f"{as_text(file)} is a link that leads out of the folder" for file in here if file not in inside]
        notes += [f"{link}: it is not read. Name it to have it read." for link in leaving]
        if leaving and not inside and not quiet:
            raise UnusableInput(leaving[0], "Name the file that it leads to, if it is a log.")
        if not inside and not quiet:
            names = ", ".join(sorted(LOG_SUFFIXES))
            raise UnusableInput(
                f"{path} holds no log files", f"Looked for {names}, plain or with .gz, .zst, .bz2 or .xz."
            )
        yield from (LogFile(as_text(file), file) for file in inside)
    elif real.is_file():
        yield LogFile(as_text(path), real)
    elif real.exists():
        check_kind(as_text(path), real.stat())
        # A pipe, as in <(zcat ...): it can be read only once, so it goes to a file first.
        with real.open("rb") as pipe:
            yield LogFile(as_text(path), spool(pipe, folder / f"pipe-{real.name}", as_text(path)))
    else:
        raise UsageError(f"no such file: {path}")


def as_text(path: str | os.PathLike[str]) -> str:
    """A path as text for people and tables; bytes that are not UTF-8 are written as escapes."""
    return os.fsencode(path).decode("utf-8", errors="backslashreplace")


def _is_visible(file: Path, root: Path) -> bool:
    return file.is_file() and not any(part.startswith(".") for part in file.relative_to(root).parts)


def has_log_suffix(name: str) -> bool:
    """Whether a file's name is that of a log, packed or not."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes[-2:]]
    if suffixes and suffixes[-1] in PACKED_SUFFIXES:
        suffixes.pop()
    return bool(suffixes) and suffixes[-1] in LOG_SUFFIXES
