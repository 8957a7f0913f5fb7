"""A notebook run on the kernel of this environment, whatever kernels the machine has."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat

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
NotebookClient(notebook, km=manager, timeout=280, allow_errors=True, resources=folder).execute()
nbformat.write(notebook, target)
"""


def execute(notebook: Path, home: Path) -> Any:
    """The notebook after a run. In a process of its own: Jupyter leaves sockets behind, which is not what is tested."""
    env = os.environ | {"IPYTHONDIR": str(home), "MPLCONFIGDIR": str(home), "JUPYTER_PLATFORM_DIRS": "1"}
    target = home / "executed.ipynb"
    subprocess.run([sys.executable, "-c", RUN, str(notebook), str(target)], env=env, check=True, timeout=400)
    return nbformat.read(target, as_version=4)


def must_be_clean(executed: Any) -> None:
    """No cell failed or warned."""
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output.evalue
            assert output.get("name") != "stderr", output.text
