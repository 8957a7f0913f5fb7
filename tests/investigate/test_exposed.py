"""From the victims to whom to warn: the figures counted again from the meetings."""

from __future__ import annotations

import csv
import hashlib
import json
import stat
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from tests.store.days import lines_told

import onlooker
from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.investigate import read_victims
from onlooker.schema.days import day_of, iso
from onlooker.store import Store

from .world import CUSTOMERS, DAYS, FIRST, World, wait, world

BEGINS = FIRST + 14
HOSTILE = ("=1+1", "o'neil", "<script>")


@pytest.fixture(scope="module")
def thief(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An agent who looks up 20 customers a day without a reason, from BEGINS on, hostile ids and two days that wait."""
    rng = np.random.default_rng(9)
    ids = [*HOSTILE, *(f"C{number:05}" for number in rng.choice(CUSTOMERS, 277, replace=False))]
    days = BEGINS + np.arange(len(ids)) * 14 // len(ids)
    extra = pd.DataFrame({"agent_id": "q1-07", "customer_id": ids, "day": days, "explanation": "unexplained"})
    made = world(tmp_path_factory.mktemp("thief") / "store", extra=extra)
    wait(made.place, pd.DataFrame({"agent_id": "q1-07", "customer_id": ["W1", "W2"], "day": FIRST + DAYS}))
    return made


@pytest.fixture(scope="module")
def victims(thief) -> list[str]:
    """A sixth of what was taken in the first ten days."""
    taken = thief.meetings[(thief.meetings.explanation == "unexplained") & (thief.meetings.day < BEGINS + 10)]
    return taken.customer_id.iloc[::6].tolist()


@pytest.fixture(scope="module")
def listed(victims, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("list") / "victims.csv"
    path.write_text("customer_id,fraud_date\n" + "".join(f'"{one}",{iso(FIRST + DAYS)}\n' for one in victims))
    return path


def test_the_figures_are_those_of_the_meetings(thief, victims, listed, tmp_path):
    table = tmp_path / "customers.csv"
    table.write_text(
        "customer_id,tier,region\n"
        + "".join(f"C{n:05},gold,{'north' if n % 3 else 'south'}\n" for n in range(CUSTOMERS))
    )
    found = onlooker.trace(listed, thief.place, expose=True, customers=str(table))
    (agent,) = found.exposed.agents
    assert (agent["agent_id"], agent["victims"]) == ("q1-07", len(victims))
    assert abs(day_of(agent["onset"]) - BEGINS) <= 2

    mine = thief.meetings[thief.meetings.agent_id == "q1-07"]
    since = set(mine[mine.day >= day_of(agent["onset"])].customer_id) | {"W1", "W2"}
    before = set(mine[(mine.day >= day_of(agent["earliest"]))].customer_id) - since
    assert (found.exposed.exposed, found.exposed.not_yet_victims) == (len(since), len(since - set(victims)))
    assert (agent["exposed"], agent["not_yet_victims"]) == (len(since), len(since - set(victims)))
    assert found.exposed.perhaps == len(before)
    rows = found.exposed.table.to_pandas()
    assert set(rows.customer_id) == since | before
    assert rows.victim.is_monotonic_increasing
    late = mine[mine.day >= day_of(agent["onset"])]
    first = set(late[late.explanation == "unexplained"].customer_id) | {"W1", "W2"}
    assert set(rows[rows.priority == 1].customer_id) == first
    assert set(rows[rows.priority == 3].customer_id) == before
    regions = {one["region"]: one["not_yet_victims"] for one in found.exposed.by_region}
    south = {one for one in since - set(victims) if one[1:].isdigit() and one[0] == "C" and int(one[1:]) % 3 == 0}
    assert regions["south"] == len(south) and sum(regions.values()) == found.exposed.not_yet_victims
    assert {one["kind"]: one["exposed"] for one in found.exposed.by_kind} == {
        "seen": len(since), "revealed": 0, "exported": 0, "edited": 0,
    }  # fmt: skip


def test_day_by_day_the_shares_add_up_to_what_was_expected(thief, listed):
    """The onset rests on the same expectation as the list."""
    from importlib import import_module

    from onlooker.engines.duck import DuckEngine

    tracing = import_module("onlooker.investigate.trace")
    with DuckEngine() as engine, Store.open(thief.place) as store:
        found = tracing.trace(engine, store, read_victims(listed.read_bytes(), "list"), onlooker.investigate.Span())
        daily = engine.arrow(tracing.DAILY.format(agents="'q1-07', 'q0-00'")).to_pandas().groupby("agent_id")
    facts = found.agents.set_index("agent_id").loc[["q0-00", "q1-07"]]
    assert daily.expected.sum().tolist() == pytest.approx(facts.expected.tolist())
    assert daily.met.sum().tolist() == facts.victims.tolist()


def test_the_files_for_counsel_are_sealed_and_the_history_says_where_they_went(thief, listed, tmp_path):
    out = tmp_path / "counsel"
    options = ["trace", str(listed), "--store", str(thief.place), "--as", "ana", "--reason", "counsel asks"]
    ran = CliRunner().invoke(cli, [*options, "--out", str(out), "--json"], catch_exceptions=False)
    document = json.loads(ran.stdout)
    manifest = (out / "MANIFEST.sha256").read_bytes()
    assert hashlib.sha256(manifest).hexdigest() == document["manifest"]
    named = dict(reversed(line.split("  ", 1)) for line in manifest.decode().splitlines())
    assert (
        set(named)
        == {"README.txt", "customers.csv", "trace.json"}
        == {one.name for one in out.iterdir()} - {"MANIFEST.sha256"}
    )
    assert all(hashlib.sha256((out / name).read_bytes()).hexdigest() == digest for name, digest in named.items())
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    with (out / "customers.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(document["exposed"]["customers"]) and "'=1+1" in {row["customer_id"] for row in rows}
    assert "customers" not in json.loads((out / "trace.json").read_text())["exposed"]
    with Store.open(thief.place) as store:
        looked, written = lines_told(store)[-2:]
    assert (looked.who, looked.about["written to"], looked.about["expose"]) == ("ana", str(out), True)
    assert (written.who, written.what) == ("ana", "trace written")
    assert written.about == {"written to": str(out), "manifest": document["manifest"]}
    again = CliRunner().invoke(cli, [*options, "--out", str(out)])
    assert isinstance(again.exception, UsageError) and "is there already" in str(again.exception)
    inside = CliRunner().invoke(cli, [*options, "--out", str(thief.place / "new")])
    assert isinstance(inside.exception, UsageError) and "lies in the store" in str(inside.exception)
    shown = CliRunner().invoke(cli, [*options, "--expose"], catch_exceptions=False).stdout
    exposed = document["exposed"]
    assert f"Warn these first: {exposed['not_yet_victims']:,} customers" in shown
    assert f"since about {exposed['agents'][0]['onset']} (between" in shown


def test_where_nobody_stands_out_nobodys_customers_are_listed(quiet, taken, tmp_path):
    found = onlooker.trace(taken, quiet.place, expose=True, out=tmp_path / "counsel.zip")
    assert found.exposed is None and found.record()["exposed"] is None
    assert any("Nobody stands out" in note for note in found.notes)
    assert len(found.manifest) == 64
    with zipfile.ZipFile(tmp_path / "counsel.zip") as files:
        assert files.namelist() == ["README.txt", "trace.json", "MANIFEST.sha256"]
        assert "customers.csv" not in files.read("README.txt").decode()


def test_the_order_of_the_list_changes_nothing(thief, victims):
    from onlooker.investigate import Victims

    answers = []
    for ids in (victims, victims[::-1]):
        found = onlooker.trace(Victims(tuple(ids), dict.fromkeys(ids, FIRST + DAYS)), thief.place, expose=True)
        answers.append(found.record())
    assert answers[0] == answers[1]


def test_a_meeting_after_the_fraud_names_nobody_and_exposes_nobody(thief, victims):
    """All was taken after the frauds: nothing of it may count."""
    from onlooker.investigate import Victims

    found = onlooker.trace(Victims(tuple(victims), dict.fromkeys(victims, BEGINS)), thief.place, expose=True)
    assert found.left_out >= len(victims) and found.exposed is None
    assert "q1-07" not in [step.agent_id for step in found.cover if step.stands_out]


def test_an_exposure_has_priorities_since_its_onset(thief):
    found = onlooker.exposure("q1-07", thief.place)
    assert found.onset and found.onset.earliest <= BEGINS <= found.onset.latest
    mine = thief.meetings[thief.meetings.agent_id == "q1-07"]
    since = mine[mine.day >= found.onset.day]
    unexplained = set(since[since.explanation == "unexplained"].customer_id) | {"W1", "W2"}
    rows = found.customers.set_index("customer_id").priority
    assert set(rows[rows == 1].index) == unexplained
    assert set(rows[rows == 2].index) == set(since.customer_id) - unexplained
    perhaps = set(mine[(mine.day >= found.onset.earliest) & (mine.day < found.onset.day)].customer_id)
    assert set(rows[rows == 3].index) == perhaps - set(since.customer_id) - unexplained
    document = found.record()
    assert list(document)[-2:] == ["onset", "priorities"] and document["onset"]["day"] == iso(found.onset.day)
    assert [one["customers"] for one in document["priorities"]] == [int((rows == n).sum()) for n in (1, 2, 3, 4)]
    shown = CliRunner().invoke(cli, ["exposure", "q1-07", "--store", str(thief.place)], catch_exceptions=False).stdout
    assert f"rise since about {iso(found.onset.day)}" in shown


def test_an_exposure_from_its_onset_on_has_the_same_onset(thief):
    whole = onlooker.exposure("q1-07", thief.place)
    found = onlooker.exposure("q1-07", thief.place, iso(whole.onset.day))
    assert found.onset == whole.onset
    assert set(found.customers.priority) <= {1, 2}
    mine = thief.meetings[(thief.meetings.agent_id == "q1-07") & (thief.meetings.day >= whole.onset.day)]
    assert set(found.customers.customer_id) - {"W1", "W2"} == set(mine.customer_id) - {"W1", "W2"}


def test_an_exposure_without_a_rise_has_no_priorities(quiet):
    found = onlooker.exposure("q0-03", quiet.place)
    assert found.onset is None and found.customers.priority.isna().all() and found.record()["priorities"] == []
