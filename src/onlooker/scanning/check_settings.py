"""What is wrong with the settings, before a night depends on them: zones, files, columns, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from onlooker.config import Settings
from onlooker.errors import OnlookerError, UsageError
from onlooker.privacy import Pseudonyms
from onlooker.privacy.read_secret import read_secret
from onlooker.scanning.inputs import read_side_table
from onlooker.scanning.start_engine import duck_engine
from onlooker.scanning.switched_off import check_off


@dataclass(frozen=True)
class Checked:
    """One setting that was looked at."""

    setting: str
    fault: str
    """What is wrong and what to do; empty if nothing is."""
    about: str = ""
    """What was found."""

    def record(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return asdict(self)


def check_settings(settings: Settings) -> tuple[Checked, ...]:
    """Every setting that names something outside of the file, and whether that is there and understood."""
    return tuple(_checks(settings))


def _checks(settings: Settings) -> Iterator[Checked]:
    if settings.tz:
        yield _tried("tz", lambda: _zone(str(settings.tz)))
    for site, zone in settings.site_zones.items():
        yield _tried(f"site_zones.{site}", lambda zone=zone: _zone(zone))  # type: ignore[misc]
    for name, path in settings.side_tables.items():
        yield _tried(name, lambda name=name, path=path: _side_table(settings, name, path))  # type: ignore[misc]
    for name in ("map", "verbs"):
        if getattr(settings, name):
            yield _tried(name, lambda name=name: _words(settings, name))  # type: ignore[misc]
    if settings.pseudonym_key:
        yield _tried("pseudonym_key", lambda: _key(str(settings.pseudonym_key)))
    if settings.off:
        yield _tried("off", lambda: check_off(settings.off))
    if settings.store:
        yield Checked("store", "", "is there" if Path(settings.store).is_dir() else "is not there yet: a scan makes it")


def _key(place: str) -> str:
    return f"the key {Pseudonyms(read_secret(place).encode()).key_id}"


def _tried(setting: str, look: Callable[[], str]) -> Checked:
    try:
        return Checked(setting, "", look())
    except OnlookerError as error:
        return Checked(setting, f"{error.message}. {error.hint}".rstrip())


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UsageError(f"there is no zone {name!r}", "Give an IANA name, such as Europe/Vienna.") from None
    return name


def _words(settings: Settings, name: str) -> str:
    from onlooker.ingest.columns import NAMES
    from onlooker.schema.tables import ACTIONS

    given = getattr(settings, name)
    wrong = set(given) - set(NAMES) if name == "map" else set(given.values()) - set(ACTIONS)
    if wrong:
        known = NAMES if name == "map" else ACTIONS
        raise UsageError(f"there is no {' or '.join(sorted(wrong))}", f"There are: {', '.join(known)}.")
    return ", ".join(f"{left} = {right}" for left, right in given.items())


def _side_table(settings: Settings, name: str, path: str) -> str:
    if not Path(path).is_file():
        raise UsageError(f"there is no file {path}", f"Seen from {Path.cwd()}.")
    own = settings.model_copy(update={"tz": None, "site_zones": {}})  # what is wrong with these is told once
    with duck_engine(own) as engine:
        found = read_side_table(engine, own, name)
    table = found.tables[name]
    used = table.lines - table.rejected - table.duplicates
    if not used:
        raise UsageError(f"no row of {path} can be used", "; ".join(found.rejects_by_reason) or "It is empty.")
    rejected = f", {table.rejected:,} can't be used" if table.rejected else ""
    return f"{path}: {used:,} rows{rejected}"
