"""What is handed over with a case: a folder or a zip, sealed by a manifest of SHA-256 hashes."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from onlooker.atomic_files import write_whole_bytes
from onlooker.cases.case_records import Case
from onlooker.errors import UsageError
from onlooker.privacy import Names

MANIFEST = "MANIFEST.sha256"
"""As `sha256sum` writes it, and `sha256sum -c` reads it."""
ZIP_BEGINS = (1980, 1, 1, 0, 0, 0)
"""The time of each file in a zip, so that the same content gives the same bytes."""


def sealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with their manifest, which comes last."""
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return {**dict(sorted(files.items())), MANIFEST: "".join(lines).encode()}


def digest(bundle: Mapping[str, bytes]) -> str:
    """SHA-256 of the manifest of a sealed bundle: it stands for all of it."""
    return hashlib.sha256(bundle[MANIFEST]).hexdigest()


def as_zip(bundle: Mapping[str, bytes]) -> bytes:
    """A sealed bundle as one zip; the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in bundle.items():
            about = zipfile.ZipInfo(name, ZIP_BEGINS)
            about.compress_type, about.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            archive.writestr(about, content)
    return out.getvalue()


def must_be_revealed(names: Names, case: Case) -> None:
    """Raise UsageError where names are hidden and the case was not revealed: a bundle names people."""
    if names.private and case.revealed is None:
        raise UsageError(
            f"the names of {case.id} are hidden, and a bundle has them",
            f"Two people unlock them: onlooker cases reveal {case.id} --reason WHY --second NAME",
        )


def must_be_new(out: Path) -> None:
    """Raise UsageError where something is there already: a bundle is never written over."""
    if out.exists():
        raise UsageError(f"{out} is there already", "Name a new folder, or a new file that ends in .zip.")
    if not out.parent.is_dir():
        raise UsageError(f"there is no folder {out.parent}", "Make it, or name a place in one that is there.")


def write_bundle(bundle: Mapping[str, bytes], out: Path) -> None:
    """Write a sealed bundle to `out`: one zip if it is called so, else a new folder, for its owner alone."""
    must_be_new(out)
    if out.suffix.lower() == ".zip":
        with write_whole_bytes(out) as stream:
            stream.write(as_zip(bundle))
        return
    out.mkdir(mode=0o700)
    for name, content in bundle.items():
        with write_whole_bytes(out / name) as stream:
            stream.write(content)
