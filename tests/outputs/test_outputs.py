"""No output stands beside the tuple of outputs."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from onlooker import outputs, report
from onlooker.outputs import Output
from onlooker.scanning.outputs import OUTPUTS


def test_every_output_of_a_module_is_in_the_tuple() -> None:
    modules = [
        import_module(found.name)
        for room in (outputs, report)
        for found in pkgutil.iter_modules(room.__path__, f"{room.__name__}.")
    ]
    declared = {found for module in modules for found in vars(module).values() if isinstance(found, Output)}
    assert declared == set(OUTPUTS)
