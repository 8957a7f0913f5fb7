"""The notebook runs from the first to the last cell, uses the public names only, and is stored without outputs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

import onlooker

from .executed_notebook import execute, must_be_clean

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "investigation.ipynb"


@pytest.fixture(scope="module")
def stored() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_stored_without_outputs(stored: Any) -> None:
    nbformat.validate(stored)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert len(code) > 5
    assert not any(cell.outputs or cell.execution_count for cell in code)


def test_it_uses_the_public_names_only(stored: Any) -> None:
    code = "\n".join(cell.source for cell in stored.cells if cell.cell_type == "code")
    assert set(re.findall(r"\bonlooker\.(\w+)", code)) <= set(onlooker.__all__)
    assert not re.search(r"from onlooker|import onlooker\.|\._", code)


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return execute(NOTEBOOK, tmp_path_factory.mktemp("kernel"))


def text_of(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.full
def test_it_runs_and_warns_of_nothing(executed: Any) -> None:
    must_be_clean(executed)


@pytest.mark.full
def test_it_ends_in_a_conclusion_about_the_agent_on_top(executed: Any) -> None:
    conclusion = text_of([cell for cell in executed.cells if "per active day" in cell.source][-1])
    found = re.search(
        r"Since about 2026-\d\d-\d\d, f\.arceneau \(\w+\) has opened (\d+) distinct customers per active day; "
        r"(\d+) before",
        conclusion,
    )
    assert found and int(found[1]) > 2 * int(found[2])
    assert "nan" not in conclusion
    assert "Open: " in conclusion


@pytest.mark.full
def test_it_goes_from_the_alert_to_the_customers(executed: Any) -> None:
    shown = [
        o["data"]["text/html"] for c in executed.cells for o in c.get("outputs", []) if "text/html" in o.get("data", {})
    ]
    assert any("f.arceneau opened the records of 3,4" in html for html in shown)
    assert any("investigation of the alert on top" in html for html in shown)  # the look is on record


@pytest.mark.full
def test_it_draws_the_agent_s_days(executed: Any) -> None:
    images = [o for cell in executed.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(images) == 1
