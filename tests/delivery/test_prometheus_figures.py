from __future__ import annotations

import re
import stat
from datetime import UTC, datetime

from tests.cli.command import onlooker

from onlooker.delivery.prometheus_figures import figures_text
from onlooker.store import Store

from .stores import receiver, store_with

SAMPLE = re.compile(r'onlooker_[a-z_]+(\{[a-z]+="[^"\\\n]*"\})? -?[0-9.e+-]+')
NOW = datetime(2026, 2, 18, 6, 0, tzinfo=UTC)


def samples(text: str) -> dict[str, float]:
    """The samples of a text, each line held against the format."""
    found, told = {}, set()
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# "):
            assert re.fullmatch(r"# (HELP \w+ [^\\]+|TYPE \w+ gauge)", line)
            told.add(line.split()[2])
            continue
        assert SAMPLE.fullmatch(line), line
        name, _, value = line.rpartition(" ")
        assert name.partition("{")[0] in told and name not in found
        found[name] = float(value)
    return found


def test_the_figures_say_what_the_store_holds(place):
    store_with(place, {"hook": receiver(kind="folder", path="/")}, 3)
    with Store.open(place, "write") as store:
        store.finish_run("r", {"seconds": 12.5})
        text = figures_text(store, NOW)
    found = samples(text)
    assert found["onlooker_last_night_age_seconds"] == 30 * 3600
    assert found["onlooker_last_night_timestamp_seconds"] == datetime(2026, 2, 17, tzinfo=UTC).timestamp()
    assert found['onlooker_last_night_alerts{severity="high"}'] == 3 == found["onlooker_outbox_waiting"]
    assert found["onlooker_cases_open"] == found["onlooker_cases_unassigned"] == 3
    assert (found["onlooker_last_run_seconds"], found["onlooker_last_run_ok"]) == (12.5, 1)
    assert found["onlooker_missing_nights"] == found["onlooker_last_night_doubts"] == 0
    assert "kim" not in text and "77001" not in text


def test_a_store_without_a_night_has_figures_too(place):
    with Store.open(place, "write", create=True) as store:
        found = samples(figures_text(store, NOW))
    assert "onlooker_last_night_age_seconds" not in found and found["onlooker_outbox_waiting"] == 0


def test_the_file_is_whole_and_another_user_may_collect_it(place, tmp_path):
    store_with(place, {}, 1)
    assert onlooker("metrics", "--store", place, "--out", "onlooker.prom", cwd=tmp_path).status == 0
    path = tmp_path / "onlooker.prom"
    assert stat.S_IMODE(path.stat().st_mode) == 0o644 and samples(path.read_text())
    assert onlooker("metrics", "--store", place, "--out", place / "x.prom", cwd=tmp_path).status == 2
