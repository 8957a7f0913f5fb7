"""Each statement of a scan and of a store's nights can be read: it has a stage, a name and at most 3,000 characters."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from onlooker import scan
from onlooker.engines.spark_session import java_there
from onlooker.engines.statements import LONGEST
from onlooker.simulation import Site, simulate, write_logs

DEMO = sorted(Path("sample_logs/demo").glob("*.csv.gz"))
NAMED = re.compile(r"\d{4}-(?P<stage>[a-z]+)\.[A-Za-z_][\w.]*\.sql")
STAGES = {"ingest", "visits", "features", "checks", "scoring", "rules", "alerts"}


def all_short_and_named(folder: Path) -> set[str]:
    """The stages of the statements in a folder."""
    stages = set()
    files = sorted(folder.iterdir())
    for file in files:
        found = NAMED.fullmatch(file.name)
        assert found, file.name
        stages.add(found["stage"])
    long = {file.name: len(text) for file in files if len(text := file.read_text().strip()) > LONGEST}
    assert not long
    return stages


def test_a_stores_nights_with_all_side_tables_and_zones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sites = (Site("bayview", "Asia/Manila", (6, 14, 22)), Site("altura", "America/Bogota", (7, 12)))
    made = simulate(agents=10, days=9, seed=3, pace=6, sites=sites)
    given = ("agents", "tickets", "roster")
    logs = write_logs(made, tmp_path, period="week", compress=False, side_tables=given)
    others = {
        "identities": "system,id,entity\nlog,nobody,P1\n",
        "leave": "agent_id,from,to\nnobody,2026-03-01,2026-03-02\n",
        "customers": "customer_id,tier,vip,owner_agent,canary\nC1,gold,yes,nobody,no\n",
        "contacts": "agent_id,start,end,customer_id\nnobody,2026-03-01 10:00,2026-03-01 10:05,C1\n",
        "calendar": "kind,from,to,site,approver\nproject,2026-03-01,2026-03-02,bayview,nobody\n",
    }
    for name, text in others.items():
        (tmp_path / f"{name}.csv").write_text(text)
    tables = {name: str(tmp_path / f"{name}.csv") for name in (*given, *others)}
    monkeypatch.setenv("ONLOOKER_SQL", str(tmp_path / "sql"))
    for log in (logs[:-1], logs[-1:]):
        scan(log, store=tmp_path / "store", tz="Europe/Paris", **tables).close()
    assert all_short_and_named(tmp_path / "sql") >= STAGES | {"nightly"}


@pytest.mark.full
@pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is not installed")
@pytest.mark.skipif(not java_there(), reason="Spark needs Java, and there is none")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_spark_with_event_ids_of_two_sources_and_all_side_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = simulate(agents=6, days=4, seed=3, pace=6)
    given = ("agents", "tickets", "roster")
    columns = ("timestamp", "agent_id", "customer_id", "action", "ticket_id", "team", "site", "event_id")
    logs = write_logs(made, tmp_path, columns=columns, period="all", compress=False, side_tables=given)
    (tmp_path / "other.csv").write_text(
        "when,who,account,event_id," + ",".join(f"column_{n}" for n in range(300)) + "\n"
        "2026-03-02T09:00:00Z,nobody,C1,e1" + "," * 300 + "\n"
    )
    tables = {name: str(tmp_path / f"{name}.csv") for name in given}
    monkeypatch.setenv("ONLOOKER_SQL", str(tmp_path / "sql"))
    scan([*logs, tmp_path / "other.csv"], engine="spark", tz="Europe/Paris", **tables).close()
    assert all_short_and_named(tmp_path / "sql") >= STAGES


@pytest.mark.full
def test_the_demonstration_and_a_night_on_two_months_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONLOOKER_SQL", str(tmp_path / "sql"))
    scan(DEMO).close()
    for logs in (DEMO[:2], DEMO[2:3]):
        scan(logs, store=tmp_path / "store").close()
    assert all_short_and_named(tmp_path / "sql") >= STAGES | {"nightly"}
