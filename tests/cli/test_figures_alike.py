"""What list, page, alerts.jsonl, alerts.csv and explain say of a case is the same."""

from __future__ import annotations

import csv
import html
import json
import re
from pathlib import Path

import pytest

from onlooker.alerts.numbers import by_chance

from .command import onlooker
from .conftest import Scanned

ROW = re.compile(r"^(20\d\d-\d\d-\d\d) +(\w+) +(\w+) +(\S+) +(.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def alerts(small: Scanned) -> list[dict[str, object]]:
    return [json.loads(line) for line in (small.out / "alerts.jsonl").read_text().splitlines()]


def test_the_list_has_the_figures_of_the_alerts(small: Scanned, alerts: list[dict[str, object]]) -> None:
    listed = ROW.findall(small.ran.out)
    assert {agent for *_, agent, _ in listed} == {alert["agent_id"] for alert in alerts}
    for row in listed:
        assert row in [
            tuple(alert[name] for name in ("date", "severity", "confidence", "agent_id", "reason")) for alert in alerts
        ]


def test_the_page_has_the_rows_of_the_list_and_the_sentences_of_the_alerts(
    small: Scanned, alerts: list[dict[str, object]]
) -> None:
    page = shown(small.out / "report.html")
    pages = [page, *map(shown, (small.out / "cases").glob("*.html"))]
    for _, _, _, _, why in ROW.findall(small.ran.out):
        assert why in page
    telling = [alert for alert in alerts if alert["reason"] in small.ran.out]
    assert telling
    for alert in telling:
        assert any(str(alert["headline"]) in one for one in pages)


def shown(page: Path) -> str:
    """The text of a page."""
    return html.unescape(re.sub("<[^>]*>", "", page.read_text()))


def test_the_spreadsheet_has_the_same_fields(small: Scanned, alerts: list[dict[str, object]]) -> None:
    with (small.out / "alerts.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    for row, alert in zip(rows, alerts, strict=True):
        for name in ("date", "agent_id", "severity", "reason", "case_id", "case_state", "verdict", "assignee", "since"):
            assert row[name] == alert[name]
        assert (row["new"], row["customers"], row["unexplained"]) == (
            str(alert["new"]), str(alert["customers"]), str(alert["unexplained"]),
        )  # fmt: skip


def test_explain_has_the_figures_and_sentences_of_the_alert(small: Scanned, alerts: list[dict[str, object]]) -> None:
    alert = max(alerts, key=lambda one: (one["score"], one["date"]))  # type: ignore[no-any-return]
    asked = ("explain", alert["agent_id"], "--store", small.out / "store")
    night = onlooker(*asked, "--json", cwd=small.out).document
    assert [night[name] for name in ("date", "score", "q_value", "rank", "customers", "unexplained")] == [
        alert[name] for name in ("date", "score", "q_value", "rank", "customers", "unexplained")
    ]
    words = onlooker(*asked, cwd=small.out).out
    assert by_chance(float(str(alert["q_value"])), int(str(alert["worth_nights"]))) in words
    reasons = alert["reasons"]
    assert isinstance(reasons, list)
    assert all(f"  - {reason['text']}\n" in words for reason in reasons)
