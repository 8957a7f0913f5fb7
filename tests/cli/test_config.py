"""Settings: a file to begin with, what is wrong with it, and misspelled names."""

import json
import re
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from onlooker.cli import cli, run
from onlooker.cli.config_template import template
from onlooker.config import Settings, load, unknown_variables
from onlooker.errors import UsageError


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_template_hides_names_and_is_else_comment_with_every_setting_in_a_form_that_is_understood(here):
    assert tomllib.loads(template()) == {"privacy": "strict"}
    bare = re.sub(r"^#(?! )", "", template(), flags=re.MULTILINE)
    given = tomllib.loads(bare)
    assert set(given) == set(Settings.model_fields) - {"receivers"}
    (here / "onlooker.toml").write_text(bare)
    assert load({}).keep == {"visits": 400}


def test_init_writes_it_once(here):
    assert CliRunner().invoke(cli, ["config", "init"], catch_exceptions=False).exit_code == 0
    assert (here / "onlooker.toml").read_text() == template()
    with pytest.raises(UsageError, match="is there already"):
        CliRunner().invoke(cli, ["config", "init"], catch_exceptions=False)
    assert CliRunner().invoke(cli, ["config", "init", "-"], catch_exceptions=False).stdout == template()


def test_check_says_which_zone_file_column_or_word_is_wrong(here):
    (here / "good.csv").write_text("agent_id,team\nkim,north\n")
    (here / "columns.csv").write_text("colour,size\nred,3\n")
    (here / "onlooker.toml").write_text(
        'tz = "Europe/Wien"\nagents = "good.csv"\ntickets = "columns.csv"\ncustomers = "gone.csv"\n'
        'off = ["high_volum"]\n'
        'site_zones = { altura = "America/Bogota" }\nverbs = { peek = "look" }\nmap = { customer_id = "account" }\n'
    )
    done = CliRunner().invoke(cli, ["config", "check", "--json"], catch_exceptions=False)
    found = {one["setting"]: one["fault"] for one in json.loads(done.stdout)["checked"]}
    assert {name for name, fault in found.items() if fault} == {"tz", "tickets", "customers", "off", "verbs"}
    assert found["tz"] == "there is no zone 'Europe/Wien'. Give an IANA name, such as Europe/Vienna."
    assert "gone.csv" in found["customers"]
    assert "did you mean high_volume?" in found["off"]
    assert json.loads(done.stdout)["faults"] == 5
    words = CliRunner().invoke(cli, ["config", "check"], catch_exceptions=False).stdout
    assert "agents: good.csv: 1 rows" in words
    assert words.endswith("5 of 8 are wrong\n")


def test_a_misspelled_setting_or_variable_is_an_error_that_names_the_right_one(here):
    (here / "onlooker.toml").write_text("budgt = 3\n[context]\nhigh_tier = []\n")
    with pytest.raises(UsageError) as told:
        load({}, environment={"ONLOOKER_QUIET_DAY": "3", "ONLOOKER_STOR": "/x"})
    for said in (
        "budgt (onlooker.toml): there is no such setting; did you mean budget?",
        "context.high_tier (onlooker.toml): there is no such setting; did you mean high_tiers?",
        "ONLOOKER_QUIET_DAY (environment): there is no such setting; did you mean quiet_days?",
        "ONLOOKER_STOR (environment): there is no such setting; did you mean store?",
    ):
        assert said in told.value.message


def test_a_variable_that_is_near_nothing_is_told_and_not_read(here, monkeypatch, capsys):
    monkeypatch.setenv("ONLOOKER_HOME_OFFICE", "yes")
    assert unknown_variables() == ["ONLOOKER_HOME_OFFICE"]
    assert load({}) == Settings()
    assert run(["config", "show", "--json"]) == 0
    assert "note: ONLOOKER_HOME_OFFICE is no setting, and was not read" in capsys.readouterr().err


def test_a_store_and_retention_of_the_settings_are_those_of_every_command(here):
    from tests.store.days import FIRST, scan

    scan(here / "s", range(FIRST, FIRST + 1))
    (here / "onlooker.toml").write_text('store = "s"\nkeep = { visits = 1 }\n')
    assert CliRunner().invoke(cli, ["status"], catch_exceptions=False).stdout.startswith("nights judged: 2026-02-16")
    assert "visits: everything before" in CliRunner().invoke(cli, ["store", "prune"], catch_exceptions=False).stdout
    (here / "onlooker.toml").write_text("")
    missing = CliRunner().invoke(cli, ["status"])
    assert (missing.exit_code, "Missing option '--store'" in missing.output) == (2, True)


def test_the_package_runs_as_a_module(here):
    import subprocess

    done = subprocess.run([sys.executable, "-m", "onlooker", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("onlooker, version ")


def test_a_signal_is_told_as_the_page_has_it():
    page = (Path(__file__).parents[2] / "docs" / "signals.md").read_text("utf-8")
    told = CliRunner().invoke(cli, ["signal", "high-volume"], catch_exceptions=False).stdout
    assert told.startswith("high_volume\n**")
    assert told.strip() in page
    assert "- *Check:*" in told
    assert "high_volume" in CliRunner().invoke(cli, ["signal"]).stdout.split()
    with pytest.raises(UsageError, match="did you mean high_volume"):
        CliRunner().invoke(cli, ["signal", "high_volum"], catch_exceptions=False)
