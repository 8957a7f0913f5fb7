"""No output stands beside the tuple of outputs."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from typing import get_args

from onlooker import outputs, report
from onlooker.cli import export_command
from onlooker.config import Settings
from onlooker.outputs import Output
from onlooker.outputs.alert_format import AlertFormat
from onlooker.outputs.formats_of_alerts import FORMATS
from onlooker.scanning.outputs import OUTPUTS


def test_every_output_of_a_module_is_in_the_tuple() -> None:
    modules = [
        import_module(found.name)
        for room in (outputs, report)
        for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}.")
    ]
    declared = {found for module in modules for found in vars(module).values() if isinstance(found, Output)}
    assert declared == set(OUTPUTS)


def test_every_format_is_in_every_list_of_formats() -> None:
    modules = [import_module(found.name) for found in pkgutil.iter_modules(outputs.__path__, f"{outputs.__name__}.")]
    declared = {found.name for module in modules for found in vars(module).values() if isinstance(found, AlertFormat)}
    assert declared == set(FORMATS) == set(export_command.FORMATS)
    on_request = {output.only_for for output in OUTPUTS} - {""}
    assert on_request == declared - {"csv"}  # which is always written
    assert set(get_args(get_args(Settings.model_fields["also_write"].annotation)[0])) == on_request
