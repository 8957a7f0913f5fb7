"""What is told of each file that was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from onlooker.engines.protocol import Engine
from onlooker.errors import OnlookerError, UnusableInput
from onlooker.ingest.files import LogFile
from onlooker.ingest.load import Job, Loaded
from onlooker.ingest.survey import survey
from onlooker.schema.findings import InputFile


def none_wanted(jobs: Sequence[Job], left_out: int) -> str:
    """That no line is as asked, and what there is where a condition looks that no line of the sample meets."""
    job = jobs[0]
    there: dict[str, set[str]] = {
        column: {value for value in job.sniff.values(column) if value} for column in job.only.columns
    }
    asked = next((column for column, values in there.items() if len(values) < 2), job.only.columns[0])
    values = ", ".join(sorted(there[asked])[:10])[:200] or "nothing"
    return f"none of {left_out:,} lines has {job.only.shown}; there are, in {asked}: {values}"


def nothing_usable(
    engine: Engine,
    refused: Sequence[OnlookerError],
    jobs: Sequence[Job],
    loaded: Sequence[Loaded],
    inputs: Sequence[InputFile],
    reasons: Mapping[str, int],
) -> UnusableInput:
    """That no line of any file can be used, and why; `reasons` are those of the rejects."""
    said = [error.message for error in refused[:5]]
    if reasons:
        first = "SELECT file, line, reason FROM rejects ORDER BY file, line LIMIT 1"
        file, line, reason = engine.rows(first)[0]
        counted = ", ".join(f"{reason} ({n:,})" for reason, n in reasons.items())
        place = f"first {file} line {line}" + (f": {reason}" if len(reasons) > 1 else "")
        said.append(f"every line was rejected: {counted}; {place}")
    elif loaded:
        left_out = sum(one.left_out for one in loaded)
        bare = ", ".join(file.path for file in inputs if file.sha256 and not file.rows)
        said.append(none_wanted(jobs, left_out) if left_out else f"no lines after the header in {bare}")
    return UnusableInput(
        "nothing usable in the input: " + "; ".join(dict.fromkeys(said)),
        "Each line needs a time, an agent and a customer; docs/formats.md says what is read.",
    )


def same_bytes(one: LogFile, other: LogFile) -> bool:
    """Whether two files of one size are the same."""
    if one.path.samefile(other.path):
        return True
    return survey(one.path).sha256 == survey(other.path).sha256


def input_of(job: Job, loaded: Loaded) -> InputFile:
    """What came of a file, under the name that the user gave."""
    kind = "jsonl" if job.sniff.format == "json rows" else job.sniff.format
    facts = loaded.facts
    if job.container:
        whole = survey(job.container.path)
        facts = replace(facts, bytes=whole.bytes, sha256=whole.sha256)
    return InputFile(
        path=job.named.shown,
        bytes=facts.bytes,
        sha256=facts.sha256,
        rows=loaded.lines,
        rejected=loaded.rejected,
        format=kind,
        compression=job.kind or job.sniff.compression,
        encoding=facts.encoding,
        note="; ".join(remarks(job, loaded)),
    )


def remarks(job: Job, loaded: Loaded) -> list[str]:
    """What a reader must hear of the file."""
    header_only = [] if loaded.lines else ["has a header and no lines"]
    return [*job.sniff.notes, *([loaded.facts.note] if loaded.facts.note else []), *header_only]
