"""`onlooker scan`: exit statuses, voices, standard input, settings and where they come from."""

from __future__ import annotations

import csv
import gzip
import json
import os
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.own_script import without_own_script

from .command import COMMAND, environment, onlooker
from .conftest import Scanned


def test_quiet_says_nothing_at_all(tiny_log: Path, tmp_path: Path) -> None:
    ran = onlooker("scan", tiny_log, "-q", cwd=tmp_path)
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / "out" / "report.html").exists()


def test_verbose_adds_columns_and_times(tiny_log: Path, tmp_path: Path) -> None:
    ran = onlooker("scan", tiny_log, "-v", cwd=tmp_path)
    assert ran.status == 0
    assert "columns: timestamp = timestamp, agent_id = agent_id" in ran.err
    assert "seconds: read " in ran.err


def test_the_log_for_machines_has_figures_and_nobody_s_id(small: Scanned, tmp_path: Path) -> None:
    ran = onlooker("scan", small.logs[0], "--log-json", "--fail-on", "low", cwd=tmp_path)
    assert (ran.status, ran.out) == (1, "")
    lines = [json.loads(line) for line in ran.err.splitlines()]
    assert [lines[0]["event"], lines[-1]["event"]] == ["started", "finished"]
    assert {line["stage"] for line in lines if line["event"] == "stage"} >= {"read", "visits", "features", "score"}
    record = json.loads((tmp_path / "out" / "run.json").read_text())
    last = lines[-1]
    assert (last["status"], last["run"], last["counts"]) == (1, record["id"], record["counts"])
    assert sum(last["alerts_shown"].values()) == record["counts"]["alerts"] == last["alerts_new"] > 0
    assert last["alerts_raised_again"] == 0
    scores = pq.read_table(small.out / "scores.parquet")
    assert not [agent for agent in set(scores["agent_id"].to_pylist()) if agent in ran.err]


