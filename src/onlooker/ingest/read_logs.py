"""Log files -> the tables `events` and `rejects`, and an account of how they were understood."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from onlooker.errors import OnlookerError, UnusableInput, UsageError
from onlooker.ingest.chosen_lines import ALL_LINES, Only, only
from onlooker.ingest.columns import check_wishes
from onlooker.ingest.containers import Part, parts_of
from onlooker.ingest.date_order import OrderUnknown, shared_order
from onlooker.ingest.duplicates import Repeated, remove_duplicates
from onlooker.ingest.engine_with_folder import EngineWithFolder
from onlooker.ingest.files import LogFile, find_files
from onlooker.ingest.id_doubts import alike_ids, distinct_ids, doubtful_ids
from onlooker.ingest.input_account import input_of, nothing_usable, remarks, same_bytes
from onlooker.ingest.limits import check_columns, check_rows
from onlooker.ingest.line_rules import LineRules
from onlooker.ingest.load import Job, Loaded, load, make_tables
from onlooker.ingest.lost_by_agent import lost_lines, make_lost, told
from onlooker.ingest.map_columns import map_columns
from onlooker.ingest.mapping_question import MappingQuestion
from onlooker.ingest.no_logs import side_table_aside, side_table_like, without_given
from onlooker.ingest.nobody import called_nobody, make_nobody
from onlooker.ingest.plans import parquet_columns, parquet_rows, parquet_sample, parquet_sniff
from onlooker.ingest.products import Product
from onlooker.ingest.reading import FEWEST, Reading, dates_without_clock, zone_in_words
from onlooker.ingest.reading_macros import define_macros
from onlooker.ingest.sample_times import SampleTimes
from onlooker.ingest.sniff import sniff
from onlooker.ingest.survey import survey
from onlooker.ingest.times import Order, zone_named
from onlooker.ingest.unfinished import without_unfinished_line
from onlooker.ingest.unknown_verbs import name_unknown_verbs
from onlooker.ingest.validate import DAY, HOUR
from onlooker.schema.findings import NOT_USED, InputFile

Progress = Callable[[str, float], None]


def read_logs(
    engine: EngineWithFolder,
    paths: Sequence[str | os.PathLike[str]],
    *,
    columns: Mapping[str, str] | None = None,
    where: Sequence[str] = (),
    timezone: str | None = None,
    verbs: Mapping[str, str] | None = None,
    dates: Order | None = None,
    side_tables: Sequence[str] = (),
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
    hold_unfinished: bool = False,
    query: str = "",
    join_ids: bool = False,
    kept: Sequence[Mapping[str, str]] = (),
    formats: str = "",
) -> Reading:
    """Read logs into the tables EVENTS and REJECTS of `engine`.

    `columns` maps names of EVENTS (and `timestamp` for `us`) to columns of the log where they would not be
    recognised, or to paths into them (see `paths`). `where` says which lines are wanted, as in `resource=clients` (see
    `chosen_lines`): the others are no lines of the reading, and a note counts them. `timezone` is an IANA name: days
    and hours are local there, and timestamps without an offset are of there. `verbs` are further words of the action
    column, each with its action. `dates` is the order of day and month in dates such as 03/04/2026, where the log
    does not show it. Files among `side_tables` are no logs. With
    `hold_unfinished`, a last line that is still being written is not read. `query` says which
    rows of a database are the log. With `join_ids`, ids that differ in case, marks or `.0` only are one. `kept` are
    mappings that logs were read by before: a log with the same columns is read by them, and a note says what else it
    would be read by. `formats` is a folder of the user's own products. `progress` is told what is being read and the
    share of bytes done. Raises UsageError
    for what can't be carried out as asked, and where which column is which can't be told; UnusableInput if no line of
    any file can be used.
    """
    rules = LineRules(zone_named(timezone) if timezone else None, verbs or {}, dates or "", join_ids)
    define_macros(engine, rules.zone, verbs=rules.verbs, join_ids=join_ids)
    reader = _Reader(engine, rules, progress or (lambda _what, _share: None), only(where))
    reader.hold_unfinished, reader.query = hold_unfinished, query
    reader.tables, reader.kept, reader.formats = side_tables, kept, formats
    return reader.read(paths, columns or {}, stdin)


@dataclass
class _Reader:
    engine: EngineWithFolder
    rules: LineRules
    progress: Progress
    only: Only = ALL_LINES
    notes: list[str] = field(default_factory=list)
    inputs: dict[LogFile, InputFile] = field(default_factory=dict)
    refused: list[OnlookerError] = field(default_factory=list)
    loaded: list[Loaded] = field(default_factory=list)
    repeated_lines: int = 0
    offsets: set[int | None] = field(default_factory=set)
    jobs: list[Job] = field(default_factory=list)
    confirmed: frozenset[str] = frozenset()
    """Columns of EVENTS that the user named."""
    hold_unfinished: bool = False
    query: str = ""
    tables: Sequence[str] = ()
    """Files that were given as side tables."""
    products: dict[Product, list[str]] = field(default_factory=dict)
    kept: Sequence[Mapping[str, str]] = ()
    formats: str = ""

    def read(
        self, paths: Sequence[str | os.PathLike[str]], wishes: Mapping[str, str], stdin: BinaryIO | None
    ) -> Reading:
        files = find_files(paths, self.engine.folder, stdin, self.notes, self.query)
        files = without_given(files, self.tables, self.notes)
        fresh, twins = self._apart(files)
        self.jobs = jobs = self._understand(fresh, wishes)
        self.confirmed = frozenset(wishes)
        if not jobs:
            raise self._nothing({})
        stored = make_tables(self.engine, {name for job in jobs for name in job.mapping})
        make_lost(self.engine)
        make_nobody(self.engine)
        with ThreadPoolExecutor(1, thread_name_prefix="onlooker-hash") as threads:
            self._load_all(jobs, stored, threads)
        self._count_twins(twins)
        repeated = remove_duplicates(self.engine, self.loaded, stored, self.rules)
        self.notes += name_unknown_verbs(self.engine)
        return self._reading(files, jobs, repeated)

    def _without_tables(self, jobs: list[Job]) -> list[Job]:
        """Without files that look like side tables, if there are others."""
        kinds = {job.key: side_table_like(job.sniff) for job in jobs}
        if all(kinds.values()) or len(jobs) == 1:
            return jobs
        for job in jobs:
            if kind := kinds[job.key]:
                note, aside = side_table_aside(job.named, kind)
                self.notes.append(note)
                self._account(job.named, aside)
        return [job for job in jobs if not kinds[job.key]]

    def _apart(self, files: list[LogFile]) -> tuple[list[LogFile], dict[LogFile, LogFile]]:
        """Files to read, and those that hold the same bytes as one of them. Only files of one size can be the same."""
        sizes: dict[int, list[LogFile]] = {}
        fresh: list[LogFile] = []
        twins: dict[LogFile, LogFile] = {}
        for file in files:
            size = file.path.stat().st_size
            alike = sizes.setdefault(size, [])
            first = next((other for other in alike if size and same_bytes(file, other)), None)
            if first:
                twins[file] = first
            else:
                alike.append(file)
                fresh.append(file)
        return fresh, twins

    def _understand(self, files: list[LogFile], wishes: Mapping[str, str]) -> list[Job]:
        jobs = []
        for place, file in enumerate(files):
            try:
                parts = parts_of(file, self.engine.folder)
            except (UnusableInput, OSError) as error:
                self._refuse(file, error)
                continue
            for number, part in enumerate(parts):
                try:
                    jobs.append(self._job(part, file, f"{place}" if len(parts) == 1 else f"{place}_{number}"))
                except (UnusableInput, OSError) as error:
                    self._refuse(file, error)
        jobs = self._without_tables(jobs)
        named = [*wishes.values(), *self.only.columns]
        jobs = [replace(job, sniff=job.sniff.with_paths(named), only=self.only) for job in jobs]
        wanted = check_wishes(wishes, {job.file.shown: job.sniff.names for job in jobs})
        self._check_conditions(jobs)
        understood = []
        asked: list[MappingQuestion] = []
        times = SampleTimes(self.engine)
        for job in jobs:
            try:
                mapped = map_columns(job, wanted, times.plausible, self.kept, self.formats)
                understood.append(mapped.job)
                self.notes += [note for note in mapped.notes if note not in self.notes]
                if mapped.product:
                    self.products.setdefault(mapped.product, []).append(job.file.shown)
                done = mapped.job
                self.offsets |= times.offsets(done.sniff, done.mapping["timestamp"], done.types)
            except MappingQuestion as question:
                asked.append(question)
                self._refuse(job.named, question)
            except UnusableInput as error:
                self._refuse(job.named, error)
        if asked and not (understood and not any(question.tie for question in asked)):
            raise next((question for question in asked if question.tie), asked[0])
        return understood

    def _job(self, part: Part, named: LogFile, key: str) -> Job:
        file = part.file
        link = self.engine.folder / f"input-{key}"
        link.unlink(missing_ok=True)
        link.symlink_to(file.path.resolve())
        seen = sniff(file.path, file.shown)
        check_columns(file.shown, seen.names)
        container = named if part.kind else None
        if self.hold_unfinished and without_unfinished_line(file.path, seen, link):
            self.notes.append(
                f"{file.shown} is being written: its last line has no end yet and is left for a later run."
            )
        if seen.format != "parquet":
            return Job(file, key, seen, {}, link, container=container, kind=part.kind)
        types = parquet_columns(self.engine, link, file.shown)
        check_columns(file.shown, types)
        check_rows(file.shown, file.path.stat().st_size, parquet_rows(self.engine, link))
        known = parquet_sniff(seen, types, parquet_sample(self.engine, link, types))
        return Job(file, key, known, {}, link, types, container=container, kind=part.kind)

    def _check_conditions(self, jobs: list[Job]) -> None:
        names = [name for job in jobs for name in job.sniff.names]
        absent = [column for column in self.only.columns if column not in names]
        if absent and jobs:
            there = ", ".join(dict.fromkeys(names))
            raise UsageError(f"--where: the log has no column {' or '.join(absent)}", f"Its columns: {there}.")

    def _load_all(self, jobs: list[Job], stored: tuple[str, ...], threads: Executor) -> None:
        total = sum(job.file.path.stat().st_size for job in jobs) or 1
        done = 0
        later: list[tuple[Job, OrderUnknown]] = []
        for job in jobs:
            self.progress(f"reading {job.file.shown}", done / total)
            try:
                self._load(job, stored, threads)
            except OrderUnknown as error:
                later.append((job, error))
            done += job.file.path.stat().st_size
        for job, open_order in later:
            order = shared_order(open_order.column, filter(None, (one.settled for one in self.loaded)))
            if not order:
                raise open_order
            self._load(replace(job, order=order), stored, threads)
        self.notes += dict.fromkeys(one.settled.note for one in self.loaded if one.settled)
        self.progress("reading", 1.0)

    def _load(self, job: Job, stored: tuple[str, ...], threads: Executor) -> None:
        try:
            loaded = load(self.engine, job, stored, self.rules, threads)
        except UnusableInput as error:
            self._refuse(job.named, error)
        else:
            self.loaded.append(loaded)
            self._account(job.named, input_of(job, loaded))
            self.notes += [f"{job.file.shown} {note}." for note in remarks(job, loaded)]

    def _refuse(self, file: LogFile, error: OnlookerError | OSError) -> None:
        known = error if isinstance(error, OnlookerError) else UnusableInput(f"{file.shown}: {error.strerror}")
        self.refused.append(known)
        self.notes.append(f"Not used: {known.message}.")
        size, digest = 0, ""
        if not isinstance(error, OSError):
            facts = survey(file.path)
            size, digest = facts.bytes, facts.sha256
        self._account(file, InputFile(file.shown, size, digest, 0, 0, "", "", "", NOT_USED + known.message))

    def _account(self, file: LogFile, read: InputFile) -> None:
        """Of a container with several files one account is given."""
        known = self.inputs.get(file)
        if known:
            used = [one for one in (known, read) if not one.note.startswith(NOT_USED)]
            notes = [one.note.removeprefix(NOT_USED) if used else one.note for one in (known, read) if one.note]
            rows, rejected = known.rows + read.rows, known.rejected + read.rejected
            read = replace((used or [read])[0], rows=rows, rejected=rejected, note="; ".join(notes))
        self.inputs[file] = read

    def _count_twins(self, twins: dict[LogFile, LogFile]) -> None:
        for file, first in twins.items():
            original = self.inputs[first]
            self.repeated_lines += original.rows
            note = f"the same as {first.shown}, read once"
            self.inputs[file] = replace(original, path=file.shown, rejected=0, note=note)
            self.notes.append(f"{file.shown} holds the same bytes as {first.shown}: it was read once.")

    def _reading(self, files: list[LogFile], jobs: list[Job], repeated: Repeated) -> Reading:
        reasons = dict(
            self.engine.rows("SELECT reason, count(*) AS n FROM rejects GROUP BY reason ORDER BY n DESC, reason")
        )
        events, first, last, clockless = self.engine.rows(
            f"""SELECT count(*), min(day), max(day),
            bool_and(us % {HOUR} = 0 AND (hour = 0 OR us % {DAY} = 0)) FROM events"""
        )[0]
        if not events:
            raise self._nothing(reasons)
        duplicates = repeated.lines + self.repeated_lines
        if duplicates:
            what = "line repeats another line and was" if duplicates == 1 else "lines repeat another line and were"
            self.notes.append(f"{duplicates:,} {what} counted once.")
        self.notes += repeated.notes
        mapping: dict[str, str] = {}
        for job in jobs:
            mapping = job.mapping | mapping
        used = set(mapping.values())
        left_out = sum(one.left_out for one in self.loaded)
        shown = dict.fromkeys(job.only.shown for job in jobs if job.only)
        if shown and (left_out or self.only):
            self.notes.append(f"{left_out:,} lines were left out: only those with {' or '.join(shown)} are read.")
        for product, names in self.products.items():
            self.notes.insert(0, f"{names[0] if len(names) == 1 else f'{len(names):,} files'}: read as {product.said}.")
        counts = {
            "lines": sum(one.lines for one in self.loaded) + self.repeated_lines,
            "events": events,
            "rejected": sum(one.rejected for one in self.loaded),
            "duplicates": duplicates,
            **distinct_ids(self.engine),
        }
        dates_only = bool(clockless) and events >= FEWEST
        if dates_only:
            self.notes.append(dates_without_clock(mapping["timestamp"]))
        lost = lost_lines(self.engine)
        doubts, odd = doubtful_ids(self.engine, counts, mapping, self.confirmed)
        timezone, said = zone_in_words(self.rules.zone.name if self.rules.zone else None, self.offsets)
        return Reading(
            inputs=tuple(self.inputs[file] for file in files),
            mapping=mapping,
            unmapped=tuple(dict.fromkeys(name for job in jobs for name in job.sniff.names if name not in used)),
            timezone=timezone,
            counts=counts,
            rejects_by_reason=reasons,
            notes=(*self.notes, *called_nobody(self.engine), *told(lost), *alike_ids(self.engine, counts), *odd, *said),
            first_day=first,
            last_day=last,
            doubts=tuple(doubts),
            dates_only=dates_only,
            lost_lines=lost,
            mappings=tuple(dict(kept) for kept in dict.fromkeys(tuple(job.mapping.items()) for job in jobs)),
            join_ids=self.rules.join_ids,
            products={product.name: product.called for product in self.products},
        )

    def _nothing(self, reasons: dict[str, int]) -> OnlookerError:
        if not self.loaded and len(self.refused) == 1:
            return self.refused[0]
        return nothing_usable(self.engine, self.refused, self.jobs, self.loaded, tuple(self.inputs.values()), reasons)
