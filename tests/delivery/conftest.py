from pathlib import Path

import pytest

from .servers import Certificates, certificates


@pytest.fixture(scope="session")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """Where a key is kept."""
    path = tmp_path / "key"
    path.write_text("an invented key of more than 24 bytes\n")
    path.chmod(0o600)
    return f"file:{path}"
