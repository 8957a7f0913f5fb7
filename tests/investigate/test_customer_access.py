"""Access: who opened one record, counted again from the log itself."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from tests.store.days import lines_told

import onlooker
from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.schema.days import iso
from onlooker.store import Store

from .world import DAYS, FIRST, wait, world


@pytest.mark.parametrize("kind", ["closed", "lasting"])
def test_it_is_what_the_log_says_the_day_that_is_not_over_included(scanned, kind):
    log = scanned.log[scanned.log.customer_id.notna() & ~scanned.log.action.isin(["search", "list"])]
    with Store.open(getattr(scanned, kind)) as store:
        over = iso(store.span("visits")[1])
    last_day = log.timestamp.str[:10].max()
    for customer in (log.customer_id.mode()[0], log[log.timestamp.str[:10] == last_day].customer_id.iloc[0]):
        mine = log[log.customer_id == customer].assign(date=log.timestamp.str[:10])
        expected = mine.groupby(["agent_id", "date"]).agg(events=("action", "size"), first=("timestamp", "min"))
        found = onlooker.access(customer, getattr(scanned, kind)).visits
        assert found.set_index(["agent_id", "date"]).events.to_dict() == expected.events.to_dict()
        assert list(found.first_seen) == sorted(found.first_seen)
        judged = found.date <= over
        assert found.explanation.notna().tolist() == judged.tolist()
        assert ((found.why == "the day was not over: not known yet") == ~judged).all()


def test_a_customer_the_store_does_not_know_is_an_error_and_one_who_was_away_is_not(quiet):
    customer = quiet.meetings.customer_id.iloc[0]
    with pytest.raises(UsageError, match="knows no visit to the customer X1"):
        onlooker.access("X1", quiet.place)
    with pytest.raises(UsageError, match="no customer is given"):
        onlooker.access(" ", quiet.place)
    with pytest.raises(UsageError, match="no visits of these days"):
        onlooker.access(customer, quiet.place, "2031-01-01")
    days = quiet.meetings[quiet.meetings.customer_id == customer].day
    free = next(day for day in range(FIRST, FIRST + DAYS) if day not in set(days))
    date = pd.Timestamp(free, unit="D").date().isoformat()
    assert onlooker.access(customer, quiet.place, date, date).visits.empty


HOSTILE = ("o'neil", "=1+1", 'say "no"', "a\\b", "<script>", "%s{}")


@pytest.mark.parametrize("customer", HOSTILE)
def test_the_command_takes_hostile_ids_and_the_look_is_in_the_history(tmp_path: Path, customer):
    rows = pd.DataFrame({"agent_id": "d'arc", "customer_id": HOSTILE, "day": FIRST, "explanation": "unexplained"})
    place = world(tmp_path / "store", extra=rows).place
    options = ["access", customer, "--store", str(place), "--as", "ana", "--reason", "the customer asks"]
    document = json.loads(CliRunner().invoke(cli, [*options, "--json"], catch_exceptions=False).stdout)
    (visit,) = document["visits"]
    assert (document["customer_id"], visit["agent_id"], visit["explanation"]) == (customer, "d'arc", "unexplained")
    shown = CliRunner().invoke(cli, options, catch_exceptions=False).stdout
    assert "d'arc  nothing explains it" in shown
    with Store.open(place) as store:
        looked = lines_told(store)[-1]
    assert (looked.who, looked.what, looked.why) == ("ana", "access", "the customer asks")
    assert looked.about == {"customer": customer, "from": None, "to": None}


def test_visits_of_a_day_that_is_not_over_are_in_the_json_without_an_explanation(tmp_path: Path):
    place = world(tmp_path / "store").place
    wait(place, pd.DataFrame({"agent_id": ["q0-01"], "customer_id": ["W1"], "day": [FIRST + DAYS]}))
    ran = CliRunner().invoke(cli, ["access", "W1", "--store", str(place), "--json"], catch_exceptions=False)
    (visit,) = json.loads(ran.stdout)["visits"]
    assert (visit["explanation"], visit["ticket_id"], visit["events"]) == (None, None, 1)
