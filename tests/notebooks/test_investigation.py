"""The notebook runs from the first to the last cell, uses the public names only, and is stored without outputs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

import onlooker

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


RUN = """
import sys
import nbformat
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient

source, target = sys.argv[1:]
manager = AsyncKernelManager()
manager._kernel_spec = KernelSpec(argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"])
notebook = nbformat.read(source, as_version=4)
folder = {"metadata": {"path": source.rsplit("/", 1)[0]}}
NotebookClient(notebook, km=manager, timeout=180, allow_errors=True, resources=folder).execute()
nbformat.write(notebook, target)
"""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook after a run on the kernel of this environment, whatever kernels the machine has.

    In a process of its own: Jupyter leaves sockets behind, which is not what is tested here.
    """
    home = tmp_path_factory.mktemp("kernel")
    env = os.environ | {"IPYTHONDIR": str(home), "MPLCONFIGDIR": str(home), "JUPYTER_PLATFORM_DIRS": "1"}
    target = home / "executed.ipynb"
    subprocess.run([sys.executable, "-c", RUN, str(NOTEBOOK), str(target)], env=env, check=True, timeout=300)
    return nbformat.read(target, as_version=4)


def text_of(cell: Any) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_it_runs_and_warns_of_nothing(executed: Any) -> None:
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output.evalue
            assert output.get("name") != "stderr", output.text


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


def test_it_draws_the_agent_s_days(executed: Any) -> None:
    images = [o for cell in executed.cells for o in cell.get("outputs", []) if "image/png" in o.get("data", {})]
    assert len(images) == 1
