"""The list of side tables is written once: whoever adds one is told where it is missing."""

from onlooker.config import Settings
from onlooker.features.facts import TABLES
from onlooker.ingest.no_logs import TELLING
from onlooker.ingest.side_tables.spec import SIDES
from onlooker.schema.side_tables import SIDE_TABLES


def test_reading_and_settings_know_each_side_table() -> None:
    assert {side.name for side in SIDES} == set(SIDE_TABLES)
    described = {name: field.description for name, field in Settings.model_fields.items()}
    assert {name: f"side table: {holds}" for name, holds in SIDE_TABLES.items()}.items() <= described.items()


def test_whatever_goes_by_side_tables_names_none_that_there_is_not() -> None:
    assert set(TABLES) | set(TELLING) <= set(SIDE_TABLES)
