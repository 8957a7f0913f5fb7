"""The package in Python: the same tables as the command, as pandas frames, and the alerts as records."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import onlooker
from onlooker.config import Options, Settings
from onlooker.schema.tables import AGENT_DAYS, REJECTS, VISITS
from onlooker.simulation import Campaign, simulate, write_logs


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A glob of weekly files: 14 agents over 42 days, one of them loud for the last eight; one line is broken."""
    folder = tmp_path_factory.mktemp("logs")
    made = simulate(agents=14, days=42, seed=4, pace=10, depth=0.5, campaigns=(Campaign("loud", 1, start=0.8),))
    paths = write_logs(made, folder, period="week", compress=False, side_tables=())
    with paths[0].open("a") as stream:
        stream.write("yesterday,broken line\n")
    return f"{folder}/access-*.csv"


@pytest.fixture(scope="module")
def run(logs: str) -> Iterator[onlooker.Scan]:
    with onlooker.scan(logs, tz="UTC", threads=1) as found:
        yield found


def test_the_tables_are_frames_with_their_columns(run: onlooker.Scan) -> None:
    for frame, table in ((run.visits, VISITS), (run.agent_days, AGENT_DAYS), (run.rejects, REJECTS)):
        assert isinstance(frame, pd.DataFrame)
        assert list(frame.columns[: len(table.columns)]) == list(table.names)
        assert len(frame)
    assert {"agent_id", "date", "score", "p_value", "q_value", "rank", "alerted", "evidence"} <= set(run.scores.columns)


def test_the_tables_fit_each_other_and_the_counts(run: onlooker.Scan) -> None:
    counts = run.run.counts
    assert len(run.scores) == len(run.agent_days) == counts["agent_days"]
    assert len(run.visits) == counts["visits"] == run.agent_days["customers"].sum()
    assert run.agent_days["events"].sum() == counts["events"]
    assert not run.visits.duplicated(["agent_id", "customer_id", "day"]).any()
    assert set(run.visits["explanation"]) >= {"ticket", "unknown", "unexplained"}
    (reject,) = run.rejects.itertuples()
    assert (Path(reject.file).name, reject.reason) == ("access-2026-01-05.csv", "too few columns")


def test_alerts_are_frozen_records(run: onlooker.Scan) -> None:
    assert run.alerts
    assert all(isinstance(alert, onlooker.Alert) for alert in run.alerts)
    alert = run.alerts[0]
    assert alert.record()["agent_id"] == alert.agent_id
    with pytest.raises(FrozenInstanceError):
        alert.score = 0.0  # type: ignore[misc]
    flagged = run.scores[run.scores["alerted"]]
    assert {(a.agent_id, a.date) for a in run.alerts} == set(
        zip(flagged["agent_id"], flagged["date"].astype(str), strict=True)
    )


def test_each_alerted_agent_has_a_daily_line(run: onlooker.Scan) -> None:
    assert set(run.series) == {alert.agent_id for alert in run.alerts}
    for agent, line in run.series.items():
        mine = run.agent_days[run.agent_days["agent_id"] == agent].sort_values("day")
        assert list(line.observed) == mine["customers"].tolist()
        assert len(line.dates) == len(line.expected) == len(line.upper) == len(line.unexplained) == len(mine)


def test_all_frames_have_one_key_and_dates_as_datetimes(run: onlooker.Scan) -> None:
    key = ["agent_id", "day"]
    scored = run.agent_days.merge(run.scores, on=key, validate="one_to_one")
    assert len(scored) == len(run.scores)
    assert len(run.visits.merge(run.scores, on=key, validate="many_to_one")) == len(run.visits)
    assert len(run.alerts_table.merge(run.scores, on=key)) == len(run.alerts) == len(run.alerts_table)
    for frame in (run.visits, run.agent_days, run.scores, run.alerts_table):
        assert frame["local_date"].dtype.kind == "M"
        assert frame["local_date"].eq(pd.to_datetime(frame["day"], unit="D")).all()
    assert run.scores["local_date"].dt.date.eq(run.scores["date"]).all()
    visits = run.visits
    assert (visits["last_seen"] >= visits["first_seen"]).all()
    assert str(visits["first_seen"].dt.tz) == "UTC"
    assert (visits["first_seen"].dt.tz_localize(None) - pd.Timestamp(0)).dt.total_seconds().mul(1e6).eq(
        visits["first_us"]
    ).all()  # fmt: skip


