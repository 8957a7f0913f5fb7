"""Settings: flag, environment (ONLOOKER_...), onlooker.toml, default, in that order; unknown keys are refused."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from onlooker.errors import UsageError
from onlooker.schema.days import ALONE_DAYS
from onlooker.schema.findings import Severity
from onlooker.schema.misspelled import did_you_mean
from onlooker.schema.privacy_modes import Mode
from onlooker.schema.receivers import Receiver, ReceiverName, SecretPlace
from onlooker.schema.side_tables import SIDE_TABLES
from onlooker.schema.verdict_kinds import VerdictKind

FILE = "onlooker.toml"
PREFIX = "ONLOOKER_"
WHERE_IT_RUNS = ("engine", "master", "remote", "spark_conf", "spark_folder", "tables_to")
"""Settings that change no answer."""
SECRET = re.compile("secret|password|token|key|credential", re.IGNORECASE)
"""In the name of an option whose value is not shown."""
DELIVERY = ("also_write", "metrics", "receivers", "first_delivery", "link")
"""Settings that change who hears of an answer, and how."""
PRIVACY = ("privacy", "pseudonym_key", "vendors", "sites")
"""Settings of what is shown of names, and of whom."""
ON_SCREEN = ("fail_on", "keep", "keep_unalerted", "keep_verdicts", "nights", "out", "second_for_confirmed", "store")
"""Settings that change where results are, what is shown or kept, and who decides."""
CONFIG = "ONLOOKER_CONFIG"
"""Names the file of the settings."""
NOT_SETTINGS = (CONFIG, "ONLOOKER_SQL", "ONLOOKER_STORE")
SECRETS = "ONLOOKER_SECRET_"
"""Begins the name of a variable that a receiver's secret may be kept in; it is no setting."""


def _side_table(name: str) -> Any:
    return Field(None, description=f"side table: {SIDE_TABLES[name]}")


