"""Decisions about names that the store never met are told, since they cover nobody."""

from click.testing import CliRunner

from onlooker.cli import cli
from onlooker.engines.duck import DuckEngine
from onlooker.investigate import unknown
from onlooker.store import Store

from .world import world


def test_names_are_looked_for_where_they_would_be(quiet):
    known = quiet.meetings.customer_id.iloc[0]
    with Store.open(quiet.place) as store, DuckEngine() as engine:
        found = list(unknown(engine, store, ["q0-03", "Q0-03"], ["north"], [known, "C'9"]))
        assert found == ["agent Q0-03", "team north", "customer C'9"]
        assert list(unknown(engine, store, [], [], [])) == []


def test_a_suppression_of_somebody_unknown_is_made_and_told(tmp_path):
    place = world(tmp_path / "store").place
    options = ["--until", "2029-01-01", "--reason", "x", "--as", "ana", "--second", "bo", "--store", str(place)]
    ran = CliRunner().invoke(cli, ["cases", "suppress", "--agent", "q0-03", "--agent", "q0-3", *options])
    assert ran.exit_code == 0 and ran.stdout.startswith("sup-")
    assert ran.stderr == "note: the store knows nothing of agent q0-3 so far\n"
