"""The notebook that reads a backtest runs, uses the public names only, and is stored without outputs."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

import onlooker

from .executed_notebook import execute, must_be_clean

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "budget_and_patterns.ipynb"


def test_it_is_stored_without_outputs_and_uses_the_public_names_only() -> None:
    stored = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(stored)
    cells = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert not any(cell.outputs or cell.execution_count for cell in cells)
    code = "\n".join(cell.source for cell in cells)
    assert set(re.findall(r"\bonlooker\.(\w+)", code)) <= set(onlooker.__all__)


@pytest.mark.soak
def test_it_ends_in_a_budget(tmp_path: Path) -> None:
    executed = execute(NOTEBOOK, tmp_path)
    must_be_clean(executed)
    said = "".join(output.get("text", "") for cell in executed.cells for output in cell.get("outputs", []))
    assert re.search(r"budget = (1|3|5|10)\n# found: \d+% of the planted thefts", said)