class Context(BaseModel):
    """How side tables are read: the section [context] of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: dict[str, dict[str, str]] = Field(
        default_factory=dict, description="side table, then its column = column of the file"
    )
    high_tiers: list[str] = Field(default_factory=list, description="tiers of customers that are high ones")
    least_rate: float = Field(
        default=0.5, ge=0, le=1, description="share of ids that must be found before tickets are judged by their table"
    )


class Settings(BaseModel):
    """All settings of a scan. Frozen, and hashed into run.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tz: str | None = Field(None, description="zone of timestamps without an offset, and of local days (IANA name)")
    map: dict[str, str] = Field(default_factory=dict, description="column of Onlooker = column of the log")
    where: list[str] = Field(
        default_factory=list, description="lines of the log that are read, as in resource=clients; all if empty"
    )
    verbs: dict[str, str] = Field(default_factory=dict, description="word of the log's action column = action")
    dates: Literal["dmy", "mdy"] | None = Field(
        None, description="order of day and month in dates such as 03/04/2026, where the log does not show it"
    )
    formats: str | None = Field(None, description="folder with log products of your own (see `onlooker formats new`)")
    join_ids: bool = Field(False, description="whether ids that differ in case, marks or .0 only are one")
    query: str | None = Field(None, description="rows of a database that are the log, as a SELECT")
    agents: str | None = _side_table("agents")
    identities: str | None = _side_table("identities")
    tickets: str | None = _side_table("tickets")
    roster: str | None = _side_table("roster")
    leave: str | None = _side_table("leave")
    customers: str | None = _side_table("customers")
    calendar: str | None = _side_table("calendar")
    contacts: str | None = _side_table("contacts")
    site_zones: dict[str, str] = Field(default_factory=dict, description="site = zone (IANA name)")
    context: Context = Field(Context(), description="how side tables are read")
    budget: int = Field(5, ge=0, le=1000, description="most alerts per night that the scores may raise")
    q_limit: float = Field(
        0.5, gt=0, le=1, description="highest q-value an alert may have: expected share of false alarms"
    )
    quiet_days: int = Field(14, ge=0, le=365, description="days without a further alert about the same agent")
    combinations: float = Field(
        0.15, ge=0, le=2, description="weight of the PyOD detector of unusual combinations; 0: off"
    )
    rehearsal: bool = Field(
        False, description="whether families of signals are weighed by visits planted in copies of the log's past"
    )
    daily_cap: int = Field(200, ge=1, description="distinct customers a day above which a person is always alerted on")
    reveal_cap: int = Field(200, ge=1, description="masked fields revealed a day above which a person is alerted on")
    row_cap: int = Field(2000, ge=1, description="rows exported a day above which a person is alerted on")
    late_share: float = Field(
        0.2,
        gt=0,
        le=1,
        description="share of a person's lines, rejected, repeated or late, from which it is alerted on",
    )
    second_for_confirmed: bool = Field(False, description="whether a confirmed verdict takes a second person")
    benign_total: int = Field(
        ALONE_DAYS,
        ge=1,
        le=365,
        description="days a year that one analyst may explain or suppress of a person alone",
    )
    may_export: list[str] = Field(default_factory=list, description="agents and roles that may export")
    engine: Literal["duckdb", "spark"] = Field("duckdb", description="what runs the SQL: duckdb here, or spark")
    master: str | None = Field(None, description="Spark: master of a driver started here; local[*] by default")
    remote: str | None = Field(None, description="Spark: a Connect server, sc://host:15002")
    spark_conf: dict[str, str] = Field(default_factory=dict, description="Spark: its own options")
    spark_folder: str | None = Field(None, description="Spark: a folder that all nodes see, for intermediate tables")
    tables_to: str | None = Field(None, description="Spark: where VISITS and AGENT_DAYS are written, as Parquet")
    memory: str = Field("1400MB", pattern=r"^\d+(\.\d+)?\s?([KMGT]i?B|%)$", description="memory of the SQL engine")
    threads: int | None = Field(None, ge=1, description="threads of the SQL engine")
    rescore_days: int = Field(3, ge=0, le=30, description="recent nights that are rescored when late data arrives")
    off: list[str] = Field(
        default_factory=list,
        description="signals and patterns that are switched off; a pattern at one site as odd_hours@SITE",
    )
    store: str | None = Field(None, description="folder in which nights accumulate, for every command")
    out: str = Field("out", description="folder for the report, the alerts and the scores of a scan")
    fail_on: Severity | None = Field(None, description="severity from which on a new alert ends a scan with 1")
    keep: dict[str, Annotated[int, Field(ge=1)]] = Field(
        default_factory=dict, description="retention: table of the store = days; see `onlooker store prune`"
    )
    nights: int = Field(14, ge=1, description="nights of open alerts in the report")
    also_write: list[Literal["ocsf", "ecs", "cef", "markdown"]] = Field(
        default_factory=list, description="formats of alerts that a scan writes besides: ocsf, ecs, cef, markdown"
    )
    privacy: Mode = Field(
        "open",
        description="what is shown of names: open (all), pseudonyms, or strict (little of people without alerts)",
    )
    pseudonym_key: SecretPlace | None = Field(
        None, description="where the key of pseudonyms is kept; by default the store has its own"
    )
    vendors: list[str] = Field(default_factory=list, description="vendors whose people look-ups show; all if empty")
    sites: list[str] = Field(default_factory=list, description="sites whose people look-ups show; all if empty")
    keep_unalerted: int = Field(
        90, ge=90, description="days after which strict privacy erases scores of people who were never alerted on"
    )
    keep_verdicts: dict[VerdictKind, Annotated[int, Field(ge=120)]] = Field(
        {"confirmed": 1100, "benign": 365, "false alarm": 180, "unsure": 365},
        description="days after which strict privacy erases cases that were closed with a verdict, and their alerts",
    )
    metrics: str | None = Field(
        None, description="file that a scan with a store writes its figures to, for Prometheus (*.prom)"
    )
    receivers: dict[ReceiverName, Receiver] = Field(
        default_factory=dict,
        description="whom alerts are delivered to: sections [receivers.NAME], see docs/delivery.md",
    )
    first_delivery: Literal["last", "all", "none"] = Field(
        "last", description="nights of a store's first scan that are delivered"
    )
    link: str = Field("", description="address in what is delivered; {case} and {alert} stand for their ids")

    @property
    def side_tables(self) -> dict[str, str]:
        """Side tables that were given, by name."""
        return {name: path for name in SIDE_TABLES if (path := getattr(self, name)) is not None}

    @property
    def digest(self) -> str:
        """Hash of all settings that can change a result."""
        text = self.model_dump_json(exclude={*WHERE_IT_RUNS, *DELIVERY, *ON_SCREEN, *PRIVACY, "memory", "threads"})
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def record(self) -> dict[str, Any]:
        """All settings, without the secrets that addresses and options of Spark may hold."""
        values = self.model_dump()
        values["receivers"] = {name: receiver.kind for name, receiver in self.receivers.items()}
        values["remote"] = self.remote and self.remote.partition("/;")[0]
        values["spark_conf"] = {
            name: "(not shown)" if SECRET.search(name) else value for name, value in self.spark_conf.items()
        }
        return values


