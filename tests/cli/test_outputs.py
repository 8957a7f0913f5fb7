"""The files that a scan leaves: the contract that scripts and other tools rely on."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from tests.own_script import without_own_script

from onlooker.features import FEATURES
from onlooker.scanning.outputs import wanted

from .command import onlooker
from .conftest import Scanned

FIXED = ["agent_id", "date", "score", "p_value", "q_value", "rank", "alerted", "evidence"]
PLANTED = ("f.arceneau", "n.castellan", "z.hartl")


@pytest.fixture(params=["small", "demo"])
def scanned(request: pytest.FixtureRequest) -> Scanned:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Scanned)
    assert found.ran.status == 0, found.ran.err
    return found


def test_the_files_are_there_and_their_owner_s_alone(scanned: Scanned) -> None:
    files = [path for path in scanned.out.iterdir() if path.is_file()]
    assert sorted(path.name for path in files) == sorted(output.file for output in wanted(()))
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {"0o600"}


def test_other_formats_are_written_on_request_and_do_not_stay_behind(tiny_log: Path, tmp_path: Path) -> None:
    asked = ("--also-write", "ocsf", "--also-write", "markdown")
    assert onlooker("scan", tiny_log, "-q", "--out", "out", *asked, cwd=tmp_path).status == 0
    files = {path.name for path in (tmp_path / "out").iterdir() if path.is_file()}
    assert files == {output.file for output in wanted(("ocsf", "markdown"))} > {"alerts.ocsf.jsonl", "alerts.md"}
    assert json.loads((tmp_path / "out" / "run.json").read_text())["files"] == [
        output.file for output in wanted(("ocsf", "markdown"))
    ]
    assert onlooker("scan", tiny_log, "-q", "--out", "out", cwd=tmp_path).status == 0
    assert not (tmp_path / "out" / "alerts.md").exists() and not (tmp_path / "out" / "alerts.ocsf.jsonl").exists()


@pytest.mark.parametrize(("folder", "file"), [(0o2750, 0o640), (0o2755, 0o600), (0o750, 0o600)])
def test_a_folder_that_hands_its_group_on_shares_its_files(
    tiny_log: Path, tmp_path: Path, folder: int, file: int
) -> None:
    out = tmp_path / "report"
    out.mkdir()
    out.chmod(folder)
    assert onlooker("scan", tiny_log, "-q", "--out", out, cwd=tmp_path).status == 0
    files = [path for path in out.iterdir() if path.is_file()]
    assert sorted(path.name for path in files) == sorted(output.file for output in wanted(()))
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {oct(file)}


def test_scores_hold_every_active_agent_day_and_are_finite(scanned: Scanned) -> None:
    import duckdb

    scores = pq.read_table(scanned.out / "scores.parquet")
    names = [str(path) for path in scanned.logs]
    # The logs' local times: the first ten characters are the local day.
    with duckdb.connect() as connection:
        active = connection.sql(
            f"SELECT DISTINCT agent_id, left(timestamp, 10) FROM read_csv({names!r}, all_varchar = true)"
        ).fetchall()
    days = zip(scores["agent_id"].to_pylist(), [day.isoformat() for day in scores["date"].to_pylist()], strict=True)
    assert sorted(days) == sorted(active)
    for name in scores.column_names:
        if name not in {"agent_id", "date", "alerted", "pattern"}:
            assert np.isfinite(scores[name].to_numpy()).all(), name


def test_evidence_columns_are_the_signals_and_add_up(scanned: Scanned) -> None:
    scores = pq.read_table(scanned.out / "scores.parquet").to_pandas()
    assert list(scores.columns[: len(FIXED)]) == FIXED
    signals = list(scores.columns[len(FIXED) : -2])
    assert list(scores.columns[-2:]) == ["pattern", "pattern_size"]
    assert {feature.name for feature in FEATURES} <= set(signals)
    np.testing.assert_allclose(scores[signals].sum(axis=1), scores["evidence"], rtol=1e-6, atol=1e-6)
    assert scores["evidence"].abs().max() > 1  # or nothing was judged


def test_scores_p_values_and_ranks_fit_each_other(scanned: Scanned) -> None:
    scores = pq.read_table(scanned.out / "scores.parquet").to_pandas()
    np.testing.assert_allclose(scores["score"], -np.log10(scores["p_value"]), atol=1e-9)
    assert scores["p_value"].between(0, 1, inclusive="right").all() and scores["q_value"].between(0, 1).all()
    assert (scores["q_value"] >= scores["p_value"] - 1e-12).all()
    expected = scores.groupby("date")["score"].rank(method="min", ascending=False)
    assert (scores["rank"] == expected).all()


def test_alerts_are_the_same_everywhere(scanned: Scanned) -> None:
    alerts = [json.loads(line) for line in (scanned.out / "alerts.jsonl").read_text().splitlines()]
    with (scanned.out / "alerts.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    scores = pq.read_table(scanned.out / "scores.parquet").to_pandas()
    flagged = scores[scores["alerted"]]
    assert alerts
    assert [alert["id"] for alert in alerts] == [row["id"] for row in rows]
    assert len({alert["id"] for alert in alerts}) == len(alerts)
    told = {(alert["agent_id"], alert["date"]) for alert in alerts}
    assert told == set(zip(flagged["agent_id"], flagged["date"].astype(str), strict=True))
    assert json.loads((scanned.out / "run.json").read_text())["counts"]["alerts"] == len(alerts)
    by_day = {(s.agent_id, str(s.date)): s for s in flagged.itertuples()}
    for alert in alerts:
        score = by_day[alert["agent_id"], alert["date"]]
        assert alert["score"] == pytest.approx(score.score)
        assert alert["evidence"] == pytest.approx(score.evidence, abs=1e-6)
        assert len(alert["visits"]) <= 5
        for reason in alert["reasons"]:
            if alert["kind"] == "score":
                assert reason["evidence"] == pytest.approx(getattr(score, reason["signal"]), abs=1e-3)


def test_run_json_says_what_was_read(scanned: Scanned) -> None:
    run = json.loads((scanned.out / "run.json").read_text())
    files = [*scanned.out.iterdir(), *(scanned.out / "cases").iterdir()]
    assert sorted(run["files"]) == sorted(str(path.relative_to(scanned.out)) for path in files if path.is_file())
    assert run["files"][-1] == "run.json" and run["files"][0].startswith("cases/")
    assert [item["path"] for item in run["inputs"]] == [str(path) for path in scanned.logs]
    assert all(re.fullmatch("[0-9a-f]{64}", item["sha256"]) for item in run["inputs"])
    counts = run["counts"]
    assert counts["events"] == counts["lines"] - counts["rejected"] - counts["duplicates"]
    assert counts["agent_days"] == pq.read_metadata(scanned.out / "scores.parquet").num_rows
    assert run["settings"]["budget"] == 5 and run["version"] and run["config_hash"]


def test_the_report_asks_nothing_of_the_network(scanned: Scanned) -> None:
    page = (scanned.out / "report.html").read_text()
    assert page.startswith("<!doctype html>")
    assert re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page) == []
    assert "<script" not in without_own_script(page)


def test_the_terminal_names_the_report_and_each_alerted_agent(scanned: Scanned) -> None:
    assert "report: result/report.html" in scanned.ran.err
    alerts = [json.loads(line) for line in (scanned.out / "alerts.jsonl").read_text().splitlines()]
    for agent in {alert["agent_id"] for alert in alerts}:
        assert agent in scanned.ran.out
    assert "\x1b" not in scanned.ran.out + scanned.ran.err
    assert max(map(len, scanned.ran.out.splitlines())) <= 100


def test_the_three_planted_agents_of_the_demo_come_first(demo: Scanned) -> None:
    scores = pq.read_table(demo.out / "scores.parquet").to_pandas()
    highest = scores.groupby("agent_id")["score"].max().sort_values(ascending=False)
    assert highest.index[0] in PLANTED and set(PLANTED) <= set(highest.index[:4])
    alerts = [json.loads(line) for line in (demo.out / "alerts.jsonl").read_text().splitlines()]
    worst = {alert["agent_id"] for alert in alerts if alert["severity"] != "low"}
    assert worst == set(PLANTED), "severity sets the planted agents apart from all others"
    assert set(PLANTED) <= set(scores.loc[scores["alerted"], "agent_id"])
