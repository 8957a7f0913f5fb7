"""A store in Python: cases, status, history and questions, with every look on record."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pandas as pd
import pytest

import onlooker
from onlooker.simulation import Campaign, simulate, write_logs


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 42 nights with a thief of the last eight."""
    place = tmp_path_factory.mktemp("store")
    made = simulate(agents=14, days=42, seed=4, pace=10, depth=0.5, campaigns=(Campaign("loud", 1, start=0.8),))
    paths = write_logs(made, place / "logs", period="all", compress=False, side_tables=())
    with onlooker.scan(paths, store=place / "store", closed=True, tz="UTC", threads=1) as found:
        assert found.alerts
    return place / "store"


def test_cases_alerts_and_questions_agree_and_stand_in_the_history(folder: Path) -> None:
    store = onlooker.Store(folder, who="m.gruber", reason="morning")
    cases = store.cases()
    assert len(cases) == store.status.open_cases > 0
    case = max(cases, key=lambda one: len(one.alerts))
    assert store.case(case.agent_id) == store.case(case.id[:9]) == case
    alerts = store.alerts(case.id)
    assert tuple(alert.id for alert in alerts) == case.alerts
    exposed = store.exposure(case.agent_id)
    assert len(exposed.customers) == exposed.customers["customer_id"].nunique() > 50
    customer = exposed.customers["customer_id"].iloc[0]
    assert case.agent_id in set(store.access(customer).visits["agent_id"])
    assert store.explain(case.agent_id).agent_id == case.agent_id
    assert store.trace(exposed.customers["customer_id"].head(30)).agents["agent_id"].iloc[0] == case.agent_id
    assert store.today().night == store.status.last_night
    done = store.history_table(who="m.gruber")
    wanted = ["cases listed", "case shown", "exposure", "access", "explain", "trace", "today", "history shown"]
    assert set(wanted) <= set(done["what"])
    assert set(done["why"]) - {""} == {"morning"}
    assert done["at"].dtype.kind == "M"
    assert done["at"].max() <= pd.Timestamp.now(tz="UTC")
    assert [one.about["whom"] for one in store.history(what="history", whom=case.agent_id)][-1:] == [case.agent_id]


def test_a_case_that_is_sealed_from_somebody_is_not_there_for_them(folder: Path) -> None:
    from onlooker.cases import CaseDesk, handing_on
    from onlooker.store import Store

    case = onlooker.Store(folder, who="m.gruber").cases()[0]
    with Store.open(folder, "decide") as opened, opened.deciding():
        handing_on.seal(CaseDesk(opened), case.id, ("lead.north",), "m.gruber", "a lead may be in it")
    hidden = onlooker.Store(folder, who="lead.north")
    assert case.id not in {one.id for one in hidden.cases()}
    with pytest.raises(onlooker.OnlookerError):
        hidden.case(case.id)
    told = [dict(entry.about) for entry in hidden.history()]
    assert told and not any(case.id in str(about) or case.agent_id in str(about) for about in told)
    seen = onlooker.Store(folder, who="m.gruber").history(what="case sealed")
    assert [entry.about["case"] for entry in seen] == [case.id]


def test_it_shows_itself_in_a_notebook(folder: Path) -> None:
    store = onlooker.Store(folder, who="m.gruber")
    shown = unescape(store._repr_html_())
    assert f"open cases: {store.status.open_cases}" in shown
    assert str(store.status.last_night) in shown
    case = store.cases()[0]
    assert case.id in case._repr_html_()
    exposed = store.exposure(case.agent_id)
    assert exposed.customers["customer_id"].iloc[0] in exposed._repr_html_()
    traced = store.trace(exposed.customers["customer_id"].head(5))
    assert "5 of 5 customers" in traced._repr_html_()


def test_a_folder_that_is_no_store_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(onlooker.OnlookerError):
        onlooker.Store(tmp_path / "absent")