def test_the_log_for_machines_tells_the_kind_of_an_error_and_words_follow(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("timestamp,agent_id,customer_id\nnever,b.secret,C1\n")
    ran = onlooker("scan", "bad.csv", "--log-json", cwd=tmp_path)
    first, second, *words = ran.err.splitlines()
    assert ran.status == 3 and json.loads(first)["event"] == "started"
    failed = json.loads(second)
    assert (failed["event"], failed["status"], failed["error"]) == ("failed", 3, "UnusableInput")
    assert words[0].startswith("onlooker: ") and "b.secret" not in ran.err


def test_json_is_one_document_on_standard_output(small: Scanned, tmp_path: Path) -> None:
    ran = onlooker("scan", small.logs[0], "--json", cwd=tmp_path)
    assert ran.status == 0
    assert ran.out.isascii()
    assert set(ran.document) == {"run", "alerts"}
    lines = [json.loads(line) for line in (small.out / "alerts.jsonl").read_text().splitlines()]
    assert ran.document["alerts"] == lines
    assert ran.document["run"]["counts"]["alerts"] == len(lines)


def test_standard_input_gives_the_same_scores_as_the_file(small: Scanned, tmp_path: Path) -> None:
    ran = onlooker("scan", "-", "-q", cwd=tmp_path, stdin=gzip.compress(small.logs[0].read_bytes(), 1))
    assert ran.status == 0, ran.err
    assert (tmp_path / "out" / "scores.parquet").read_bytes() == (small.out / "scores.parquet").read_bytes()
    (read,) = json.loads((tmp_path / "out" / "run.json").read_text())["inputs"]
    assert (read["path"], read["compression"]) == ("-", "gz")


def test_fail_on_tells_by_the_exit_status(tiny_log: Path, tmp_path: Path) -> None:
    rule = ("scan", tiny_log, "-q", "--daily-cap", "20")
    assert onlooker(*rule, cwd=tmp_path).status == 0
    assert onlooker(*rule, "--fail-on", "critical", cwd=tmp_path).status == 1
    assert onlooker("scan", tiny_log, "-q", "--fail-on", "low", cwd=tmp_path).status == 0


def test_hard_rules_need_no_budget(tiny_log: Path, tmp_path: Path) -> None:
    ran = onlooker("scan", tiny_log, "--budget", "0", "--daily-cap", "20", "--json", cwd=tmp_path)
    assert ran.status == 0
    (found,) = ran.document["alerts"]  # the two days after it are quiet
    assert (found["kind"], found["severity"], found["agent_id"]) == ("rule", "critical", "m.busy")
    assert found["headline"] == "30 distinct customers on 2026-01-05; the daily limit for a person is 20."


def test_a_silent_night_gives_a_receipt(tiny_log: Path, tmp_path: Path) -> None:
    ran = onlooker("scan", tiny_log, cwd=tmp_path)
    assert ran.status == 0
    assert ran.out.startswith("Too early to say: the log is 3 days old, and its first 14 days have nothing before")
    assert (tmp_path / "out" / "alerts.jsonl").read_text() == ""


@pytest.mark.parametrize("arguments", [["check"], ["scan", "--json"]], ids=["check", "scan"])
def test_a_closed_pipe_is_no_error(arguments: list[str], tiny_log: Path, tmp_path: Path) -> None:
    """As in `onlooker check LOG | head -1`, but with the reader gone before the first line: no race hides it."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        command = [str(COMMAND), *arguments, str(tiny_log)]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment(), stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr and b"Broken pipe" not in done.stderr


def test_the_folder_for_the_output_cannot_be_a_file(tiny_log: Path, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    ran = onlooker("scan", tiny_log, "--out", "taken/here", cwd=tmp_path)
    assert ran.status == 2
    assert "taken" in ran.err and "Traceback" not in ran.err
    assert (tmp_path / "taken").read_text() == "mine"


def test_colour_is_for_terminals_and_can_be_refused(tiny_log: Path, tmp_path: Path) -> None:
    import pty

    def on_a_terminal(**changes: str) -> bytes:
        ours, theirs = pty.openpty()
        command = [str(COMMAND), "scan", str(tiny_log), "--daily-cap", "20"]
        env = environment(TERM="xterm", **changes)
        with subprocess.Popen(command, cwd=tmp_path, env=env, stdout=theirs, stderr=theirs, stdin=theirs) as process:
            os.close(theirs)
            said = b""
            try:
                while chunk := os.read(ours, 65536):
                    said += chunk
            except OSError:  # how Linux says that the other end of a terminal is closed
                pass
            os.close(ours)
        assert process.returncode == 0
        return said

    assert b"\x1b[1;31mcritical" in on_a_terminal()
    plain = on_a_terminal(NO_COLOR="1")
    assert b"report: " in plain and b"critical" in plain and b"m\x1b" not in plain and b"31mcritical" not in plain


def test_settings_come_from_flag_then_environment_then_file(tmp_path: Path) -> None:
    def shown(*arguments: str, **changes: str) -> dict[str, object]:
        found = onlooker("config", "show", "--json", *arguments, cwd=tmp_path, **changes).document["budget"]
        assert isinstance(found, dict)
        return found

    assert shown() == {"value": 5, "from": "default"}
    (tmp_path / "onlooker.toml").write_text("budget = 4\n")
    assert shown() == {"value": 4, "from": "onlooker.toml"}
    (tmp_path / "other.toml").write_text("budget = 6\n")
    assert shown("--config", "other.toml") == {"value": 6, "from": "other.toml"}
    assert shown(ONLOOKER_CONFIG="other.toml") == {"value": 6, "from": "other.toml"}
    assert shown(ONLOOKER_BUDGET="3") == {"value": 3, "from": "environment"}


def test_a_flag_beats_the_environment_and_the_run_says_what_held(tiny_log: Path, tmp_path: Path) -> None:
    (tmp_path / "onlooker.toml").write_text('budget = 4\nquiet_days = 7\nmay_export = ["lead"]\n')
    ran = onlooker(
        "scan", tiny_log, "--budget", "2", "--json", cwd=tmp_path, ONLOOKER_BUDGET="3", ONLOOKER_Q_LIMIT="0.4"
    )
    assert ran.status == 0, ran.err
    settings = ran.document["run"]["settings"]
    assert (settings["budget"], settings["q_limit"], settings["quiet_days"]) == (2, 0.4, 7)
    assert settings["may_export"] == ["lead"]


def test_all_faults_of_the_settings_are_told_at_once(tiny_log: Path, tmp_path: Path) -> None:
    (tmp_path / "onlooker.toml").write_text("budgett = 4\nq_limit = 7\n")
    ran = onlooker("scan", tiny_log, cwd=tmp_path, ONLOOKER_QUIET_DAYS="soon")
    assert (ran.status, ran.out) == (2, "")
    assert "budgett (onlooker.toml)" in ran.err
    assert "q_limit (onlooker.toml)" in ran.err
    assert "ONLOOKER_QUIET_DAYS (environment)" in ran.err


def test_a_map_names_columns(tmp_path: Path) -> None:
    rows = "".join(f"2026-01-{day:02d}T10:00:00Z,ann,c{day}\n" for day in range(1, 20))
    (tmp_path / "log.csv").write_text("t1,who1,whom1\n" + rows)
    names = ["--map", "timestamp=t1", "--map", "agent_id=who1", "--map", "customer_id=whom1"]
    ran = onlooker("check", "log.csv", "--json", *names, cwd=tmp_path)
    assert ran.status == 0, ran.err
    assert ran.document["reading"]["mapping"] == {"timestamp": "t1", "agent_id": "who1", "customer_id": "whom1"}
    assert ran.document["customers"] == 19


@pytest.mark.parametrize("flag", [["--tz", "Nowhere/Land"], ["--map", "planet=a"], ["--map", "agent_id=absent"],
                                  ["--memory", "lots"], ["--config", "absent.toml"], ["--q-limit", "0"]])  # fmt: skip
def test_settings_that_cannot_be_followed_end_with_2(flag: list[str], tiny_log: Path, tmp_path: Path) -> None:
    ran = onlooker("scan", tiny_log, *flag, cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err.startswith("onlooker: ") and "Traceback" not in ran.err
    assert not (tmp_path / "out").exists()


def test_a_crash_does_not_look_like_an_alert(tmp_path: Path) -> None:
    """Python ends with 1 after an error; 1 means an alert here."""
    import sys

    script = (
        "import sys, onlooker.scanning.run as p\n"
        "def crash(*_a, **_k): raise ZeroDivisionError('by \\x1b[31m nothing')\n"
        "p.scan = crash\nsys.argv = ['onlooker', 'scan', 'x.csv']\n"
        "from onlooker.cli import main\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment(), capture_output=True, check=False
    )
    assert done.returncode == 70
    assert b"ZeroDivisionError" in done.stderr and b"a defect of Onlooker" in done.stderr
    assert b"\x1b" not in done.stderr


HOSTILE = ("=cmd()", "<script>alert(1)</script>", "\x1b[31mred\x1b[0m", "@SUM(A1)", "y" * 5000)


def test_hostile_ids_are_harmless_in_every_output(tmp_path: Path) -> None:
    """Five agents with hostile ids go wild for two days, among others who don't."""
    lines = ["timestamp,agent_id,customer_id,action"]
    agents = [*HOSTILE, *(f"agent{i}" for i in range(9))]
    for day in range(35):
        for number, agent in enumerate(agents):
            seen = 240 if day >= 33 and agent in HOSTILE else 4
            lines += [
                f"{date(2026, 1, 1) + timedelta(day)}T{9 + k // 40:02d}:{k % 40:02d}:00Z,{agent},c{number}_{k},view"
                for k in range(seen)
            ]
    (tmp_path / "log.csv").write_text("\n".join(lines) + "\n")
    ran = onlooker("scan", "log.csv", cwd=tmp_path)
    assert ran.status == 0, ran.err
    out = tmp_path / "out"
    alerts = [json.loads(line) for line in (out / "alerts.jsonl").read_text().splitlines()]
    assert set(HOSTILE[:4]) <= {alert["agent_id"] for alert in alerts}  # exact in JSON
    assert "\x1b" not in ran.out + ran.err and "\\x1b[31mred" in ran.out
    assert "<script" not in without_own_script((out / "report.html").read_text())
    assert "\x1b" not in (out / "report.html").read_text()
    with (out / "alerts.csv").open(newline="") as stream:
        cells = {row["agent_id"] for row in csv.DictReader(stream)}
    assert "'=cmd()" in cells and "'@SUM(A1)" in cells and not any(cell.startswith(("=", "@")) for cell in cells)
    with (out / "rejects.csv").open(newline="") as stream:
        rejects = list(csv.DictReader(stream))
    assert {row["reason"] for row in rejects} == {"agent id longer than 1,000 characters"}
    assert len(rejects) == 33 * 4 + 2 * 240
