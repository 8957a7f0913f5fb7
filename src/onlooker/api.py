"""Every public function of the package: the same jobs as the commands, for notebooks and scripts."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from onlooker.alerts.decide import Policy
from onlooker.cases import hidden_from, rarest_open_night
from onlooker.config import Options, load
from onlooker.delivery.month_receipt import check_receipt as check_receipt  # noqa: PLC0414 (public here)
from onlooker.delivery.month_receipt import receipt as receipt  # noqa: PLC0414 (public here)
from onlooker.errors import UsageError
from onlooker.ingest.ids import normal_id
from onlooker.investigate import Span, Victims, agent_night, customer_access, victims_of
from onlooker.investigate import exposure as exposure_in
from onlooker.investigate import trace as trace_in
from onlooker.scanning.customers_of_last_scan import with_customers
from onlooker.scanning.private_looks import as_stored, private_look
from onlooker.scanning.start_engine import duck_engine
from onlooker.store.layout import as_local_date

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from onlooker.backtesting import Backtest
    from onlooker.cases.case_records import Case, Desk
    from onlooker.cases.held_about import Held
    from onlooker.checks.profile import Profile
    from onlooker.delivery.export_alerts import Export
    from onlooker.delivery.send_waiting import Delivered
    from onlooker.investigate import Access, AgentNight, Exposure, Trace
    from onlooker.nightly.todays_cases import Today
    from onlooker.scanning.result import Scan
    from onlooker.simulation.write_world import Written

Logs = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]
Place = str | os.PathLike[str]


def paths_of(logs: Logs) -> list[str | os.PathLike[str]]:
    """One path or several, as a list."""
    return [logs] if isinstance(logs, str | os.PathLike) else list(logs)


def scan(
    logs: Logs = (),
    out: str | os.PathLike[str] | None = None,
    store: str | os.PathLike[str] | None = None,
    closed: bool = False,
    *,
    rules_only: bool = False,
    tables: str | Sequence[str] = (),
    spark: SparkSession | None = None,
    **options: Unpack[Options],
) -> Scan:
    """Scan record-access logs (paths, folders or globs) and return the run, its alerts and its tables as pandas frames.

    `out` is a folder for the files that the command writes; without it nothing is written. With `store` the nights
    accumulate in a folder, and only days that are over are judged unless `closed` says that all are. Without a store
    all days are judged, and `closed` says that no export ended within the last one. `options` are the settings of the
    command, by the same names (`budget=3`, `tz="Europe/Vienna"`, `map={"agent_id": "user"}`).

    `rules_only`, with a store, judges no new night: hard rules alone look at the days that wait.

    With `engine="spark"`, or in a session `spark` that is already there, the heavy part runs on Spark; `tables` are
    then logs by their names in its catalog.
    """
    from onlooker.nightly import scan_into
    from onlooker.scanning.run import scan as run

    folder = Path(out) if out is not None else None
    settings = load({"engine": "spark", **options} if spark is not None else options)
    named = [tables] if isinstance(tables, str) else list(tables)
    if store is not None:
        how: dict[str, Any] = {"closed": closed, "rules_only": rules_only, "session": spark, "tables": named}
        return scan_into(Path(store), paths_of(logs), settings, out=folder, **how)
    return run(paths_of(logs), settings, tables=named, out=folder, closed=closed, session=spark)


def check(logs: Logs, **options: Unpack[Options]) -> Profile:
    """How the logs would be read: mapping, counts, rejects, gaps, columns that are missing."""
    from onlooker.checks.profile import profile
    from onlooker.engines.duck import DuckEngine
    from onlooker.ingest import read_logs
    from onlooker.scanning.inputs import reading_settings

    settings = load(options)
    with DuckEngine(memory=settings.memory, threads=settings.threads) as engine:
        reading = read_logs(
            engine, paths_of(logs), where=settings.where, query=settings.query or "", **reading_settings(settings)
        )
        return profile(engine, reading)


def backtest(
    logs: Logs, out: Place | None = None, *, campaigns: Sequence[str] = (), tries: int | None = None, seed: int = 0,
    quick: bool = False, **options: Unpack[Options],
) -> Backtest:  # fmt: skip
    """Plant misuse in copies of `logs`, and say what would have been known of it, when, and at what price.

    `campaigns` are names of what is planted, all by default; `tries` is how often each is (8, or 4 when `quick`). With
    `out`, a new or an empty folder, backtest.html and backtest.json are written there. Raises UsageError for a campaign
    that there is not or a folder that is not empty, UnusableInput where the log is too short or nobody in it could be
    an insider.
    """
    from onlooker.backtesting import backtest_into, run_backtest

    how: dict[str, Any] = {"campaigns": campaigns, "tries": tries, "seed": seed, "quick": quick}
    settings = load(options)
    if out is None:
        return run_backtest(paths_of(logs), settings, **how)
    return backtest_into(Path(out), paths_of(logs), settings, **how)


def deliver(store: Place, config: Place | None = None, **options: Unpack[Options]) -> tuple[Delivered, ...]:
    """Deliver what waits in the store's outbox to the receivers of the settings; what happened, by receiver.

    `config` is a settings file, by default that of ONLOOKER_CONFIG, else onlooker.toml of this folder. Raises StoreBusy
    where another run delivers.
    """
    from onlooker.delivery.send_waiting import send_waiting

    settings = load(options, Path(config) if config is not None else None)
    how: dict[str, Any] = {"mode": settings.privacy, "key": settings.pseudonym_key}
    done = send_waiting(Path(store), settings.receivers, settings.link, **how)
    if settings.metrics:
        from onlooker.delivery.prometheus_figures import write_figures
        from onlooker.store import Store

        with Store.open(Path(store)) as opened:
            write_figures(Path(settings.metrics), opened)
    return done


def export(
    store: Place, format: str, first: str | None = None, last: str | None = None, *, suppressed: bool = False,
    reason: str = "", who: str | None = None, written_to: str | None = None,
) -> Export:  # fmt: skip
    """The store's alerts from the local date `first` to `last` as `ocsf`, `ecs`, `cef`, `markdown` or `csv`.

    The same alerts give the same lines. With `suppressed`, those that were held back too. Else as `exposure`. Raises
    UsageError for another format.
    """
    from onlooker.delivery.export_alerts import export_store, must_be_format

    must_be_format(format)
    begin, end = (as_local_date(day) if day else None for day in (first, last))
    about = {"format": format, "from": first, "to": last, "written to": written_to}
    with private_look(store, "export", about, load({}), reason, who) as look, look.store.snapshot():
        found = export_store(look.store, format, begin, end, suppressed=suppressed, shown=look.shown, seen=look.seen)
        return replace(found, noted=look.noted)


def explain(
    agent: str, store: Place, date: str | None = None, *, reason: str = "", who: str | None = None, lines: bool = False,
    **options: Unpack[Options],
) -> AgentNight:  # fmt: skip
    """What the store knows of one night of an agent: scores, what speaks for and against, visits to look at first.

    Without `date` (local, ISO) it is the rarest night of the agent's open case, else that of the newest alert, or else
    the last one judged. Of an agent with an open case it tells the day from first to last look; `lines` reads the lines
    of the log again. Whom a case about the agent is sealed from hears of no alert.
    The look is written to the history, with `reason`, under the name `who` or of whoever runs this.
    `options` are settings (`memory="4GB"`). Raises UsageError where the store has no such night.
    """
    must_be_named(agent)
    settings = load(options)
    if date:
        as_local_date(date)  # what is no date is refused before it is on record
    about = {"agent": normal_id(agent), "date": date, **({"lines": True} if lines else {})}
    with private_look(store, "explain", about, settings, reason, who) as look, duck_engine(settings) as engine:
        from onlooker.store.history_chain import person

        told = not hidden_from(look.store, look.subject, who or person())
        policy = Policy(settings.budget, settings.q_limit, settings.quiet_days)
        night = agent_night(
            engine, look.store, look.subject, date, policy=policy, lines=lines, tell_alerts=told,
            open_case=rarest_open_night(look.store, look.subject) if told else None,
        )  # fmt: skip
        mine = tuple(one for one in night.alerts if look.seen.sees_alert(one))
        return look.shown(replace(night, alerts=mine, noted=look.noted))


def today(store: Place, *, who: str | None = None, place: Path | None = None, **options: Unpack[Options]) -> Today:
    """What is to be done this morning: cases that are new, raised again, those of `who`, those that lie about.

    `who` is by default whoever runs this; `place` is the store as the commands to copy name it. The look is written
    to the history. Raises StoreMissing where there is no store.
    """
    from onlooker.nightly.todays_cases import todays_cases
    from onlooker.store.history_chain import person

    settings = load(options)
    with private_look(store, "today", {}, settings, "", who) as look:
        found = todays_cases(look.store, place, who or person(), settings.nights, look.seen)
        return look.shown(replace(found, noted=look.noted))


def refer(
    case: str,
    store: Place,
    to: Desk,
    out: Place | None,
    *,
    who: str | None = None,
    reason: str = "",
    **options: Unpack[Options],
) -> tuple[Case, str, bytes]:
    """Refer a case to HR, legal or a vendor: the case as it is then, the manifest's SHA-256, and the bundle as a zip.

    The bundle is written to `out`, a new folder or a new file `NAME.zip`; nowhere where it is None. Raises UsageError
    for what is there already, for a case that there is not, and for one that is closed.
    """
    from onlooker.nightly.referral import refer_case
    from onlooker.store.history_chain import person

    return refer_case(Path(store), case, to, None if out is None else Path(out), who or person(), reason, load(options))


def exposure(
    agent: str, store: Place, first: str | None = None, last: str | None = None,
    *, reason: str = "", who: str | None = None, written_to: str | None = None, **options: Unpack[Options],
) -> Exposure:  # fmt: skip
    """The customers whose records an agent opened from the local date `first` to `last`, unfinished days included.

    Tiers come from the customers table (`customers="customers.csv"`, or what the last scan was given, if it is still
    there). `written_to` is a file that the caller exports the list to, for the history. Else as `explain`.
    """
    must_be_named(agent)
    settings, span = load(options), Span.of(first, last)
    about = {"agent": normal_id(agent), "from": first, "to": last, "written to": written_to}
    with private_look(store, "exposure", about, settings, reason, who) as look, duck_engine(settings) as engine:
        settings, notes = with_customers(settings, look.store)
        if settings.customers:
            from onlooker.scanning.inputs import read_customers

            read_customers(engine, settings)
        found = exposure_in(engine, look.store, look.subject, span, tiers=bool(settings.customers))
        return look.shown(replace(found, noted=look.noted, notes=notes))


def trace(
    victims: Place | Victims | Iterable[str], store: Place, first: str | None = None, last: str | None = None,
    *, expose: bool = False, out: Place | None = None, reason: str = "", who: str | None = None,
    **options: Unpack[Options],
) -> Trace:  # fmt: skip
    """Which agents met more of some customers than their share of the work makes likely.

    `victims` is a file of customer ids (one a line, or a table with a column of them, and perhaps fraud_date and
    report_date), or the ids themselves, at least one. Where the list says when a customer was harmed, only meetings
    before that day count. `expose` asks whom those who stand out opened since it began, with regions from the
    customers table as `exposure` takes it; with `out`, a new folder or NAME.zip, that is written there with a
    manifest of hashes. Else as `exposure`. The history says how many customers were asked about, and not which.
    """
    from onlooker.nightly.trace_exposure import (
        must_be_writable,
        of_people_seen,
        shown_trace,
        trace_exposure,
        write_trace,
    )

    settings, span, given = load(options), Span.of(first, last), victims_of(victims)
    about = {"customers": len(given.ids), "from": first, "to": last}
    if out is not None:
        must_be_writable(Path(out))
    if expose or out is not None:
        about |= {"expose": True, "written to": None if out is None else str(out)}
    with private_look(store, "trace", about, settings, reason, who) as look, duck_engine(settings) as engine:
        opened = look.store
        look.names.look_up(given.ids)
        asked = given.spelled(lambda one: as_stored(look.names.real(one, "customer"), opened))
        found = of_people_seen(trace_in(engine, opened, asked, span), look.seen)
        if expose or out is not None:
            found = trace_exposure(engine, opened, found, span, *with_customers(settings, opened))
        found = shown_trace(look.names, replace(found, noted=look.noted))
    return write_trace(found, Path(out), Path(store), who) if out is not None else found


def access(
    customer: str, store: Place, first: str | None = None, last: str | None = None,
    *, reason: str = "", who: str | None = None, **options: Unpack[Options],
) -> Access:  # fmt: skip
    """Who opened the record of a customer, when, and what explains each visit. Else as `exposure`."""
    if not normal_id(customer):
        raise UsageError("no customer is given", "Name one as the log spells it.")
    settings, span = load(options), Span.of(first, last)
    about = {"customer": normal_id(customer), "from": first, "to": last}
    with private_look(store, "access", about, settings, reason, who) as look, duck_engine(settings) as engine:
        found = customer_access(engine, look.store, look.subject, span)
        mine = found.visits[[look.seen.sees(one) for one in found.visits["agent_id"]]]
        return look.shown(replace(found, visits=mine, noted=look.noted))


def held(person: str, store: Place, *, reason: str = "", who: str | None = None) -> Held:
    """All that the store holds about an agent or a customer, and who looked at it. Else as `exposure`."""
    from onlooker.cases.held_about import held_about
    from onlooker.store.history_chain import person as at_the_keyboard

    must_be_named(person)
    about = {"whom": normal_id(person)}
    with private_look(store, "person shown", about, load({}), reason, who) as look:
        return look.shown(replace(held_about(look.store, look.subject, who or at_the_keyboard()), noted=look.noted))


def must_be_named(agent: str) -> None:
    """Raise UsageError for an empty name, before the look is on record."""
    if not normal_id(agent):
        raise UsageError("no agent is given", "Name one as the log spells it.")


def simulate(
    out: Place,
    world: str = "call_centre",
    *,
    agents: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    campaigns: Sequence[str] = (),
    period: str = "month",
    progress: Callable[[str, float], None] = lambda what, share: None,
) -> Written:
    """Invent an organisation and write its log, its side tables and the truth to `out`, a new or empty folder.

    Numbers that are not given are the world's own; `campaigns` are names, or `NAME:INSIDERS`, `all` or `none` (the
    world's own when there is none). `period` (all, month, week, day) cuts the log into files. Raises UsageError for an
    unknown world or campaign, for a campaign that nobody in this world can carry out, and for a folder with files.
    """
    from onlooker.simulation.worlds import world_named
    from onlooker.simulation.write_world import write_world

    return write_world(
        world_named(world), Path(out), agents=agents, days=days, seed=seed, campaigns=campaigns, period=period,
        progress=progress,
    )  # fmt: skip