class Options(TypedDict, total=False):
    """The settings that functions of the package take by name, for editors and type checkers, as `Settings` has them.

    `out` and `store` are arguments of their own.
    """

    tz: str | None
    map: dict[str, str]
    where: list[str]
    verbs: dict[str, str]
    dates: Literal["dmy", "mdy"] | None
    formats: str | None
    join_ids: bool
    query: str | None
    agents: str | None
    identities: str | None
    tickets: str | None
    roster: str | None
    leave: str | None
    customers: str | None
    calendar: str | None
    contacts: str | None
    site_zones: dict[str, str]
    context: Context | dict[str, Any]
    budget: int
    q_limit: float
    quiet_days: int
    combinations: float
    rehearsal: bool
    daily_cap: int
    reveal_cap: int
    row_cap: int
    late_share: float
    second_for_confirmed: bool
    benign_total: int
    may_export: list[str]
    engine: Literal["duckdb", "spark"]
    master: str | None
    remote: str | None
    spark_conf: dict[str, str]
    spark_folder: str | None
    tables_to: str | None
    memory: str
    threads: int | None
    rescore_days: int
    off: list[str]
    fail_on: Severity | None
    keep: dict[str, int]
    nights: int
    also_write: list[Literal["ocsf", "ecs", "cef", "markdown"]]
    privacy: Mode
    pseudonym_key: str | None
    vendors: list[str]
    sites: list[str]
    keep_unalerted: int
    keep_verdicts: dict[str, int]
    metrics: str | None
    receivers: dict[str, Any]
    first_delivery: Literal["last", "all", "none"]
    link: str


def load(flags: Mapping[str, Any], path: Path | None = None, environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from all sources; all errors are reported at once."""
    return resolve(flags, path, environment)[0]


def resolve(
    flags: Mapping[str, Any], path: Path | None = None, environment: Mapping[str, str] = os.environ
) -> tuple[Settings, dict[str, str]]:
    """Settings, and where each came from; the file is the one at `path`, else that of ONLOOKER_CONFIG, else FILE."""
    named = environment.get(CONFIG)
    path = path or (Path(named) if named else None)
    origin: dict[str, str] = dict.fromkeys(Settings.model_fields, "default")
    values: dict[str, Any] = {}
    layers = (
        (from_file(path), f"{path or FILE}"),
        (from_environment(environment), "environment"),
        ({name: value for name, value in flags.items() if value is not None}, "flag"),
    )
    for layer, source in layers:
        values |= layer
        origin |= dict.fromkeys(layer, source)
    try:
        return Settings(**values), origin
    except ValidationError as error:
        faults = "; ".join(_fault(dict(e), origin) for e in error.errors())
        raise UsageError(
            f"settings: {faults}", "`onlooker config show` lists all settings and where each came from."
        ) from error


def _fault(error: Mapping[str, Any], origin: Mapping[str, str]) -> str:
    """One error of pydantic in words; where a name is unknown, with the one that was perhaps meant."""
    first, last = str(error["loc"][0]), str(error["loc"][-1])
    where = origin.get(first, "flag")
    said = str(error["msg"])
    if error["type"] == "extra_forbidden":
        known = [*(Context if first == "context" and first != last else Settings).model_fields]
        known += [name.removeprefix(PREFIX).lower() for name in NOT_SETTINGS] * (where == "environment")
        near = did_you_mean(last, known)
        said = f"there is no such setting; {near}" if near else "there is no such setting"
    name = f"{PREFIX}{first.upper()}" if where == "environment" else ".".join(map(str, error["loc"]))
    return f"{name} ({where}): {said}"


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Variables that begin as ours do, name no setting and are not near one: they are not read."""
    ours = [name for name in environment if name.startswith(PREFIX) and not _no_setting(name)]
    return sorted(name for name in ours if not _meant(name))


def _no_setting(name: str) -> bool:
    return name.startswith(SECRETS) or name in NOT_SETTINGS


def _meant(name: str) -> bool:
    """Whether a variable names a setting, or another variable, well or nearly."""
    known = [*(f"{PREFIX}{field.upper()}" for field in Settings.model_fields), *NOT_SETTINGS]
    return name in known or bool(did_you_mean(name.removeprefix(PREFIX), [one.removeprefix(PREFIX) for one in known]))


def from_file(path: Path | None) -> dict[str, Any]:
    """The table of onlooker.toml; a file that was asked for must exist."""
    file = path or Path(FILE)
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        if path:
            raise UsageError(
                f"{path}: no such file", "Give the path of a TOML file with --config, or with ONLOOKER_CONFIG."
            ) from None
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{file}: not TOML: {error}") from error


def from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """ONLOOKER_BUDGET=3 and the like; lists are comma-separated, maps `a=b,c=d`."""
    values: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX) or _no_setting(name) or not _meant(name):
            continue
        key = name.removeprefix(PREFIX).lower()
        values[key] = text
        if key in ("also_write", "may_export", "off", "sites", "vendors", "where"):
            parts = text.split("\n" if "\n" in text else ",")  # a name may have a comma
            values[key] = [part.strip() for part in parts if part.strip()]
        elif key in ("keep", "keep_verdicts", "map", "verbs", "site_zones", "spark_conf"):
            values[key] = dict(part.split("=", 1) for part in text.split(",") if "=" in part)
    return values
