"""One agent, one night: its numbers are those of the tables, alert or not."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from tests.store.days import alert

import onlooker
from onlooker.cases import CaseDesk, handing_on
from onlooker.cli import cli
from onlooker.errors import UsageError
from onlooker.schema.days import day_of
from onlooker.store import Commit, Store


@pytest.fixture(scope="module")
def scores(scanned) -> pd.DataFrame:
    frame = pq.read_table(scanned.out / "scores.parquet").to_pandas()
    return frame.assign(date=frame.date.astype(str))


def counted(scanned) -> pd.DataFrame:
    with Store.open(scanned.closed) as store:
        return pd.concat(pq.read_table(path).to_pandas() for path in store.files("agent_days"))


def test_without_a_date_it_is_the_rarest_night_of_the_open_case_as_its_alert_was_raised(scanned):
    alerts = [json.loads(line) for line in (scanned.out / "alerts.jsonl").read_text().splitlines()]
    agent = max(alerts, key=lambda one: one["score"])["agent_id"]
    mine = [one for one in alerts if one["agent_id"] == agent]
    rarest = max(mine, key=lambda one: (one["score"], one["date"]))
    night = onlooker.explain(agent, scanned.closed)
    assert night.date == rarest["date"]
    assert night.no_alert == ""
    (told,) = [one for one in night.alerts if one["kind"] == rarest["kind"]]
    assert [reason["text"] for reason in told["reasons"]] == [reason["text"] for reason in rarest["reasons"]]
    assert [visit.customer_id for visit in night.visits] == [visit["customer_id"] for visit in rarest["visits"]]
    assert told["state"] == "raised" and told["case_id"].startswith("case-")
    for name in ("score", "p_value", "q_value", "rank", "customers", "unexplained"):
        assert getattr(night, name) == pytest.approx(rarest[name])


def test_whom_a_case_was_sealed_from_hears_of_no_alert_and_of_no_case(scanned, tmp_path):
    place = Path(shutil.copytree(scanned.closed, tmp_path / "store"))
    with Store.open(place, "decide") as store:
        case = max(CaseDesk(store).cases("open"), key=lambda one: len(one.alerts))
        handing_on.seal(CaseDesk(store), case.id, ("lead.north",), "ana", "the lead may be in it")
    seen, kept = (
        onlooker.explain(case.agent_id, place, who="bo"),
        onlooker.explain(case.agent_id, place, who="lead.north"),
    )
    assert seen.alerts and any(night["alerted"] for night in seen.nights)
    assert (kept.alerts, kept.story, kept.no_alert) == ((), (), "")
    assert not [night for night in kept.nights if night["alerted"] or night["no_alert"]]
    assert case.id not in json.dumps(kept.record())
    assert kept.date == max(night["date"] for night in kept.nights), "without alerts it is the last night"


def test_an_open_case_has_the_story_of_its_day_in_local_times_and_nobody_else_has(scanned, scores):
    with Store.open(scanned.lasting) as store:
        (case, *_) = CaseDesk(store).cases("open")
    night = onlooker.explain(case.agent_id, scanned.lasting)
    mine = scanned.log[(scanned.log.agent_id == case.agent_id) & (scanned.log.timestamp.str[:10] == night.date)]
    assert night.story[0].startswith(f"{mine.timestamp.min()[11:16]} to ")
    assert f"UTC{mine.timestamp.iloc[0][19:]}" == night.zone
    words = CliRunner().invoke(cli, ["explain", case.agent_id, "--store", str(scanned.lasting)]).stdout
    assert f"The day from first to last look ({night.zone})\n  - {night.story[0]}\n" in words
    ordinary = min(set(scores.agent_id) - {json.loads(line)["agent_id"] for line in
                                           (scanned.out / "alerts.jsonl").read_text().splitlines()})  # fmt: skip
    assert onlooker.explain(ordinary, scanned.lasting).story == ()


def test_a_misspelled_agent_is_asked_about(scanned, scores):
    agent = scores.agent_id.iloc[0]
    for wrong in (agent.upper(), agent[:-1]):
        with pytest.raises(UsageError) as told:
            onlooker.explain(wrong, scanned.closed)
        assert told.value.hint.startswith("Did you mean ") and agent in told.value.hint


def test_every_number_is_that_of_the_tables(scanned, scores):
    row = scores[(scores.score > 0.8) & (scores.date > "2026-02-01")].sort_values("score").iloc[0]
    night = onlooker.explain(row.agent_id, scanned.closed, row.date)
    assert (night.score, night.p_value, night.rank) == (row.score, row.p_value, row["rank"])
    assert night.agents == (scores.date == row.date).sum()
    assert (night.combinations, night.weeks_before) == (row.combinations, row.weeks_before) and row.weeks_before
    parts = [*(part.evidence for part in night.signals), night.combinations, night.weeks_before]
    assert sum(parts) == pytest.approx(row.evidence, abs=1e-4)
    words = CliRunner().invoke(cli, ["explain", row.agent_id, "--date", row.date, "--store", str(scanned.closed)])
    assert f"{row.weeks_before:+.2f} from comparing with the weeks before" in words.stdout
    days, day = counted(scanned), day_of(row.date)
    own = days[(days.agent_id == row.agent_id) & (days.day <= day) & (days.day >= day - 84)]
    same = days[(days.day == day) & (days.agent_id != row.agent_id)]
    same = same[same.queue == own.queue.iloc[-1]]
    for part in night.signals:
        assert part.evidence == row[part.signal]
        assert part.observed == own.loc[own.day == day, part.signal].sum()
        assert part.month == pytest.approx(own.loc[own.day > day - 28, part.signal].mean())
        assert part.before == pytest.approx(own.loc[own.day <= day - 28, part.signal].mean())
        assert part.colleagues == pytest.approx(same[part.signal].mean())
        assert part.documented == f"docs/signals.md#{part.signal}"
    mine = sorted(scores.loc[scores.agent_id == row.agent_id, "date"], reverse=True)
    first = [date for date in mine if date <= row.date][:14][-1]
    assert [one["date"] for one in night.nights] == [date for date in mine if date >= first]


def test_an_ordinary_night_says_what_speaks_against_it(scanned, scores):
    quiet = scores[~scores.alerted & (scores.date > "2026-02-01")].sort_values("score").iloc[0]
    night = onlooker.explain(quiet.agent_id, scanned.closed, quiet.date)
    assert night.alerts == () and any("have an explanation" in text for text in night.against)
    assert any(text.startswith("Below the ordinary: ") for text in night.against)


def test_a_night_that_is_not_there_is_told_with_the_nearest_one(scanned, scores):
    agent = scores.agent_id.iloc[0]
    with pytest.raises(UsageError, match=r"no judged night of .* on 2031-01-01") as told:
        onlooker.explain(agent, scanned.closed, "2031-01-01")
    assert (
        told.value.hint == f"The nearest judged night of this agent is {scores[scores.agent_id == agent].date.max()}."
    )
    with pytest.raises(UsageError, match="no judged night of nobody"):
        onlooker.explain("nobody", scanned.closed)


def test_a_day_that_is_not_over_is_told_and_the_newest_judged_night_is_shown(scanned):
    last = scanned.log[scanned.log.timestamp.str[:10] == scanned.log.timestamp.str[:10].max()]
    with pytest.raises(UsageError) as told:
        onlooker.explain(last.agent_id.iloc[0], scanned.lasting, last.timestamp.iloc[0][:10])
    assert told.value.hint.startswith("That day is not over yet")
    assert onlooker.explain(last.agent_id.iloc[0], scanned.lasting).date < last.timestamp.iloc[0][:10]


def test_an_alert_about_a_team_is_told_of_the_members_whom_it_names(scanned, scores, tmp_path):
    place = Path(shutil.copytree(scanned.closed, tmp_path / "store"))
    mine, other = scores.agent_id.unique()[:2]
    date = scores[scores.agent_id == mine].date.max()
    reasons = [{"signal": "ring", "text": f"{name} moves.", "horizon": 28, "agent_id": name} for name in (mine, other)]
    team = alert(day_of(date), "team north", kind="ring", reasons=reasons, confidence="high", headline="Two move.")
    with Store.open(place, "write") as store:
        store.start_run("ring", "0")
        with store.begin("ring") as writing:
            writing.commit(Commit(alerts=(team,)))
    night = onlooker.explain(mine, place, date)
    assert [one["agent_id"] for one in night.alerts if one["kind"] == "ring"] == ["team north"]
    words = CliRunner().invoke(cli, ["explain", mine, "--date", date, "--store", str(place)]).stdout
    assert "  Two move.\n" in words and f"{mine} moves." in words and f"{other} moves." not in words
    with pytest.raises(UsageError, match="team north has no nights of its own") as told:
        onlooker.explain("team north", place)
    assert "explain these" in told.value.hint


def test_the_command_says_it_in_words_and_in_json_and_the_look_is_in_the_history(scanned, scores):
    agent = scores.sort_values("score").agent_id.iloc[-1]
    options = ["explain", agent, "--store", str(scanned.lasting), "--as", "ana", "--reason", "morning round"]
    words = CliRunner().invoke(cli, options, catch_exceptions=False).stdout
    night = onlooker.explain(agent, scanned.lasting)
    assert words.startswith(f"{agent} on {night.date}")
    parts = [part for part in night.signals if part.evidence > 0]
    assert all(f"{part.signal}: {part.text}" in words for part in parts[:6])
    assert all(text in words for text in night.against)
    document = json.loads(CliRunner().invoke(cli, [*options, "--json"], catch_exceptions=False).stdout)
    assert document == json.loads(json.dumps(replace(night, noted=True).record()))
    with Store.open(scanned.lasting) as store:
        looked = [entry for entry in store.history() if entry.what == "explain"][-3:]
    assert (looked[0].who, looked[0].why, looked[0].about["agent"]) == ("ana", "morning round", agent)
    assert looked[2].why == "morning round" and looked[1].why == ""


def test_what_is_no_date_is_refused_before_it_is_on_record(scanned):
    with Store.open(scanned.closed) as store:
        before = len(store.history())
    with pytest.raises(UsageError, match="not a date"):
        onlooker.explain("anybody", scanned.closed, "2026-13-40")
    with Store.open(scanned.closed) as store:
        assert len(store.history()) == before
