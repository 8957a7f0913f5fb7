"""Signals and patterns that are switched off raise nothing, and the run says which they are."""

from __future__ import annotations

from pathlib import Path

import pytest

import onlooker
from onlooker.errors import UsageError
from onlooker.scanning.switched_off import OF_PATTERNS, SIGNALS, check_off


def log(folder: Path) -> Path:
    """30 days of a dozen agents, of whom one opens 90 records a day on the last five."""
    lines = ["timestamp,agent_id,customer_id,ticket_id"]
    for day in range(30):
        for agent in range(12):
            seen = 90 if agent == 0 and day >= 25 else 8
            lines += [f"2026-03-{day + 1:02d}T{9 + n // 60:02d}:{n % 60:02d}:{agent:02d}Z,a{agent},C{agent}-{day}-{n},"
                      f"T{agent}-{day}-{n}" for n in range(seen)]  # fmt: skip
    path = folder / "log.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_what_is_off_raises_nothing_and_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path, names = log(tmp_path), ["high_volume", "new_customers"]
    with onlooker.scan(path) as all_on, onlooker.scan(path, off=names) as off:
        assert "high_volume" in {alert.pattern for alert in all_on.alerts}
        assert "high_volume" not in {alert.pattern for alert in off.alerts}
        assert "new_customers" in all_on.scores.columns
        assert not off.scores.get("new_customers", default=all_on.scores["rank"] * 0).any()
        assert "Switched off by the settings, and raises nothing: high_volume, new_customers." in off.run.notes
        assert off.run.settings["off"] == names
        assert not [note for note in all_on.run.notes if note.startswith("Switched off")]


def test_a_pattern_is_off_at_one_site_and_not_at_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = log(tmp_path).read_text().splitlines()
    head, *rows = lines
    for other in ("a0", "a1"):  # each works at the site of its name; the loud one is a0
        path = tmp_path / f"{other}.csv"
        sited = [f"{row},{'north' if row.split(',')[1] == other else 'south'}" for row in rows]
        path.write_text("\n".join([f"{head},site", *sited]) + "\n")
    with onlooker.scan(tmp_path / "a0.csv", off=["high_volume@north"]) as off:
        assert "high_volume" not in {alert.pattern for alert in off.alerts}
        assert "Switched off by the settings, and raises nothing: high_volume at site north." in off.run.notes
    with onlooker.scan(tmp_path / "a1.csv", off=["high_volume@north"]) as on:
        assert "high_volume" in {alert.pattern for alert in on.alerts}


def test_a_name_that_is_none_is_refused() -> None:
    assert check_off(["glances", "high_volume"]) == "glances, high_volume"
    assert "customers" not in SIGNALS | OF_PATTERNS
    for name, why in (("glance", "did you mean glances"), ("customers", "can't be switched off"),
                      ("glances@x", "on or off for everybody"), ("hours@x", "no signal or pattern hours")):  # fmt: skip
        with pytest.raises(UsageError, match=why):
            check_off([name])