def test_one_agent_of_a_scan_with_a_picture(run: onlooker.Scan) -> None:
    name = run.alerts[0].agent_id
    found = run.agent(name)
    assert [alert.id for alert in found.alerts] == [
        a.id for a in sorted(run.alerts, key=lambda a: (a.date, a.id)) if a.agent_id == name
    ]
    assert len(found.visits) == found.days["customers"].sum()
    assert found.days["expected"].notna().all()
    assert found.days["alerted"].sum() == sum(alert.kind != "rule" for alert in found.alerts)
    figure = found.plot()
    top, low = figure.axes
    (_expected, seen, marked) = top.lines
    assert list(seen.get_ydata()) == found.days["customers"].tolist()
    assert len(marked.get_xdata()) == found.days["alerted"].sum()
    assert [bar.get_height() for bar in low.patches] == found.days["unexplained"].tolist()
    figure.canvas.draw()
    quiet = next(one for one in run.agent_days["agent_id"] if one not in run.series)
    assert len(run.agent(quiet).plot().axes[0].lines) == 2
    with pytest.raises(onlooker.OnlookerError, match="no agent 'nobody'"):
        run.agent("nobody")


def test_a_name_full_of_signs_is_drawn_as_it_is(run: onlooker.Scan) -> None:
    hostile = "a$\\frac{$b_^"
    found = replace(run.agent(run.alerts[0].agent_id), agent_id=hostile)
    figure = found.plot()
    figure.canvas.draw()
    assert figure.axes[0].get_title(loc="left").replace("\\$", "$") == f"{hostile}, day by day"


def test_results_show_themselves_in_a_notebook(run: onlooker.Scan) -> None:
    alert = run.alerts[0]
    assert alert.headline in unescape(alert._repr_html_())
    assert all(reason.text in unescape(alert._repr_html_()) for reason in alert.reasons)
    shown = unescape(run._repr_html_())
    assert f"Scan: {len(run.alerts)} alert" in shown
    assert all(one.agent_id in shown for one in run.alerts)
    assert all(note in shown for note in run.run.notes)


def test_the_options_of_functions_are_the_settings() -> None:
    assert {*Options.__annotations__, "out", "store"} == set(Settings.model_fields)
    assert {name for name in dir(onlooker) if not name.startswith("_")} == set(onlooker.__all__) - {"__version__"}


def test_without_out_nothing_is_written(run: onlooker.Scan, logs: str, tmp_path: Path) -> None:
    assert run.out is None
    before = sorted(Path(logs).parent.iterdir())
    with onlooker.scan(before[:2], out=tmp_path / "here") as found:
        assert found.out == tmp_path / "here"
        assert (tmp_path / "here" / "run.json").exists()
    assert sorted(Path(logs).parent.iterdir()) == before


def test_options_are_the_settings_of_the_command(logs: str) -> None:
    first = sorted(Path(logs).parent.iterdir())[0]
    with onlooker.scan(first, budget=2, daily_cap=3) as found:
        assert found.run.settings["budget"] == 2
        assert found.run.settings["daily_cap"] == 3
    with pytest.raises(onlooker.OnlookerError, match="budgett"):
        onlooker.scan(first, budgett=2)


def test_a_bad_path_is_an_error_with_a_message_and_a_status(tmp_path: Path) -> None:
    with pytest.raises(onlooker.OnlookerError, match="no such file") as caught:
        onlooker.scan(tmp_path / "absent.csv")
    assert caught.value.exit_status == 2


def test_check_gives_the_profile(logs: str) -> None:
    found = onlooker.check(logs, threads=1)
    assert (found.agents, found.nights > 35) == (14, True)
    assert found.reading.mapping["agent_id"] == "agent_id"
    assert found.record()["reading"]["rejects_by_reason"] == {"too few columns": 1}


def test_importing_the_package_costs_nothing() -> None:
    script = "import sys, onlooker; print(*sorted(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert "onlooker" in loaded
    assert not {"numpy", "pandas", "pyarrow", "duckdb", "pydantic"} & set(loaded)
    assert set(onlooker.__all__) <= set(dir(onlooker)) | set(onlooker._HOME)
    with pytest.raises(AttributeError):
        _ = onlooker.absent
