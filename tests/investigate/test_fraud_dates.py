"""Dates in a list of victims: no meeting from the day of the fraud on may count."""

from __future__ import annotations

import io
import json
from datetime import date, datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

import onlooker
from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.investigate import read_victims
from onlooker.schema.days import day_of, iso

from .world import DAYS, FIRST, world

MORNING = datetime(2026, 3, 2, 9)


def as_parquet(rows: dict[str, list]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(rows), out)
    return out.getvalue()


@pytest.mark.parametrize(
    "raw",
    [
        b"customer_id,fraud_date,report_date\nC1,2026-03-02,2026-03-09\nC2,,2026-03-04\nC3,,\nC1,2026-03-05,\n",
        b"Report Date;Customer ID;Fraud Date\n2026-03-09;C1;2026-03-02\n2026-03-04;C2;\n;C3;\n",
        b"customer_id,fraud_date\nC1,2026-03-02T10:00:00+00:00\nC2,2026-03-05T01:00:00+09:00\nC3\n",
        b'[{"customer_id": "C1", "fraud_date": "2026-03-02"}, {"customer_id": "C2", "report_date": "2026-03-04"},'
        b' {"customer_id": "C3"}]',
        as_parquet({"customer_id": ["C1", "C2", "C3"], "fraud_date": [date(2026, 3, 2), date(2026, 3, 4), None]}),
        as_parquet({"customer_id": ["C1", "C2", "C3"], "report_date": [MORNING, datetime(2026, 3, 4), None]}),
    ],
)  # fmt: skip
def test_dates_are_read_in_any_form_and_the_earliest_of_a_customer_counts(raw):
    found = read_victims(raw, "list")
    assert found.ids == ("C1", "C2", "C3")
    assert found.harmed == {"C1": day_of("2026-03-02"), "C2": day_of("2026-03-04")}
    assert "1 of 3 customers have no date: all meetings with them count." in found.notes


@pytest.mark.parametrize("text", ["03/04/2026", "soon", "20260399", "1772409600"])
def test_what_is_no_date_is_told_with_its_customer(text):
    with pytest.raises(UsageError, match=f"list: fraud_date of customer C1 is '{text}', which is no date"):
        read_victims(f"customer_id,fraud_date\nC1,{text}\n".encode(), "list")


def test_what_the_dates_say_and_what_was_not_read_is_told():
    raw = b"customer_id,fraud_date,report_date,loss date,town\nC1,2026-03-09,2026-03-02,2026-01-01,x\n"
    found = read_victims(raw, "list")
    assert found.harmed == {"C1": day_of("2026-03-02")}
    assert found.notes == (
        "Not read: loss date. Dates are read from columns called fraud_date and report_date.",
        "1 of 1 customers reported the fraud before its fraud_date: meetings before the report count.",
    )
    with pytest.raises(UsageError, match="2 columns are called fraud_date"):
        read_victims(b"customer_id,fraud_date,Fraud Date\nC1,,\n", "list")


def as_list(ids, days) -> bytes:
    return (
        "customer_id,fraud_date\n" + "".join(f"{one},{iso(day)}\n" for one, day in zip(ids, days, strict=True))
    ).encode()


def test_a_meeting_from_the_day_of_the_fraud_on_never_counts(bent, taken, tmp_path):
    rng = np.random.default_rng(5)
    days = FIRST + rng.integers(0, DAYS, len(taken))
    found = onlooker.trace(read_victims(as_list(taken, days), "list"), bent.place)
    firsts = bent.meetings.merge(pd.DataFrame({"customer_id": taken, "harmed": days}))
    before = firsts[firsts.day < firsts.harmed]
    counted = before.groupby("agent_id").customer_id.nunique()
    assert found.agents.set_index("agent_id").victims.to_dict() == counted.to_dict()
    pairs = ["agent_id", "customer_id"]
    assert found.left_out == len(firsts[pairs].drop_duplicates()) - len(before[pairs].drop_duplicates())
    assert found.notes == (f"{found.left_out:,} meetings of an agent and a customer were left out: on the day of the "
                           "fraud or later.",)  # fmt: skip
    # Whatever happens from the day of each fraud on, the answer stays.
    later = [
        {"agent_id": "q0-11", "customer_id": one, "day": day, "explanation": "unexplained"}
        for one, day in zip(taken, np.minimum(days, FIRST + DAYS - 1), strict=True)
        if day >= FIRST
    ]
    extra = bent.meetings[bent.meetings.explanation == "unexplained"].drop(columns="own_gap")
    # Work on those days is seen as it was: only the customers of the list are new to anybody.
    place = world(tmp_path / "store", extra=pd.concat([extra, pd.DataFrame(later)])).place
    again = onlooker.trace(read_victims(as_list(taken, days), "list"), place)
    assert again.left_out > found.left_out
    assert again.agents.set_index("agent_id").victims.to_dict() == counted.to_dict()


def test_before_the_fraud_holds_by_the_agents_day_and_by_that_of_utc(tmp_path):
    """The visit is at 10:00 UTC of FIRST: an agent whose local day is the one before met nobody before the fraud."""
    rows = pd.DataFrame({"agent_id": "q0-03", "customer_id": ["W1"], "day": FIRST, "explanation": "unexplained"})
    place = world(tmp_path / "store", extra=rows).place
    assert onlooker.trace(read_victims(as_list(["W1"], [FIRST + 1]), "list"), place).met == 1
    assert onlooker.trace(read_victims(as_list(["W1"], [FIRST]), "list"), place).met == 0


def test_the_command_tells_what_was_left_out(bent, taken, tmp_path):
    victims = tmp_path / "victims.csv"
    victims.write_bytes(as_list(taken, [FIRST + 14] * len(taken)))
    ran = CliRunner().invoke(cli, ["trace", str(victims), "--json", "--store", str(bent.place)], catch_exceptions=False)
    document = json.loads(ran.stdout)
    assert f"note: {document['left_out']:,} meetings" in ran.stderr and "before the fraud" in ran.stderr
    assert len(document["notes"]) == 1 and document["left_out"] > 0
