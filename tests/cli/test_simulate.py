"""`onlooker simulate`, run as a user runs it."""

from __future__ import annotations

import csv
import gzip
import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import onlooker
from onlooker.simulation import CAMPAIGN_KINDS, WORLDS

from .command import onlooker as run

SMALL = ("--world", "small_office", "--days", "60", "--agents", "8", "--campaigns", "stalked,few_unexplained:2")
LACKING = "note: few_unexplained has 3 of 9 insiders: nobody else in this world could carry it out.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("simulate")
    ran = run("simulate", *SMALL, "--out", "made", cwd=folder)
    assert (ran.status, ran.err) == (0, "")
    return folder / "made", ran.out


def rows(path: Path) -> list[dict[str, str]]:
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
    return list(csv.DictReader(text.splitlines()))


def test_what_it_says_is_what_it_wrote(made: tuple[Path, str]) -> None:
    folder, said = made
    logs = sorted((folder / "logs").iterdir())
    record = json.loads((folder / "simulation.json").read_text())
    lines = sum(len(rows(path)) for path in logs)
    assert said.startswith(f"{lines:,} lines of 8 agents over 60 days")
    assert record["events"] == lines
    assert [len(agents) for agents in record["insiders"].values()] == [1, 2]
    assert all(name in said for agents in record["insiders"].values() for name in agents)
    assert {path.stem for path in (folder / "tables").iterdir()} == {"agents", "tickets", "leave", "calendar", "fraud"}


def test_the_truth_says_what_each_line_is(made: tuple[Path, str]) -> None:
    folder, _ = made
    record = json.loads((folder / "simulation.json").read_text())
    who = {agent for agents in record["insiders"].values() for agent in agents}
    planted = 0
    for log in (folder / "logs").iterdir():
        labels = pq.read_table(folder / "truth" / log.name.replace(".csv.gz", ".parquet")).to_pylist()
        lines = rows(log)
        assert len(labels) == len(lines)
        bent = [line for line, label in zip(lines, labels, strict=True) if label["campaign"] is not None]
        assert {line["agent_id"] for line in bent} <= who
        planted += len(bent)
    assert planted == record["planted_events"] > 0
    told = rows(folder / "truth" / "campaigns.csv")
    assert {row["agent_id"] for row in told} == who
    victims = rows(folder / "truth" / "victims.csv")
    assert {row["customer_id"] for row in victims} == {row["customer_id"] for row in rows(folder / "tables/fraud.csv")}


@pytest.mark.full
def test_the_command_that_it_names_scans_the_log(made: tuple[Path, str]) -> None:
    folder, said = made
    words = said.splitlines()[-1].split()
    assert words[:2] == ["onlooker", "scan"]
    ran = run(*words[1:], "-q", cwd=folder.parent)
    assert ran.status in {0, 6}, ran.err
    assert json.loads((folder / "scan" / "run.json").read_text())["counts"]["rejected"] == 0


def test_the_same_seed_writes_the_same_files(made: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = made
    again = onlooker.simulate(
        tmp_path / "again", "small_office", days=60, agents=8, campaigns=["stalked", "few_unexplained:2"]
    )
    for path in (*again.logs, *again.tables.values(), *(again.folder / "truth").glob("*.csv")):
        assert path.read_bytes() == (folder / path.relative_to(again.folder)).read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Missing option '--out'"),
        (("--out", "x", "--world", "clinc"), "no world is called clinc\n          Did you mean clinic?"),
        (("--out", "full"), "full is not empty\n          Name a folder"),
    ],
)
def test_what_cannot_be_done_is_said_with_status_2(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a-file").write_text("")
    ran = run("simulate", *arguments, cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize(
    ("world", "options", "said"),
    [
        ("small_office", {"campaigns": ["brech"]}, "no campaign is called brech"),
        ("small_office", {"campaigns": ["breach:none"]}, "can't read the campaign breach:none"),
        ("small_office", {"days": 60, "campaigns": ["behind_ai"]}, "nobody can carry out the campaign behind_ai"),
        ("small_office", {"days": 5}, "nobody can carry out the campaign snoop"),
        ("clinic", {"agents": 9, "days": 30, "campaigns": ["under_tickets"]}, "under_tickets needs tickets"),
        ("small_office", {"days": 5, "campaigns": ["none"], "period": "hour"}, "can't write a log by hour"),
    ],
)
def test_nothing_is_written_of_what_cannot_be_simulated(
    world: str, options: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(onlooker.OnlookerError, match=said):
        onlooker.simulate(tmp_path / "x", world, **options)
    assert not (tmp_path / "x").exists()


def test_the_list_and_the_page_name_every_world_and_campaign(tmp_path: Path) -> None:
    listed = run("simulate", "--list", cwd=tmp_path).out
    page = (Path(__file__).parents[2] / "docs" / "simulate.md").read_text()
    for name, story in [(w.name, w.story) for w in WORLDS] + [(k.name, k.story) for k in CAMPAIGN_KINDS]:
        assert re.search(rf"^  {name} +{re.escape(story)}", listed, re.MULTILINE), name
        assert f"| `{name}` | {story} |" in page, name
    helped = run("simulate", "--help", cwd=tmp_path).out
    assert ", ".join(w.name for w in WORLDS) in " ".join(helped.split())


def test_too_few_insiders_are_told(tmp_path: Path) -> None:
    ran = run("simulate", *SMALL[:6], "--campaigns", "few_unexplained:9", "--out", "made", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, LACKING)
    assert json.loads((tmp_path / "made/simulation.json").read_text())["lacking"] == {
        "few_unexplained": {"wanted": 9, "found": 3}
    }


def test_an_honest_log_has_nothing_planted(tmp_path: Path) -> None:
    ran = run("simulate", *SMALL[:6], "--campaigns", "none", "--out", "made", "--json", cwd=tmp_path)
    record = json.loads(ran.out)
    assert record["planted_events"] == 0
    assert record["insiders"] == {}
