from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest

from onlooker.outputs.alerts_csv import write_alerts_csv
from onlooker.outputs.alerts_jsonl import write_alerts_jsonl

from .records import HOSTILE, make_alert

CSV = """\
id,date,agent_id,severity,confidence,kind,score,p_value,q_value,rank,customers,unexplained,headline,reasons,actor_type,\
team,site,pattern,pattern_size,reason,case_id,case_state,verdict,assignee,since,new,raised_again
a1b2,2026-11-20,m.okafor,critical,high,score,4.6,2.5e-05,0.02,1,212,168,212 customers in a day where 41 were expected.,\
212 distinct customers; 41 expected. | 168 without a visible reason.,human,Billing 4,,,0.0,,,,,,,True,
"""


def test_the_whole_csv(tmp_path: Path) -> None:
    path = tmp_path / "alerts.csv"
    write_alerts_csv(path, [make_alert()])
    assert path.read_bytes().decode() == CSV
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_alerts_leave_a_heading_or_nothing(tmp_path: Path) -> None:
    write_alerts_csv(tmp_path / "a.csv", [])
    write_alerts_jsonl(tmp_path / "a.jsonl", [])
    assert (tmp_path / "a.csv").read_text() == CSV.splitlines(keepends=True)[0]
    assert (tmp_path / "a.jsonl").read_text() == ""


def test_a_json_line_holds_every_field_in_its_order(tmp_path: Path) -> None:
    alert = make_alert()
    write_alerts_jsonl(tmp_path / "a.jsonl", [alert, alert])
    first, second = (tmp_path / "a.jsonl").read_text().splitlines()
    assert first == second
    assert list(json.loads(first)) == list(alert.record())
    assert json.loads(first)["format"] == 2
    assert json.loads(first)["reasons"][0]["observed"] == 212.0


def test_json_has_no_nan(tmp_path: Path) -> None:
    write_alerts_jsonl(tmp_path / "a.jsonl", [make_alert(score=math.inf, p_value=math.nan)])
    write_alerts_csv(tmp_path / "a.csv", [make_alert(score=math.inf, p_value=math.nan)])
    record = json.loads((tmp_path / "a.jsonl").read_text(), parse_constant=pytest.fail)
    assert record["score"] is None and record["p_value"] is None
    assert ",score,,,0.02," in (tmp_path / "a.csv").read_text()


@pytest.mark.parametrize(("text", "cell"), HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_strings(tmp_path: Path, text: str, cell: str) -> None:
    alert = make_alert(text, headline=text, team=text)
    write_alerts_csv(tmp_path / "a.csv", [alert])
    write_alerts_jsonl(tmp_path / "a.jsonl", [alert])
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["agent_id"] == row["headline"] == row["team"] == cell
    assert row["score"] == "4.6"
    (line,) = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert line.isprintable()
    assert json.loads(line)["agent_id"] == text, "the exact string is in the JSON lines"


def test_a_negative_number_stays_a_number(tmp_path: Path) -> None:
    write_alerts_csv(tmp_path / "a.csv", [make_alert(score=-0.5)])
    assert ",score,-0.5,2.5e-05," in (tmp_path / "a.csv").read_text()


def test_letters_of_the_world_are_written_as_they_are(tmp_path: Path) -> None:
    write_alerts_jsonl(tmp_path / "a.jsonl", [make_alert("Łukasz 顧客")])
    assert '"Łukasz 顧客"' in (tmp_path / "a.jsonl").read_text(encoding="utf-8")
