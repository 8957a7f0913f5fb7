"""Exposure: the customers whom an agent saw, counted again from the log itself."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from tests.store.days import lines_told

import onlooker
from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.store import Store

from .world import FIRST, world


def of_the_log(log: pd.DataFrame, agent: str, first: str = "", last: str = "9") -> pd.DataFrame:
    """Customer -> first and last instant and days with a visit."""
    date = log.timestamp.str[:10]
    opened = log[(log.agent_id == agent) & log.customer_id.notna() & ~log.action.isin(["search", "list"])]
    opened = opened.assign(at=pd.to_datetime(opened.timestamp, utc=True, format="ISO8601"), date=date)
    opened = opened[(opened.date >= first) & (opened.date <= last)]
    return opened.groupby("customer_id").agg(first=("at", "min"), last=("at", "max"), visits=("date", "nunique"))


@pytest.mark.parametrize("kind", ["closed", "lasting"])
def test_it_is_what_the_log_says_the_day_that_is_not_over_included(scanned, kind):
    place, agent = getattr(scanned, kind), scanned.log.agent_id.iloc[-1]
    found = onlooker.exposure(agent, place)
    expected = of_the_log(scanned.log, agent)
    mine = found.customers.set_index("customer_id").sort_index()
    assert mine.visits.to_dict() == expected.visits.to_dict()
    for name, column in (("first", "first_seen"), ("last", "last_seen")):
        assert (mine[column] == expected[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ")).all()
    assert found.last == scanned.log.timestamp.str[:10].max()
    with Store.open(place) as store:
        assert (store.status().waiting_events > 0) == (kind == "lasting")


def test_a_span_holds_what_was_seen_in_it(scanned):
    agent = scanned.log.agent_id.iloc[0]
    first, last = scanned.log.timestamp.str[:10].unique()[[5, 9]]
    found = onlooker.exposure(agent, scanned.closed, first, last)
    assert set(found.customers.customer_id) == set(of_the_log(scanned.log, agent, first, last).index)
    assert (found.first, found.last) == (first, last)


def test_tiers_come_from_the_table_of_the_last_scan_or_the_one_named(scanned, tmp_path):
    agent = scanned.log.agent_id.iloc[0]
    for place in (scanned.closed, scanned.lasting):
        rows = onlooker.exposure(agent, place).customers
        assert (rows.tier == ["gold" if one[-1] < "3" else "base" for one in rows.customer_id]).all()
    other = tmp_path / "other.csv"
    other.write_text(f"customer_id,tier\n{rows.customer_id[0]},silver\n")
    named = onlooker.exposure(agent, scanned.closed, customers=str(other)).customers
    assert named.set_index("customer_id").tier.dropna().to_dict() == {rows.customer_id[0]: "silver"}


def test_without_a_customers_table_there_are_no_tiers_and_it_is_said(quiet):
    found = onlooker.exposure("q0-03", quiet.place)
    assert found.customers.tier.isna().all()
    assert found.notes == ("No tiers: no customers table was given, here (--customers) or to the last scan.",)


def test_an_agent_the_store_does_not_know_is_an_error_and_one_who_was_away_is_not(quiet):
    with pytest.raises(UsageError, match="knows no agent Q0-03") as told:
        onlooker.exposure("Q0-03", quiet.place)
    assert "capitals" in told.value.hint
    assert onlooker.exposure("q0-03", quiet.place, "2026-02-16", "2026-02-16").customers.visits.sum() > 0
    with pytest.raises(UsageError, match="no visits of these days"):
        onlooker.exposure("q0-03", quiet.place, "2031-01-01")


HOSTILE = ("=1+1", "o'neil", 'say "no"', "a\u202eb")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    rows = pd.DataFrame({"agent_id": "d'arc", "customer_id": HOSTILE, "day": FIRST, "explanation": "unexplained"})
    return world(tmp_path / "store", extra=rows).place


def test_strings_of_a_log_do_no_harm_and_stay_exact_in_json(hostile, tmp_path):
    options = ["exposure", "d'arc", "--store", str(hostile), "--json", "--csv", str(tmp_path / "list.csv")]
    ran = CliRunner().invoke(cli, options, catch_exceptions=False)
    document = json.loads(ran.stdout)
    assert {row["customer_id"] for row in document["customers"]} == set(HOSTILE)
    assert list(document["customers"][0])[:5] == ["customer_id", "tier", "first_seen", "last_seen", "visits"]
    with (tmp_path / "list.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["customer_id"] for row in rows} == {"'=1+1", "o'neil", 'say "no"', "a\\u202eb"}
    assert stat.S_IMODE((tmp_path / "list.csv").stat().st_mode) == 0o600
    shown = CliRunner().invoke(cli, options[:4], catch_exceptions=False).stdout
    assert "\u202e" not in shown and "=1+1" in shown


def test_a_list_is_not_written_over_the_store(hostile):
    before = (hostile / "onlooker.sqlite").stat().st_ino
    options = ["exposure", "d'arc", "--store", str(hostile), "--csv", str(hostile / "onlooker.sqlite")]
    ran = CliRunner().invoke(cli, options)
    assert ran.exit_code == 2 and "lies in the store" in ran.output
    assert (hostile / "onlooker.sqlite").stat().st_ino == before


def test_who_looked_at_whom_and_where_it_was_written_to_is_in_the_history(hostile, tmp_path):
    there = str(tmp_path / "list.csv")
    onlooker.exposure("d'arc", hostile, "2026-02-16", reason="asked by the data protection officer", who="ana")
    CliRunner().invoke(cli, ["exposure", "d'arc", "--store", str(hostile), "--as", "bo", "--csv", there])
    with Store.open(hostile) as store:
        first, second = lines_told(store)
    assert (first.who, first.what, first.why) == ("ana", "exposure", "asked by the data protection officer")
    assert first.about == {"agent": "d'arc", "from": "2026-02-16", "to": None, "written to": None}
    assert (second.who, second.about["written to"]) == ("bo", there)
