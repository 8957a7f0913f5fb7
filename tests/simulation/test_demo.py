"""The demonstration log in sample_logs is what the program makes, and its README tells the truth about it."""

import gzip
import sys
from pathlib import Path

import pytest

from onlooker.simulation import Simulated
from onlooker.simulation.demo import demo, main

FOLDER = Path(__file__).parents[2] / "sample_logs" / "demo"


@pytest.fixture(scope="module")
def simulated() -> Simulated:
    return demo()


def test_the_folder_is_made_again_line_by_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["demo", str(tmp_path)])
    main()
    made = sorted(p.name for p in tmp_path.iterdir())
    assert made == sorted(p.name for p in FOLDER.iterdir() if p.name != "README.md")
    for name in made:
        old, new = (FOLDER / name).read_bytes(), (tmp_path / name).read_bytes()
        if name.endswith(".gz"):  # compared as lines: zlib's versions compress the same lines to different bytes
            old, new = gzip.decompress(old), gzip.decompress(new)
        assert old == new, name


def test_it_stays_small() -> None:
    assert sum(p.stat().st_size for p in FOLDER.iterdir()) < 2_000_000


def test_the_readme_names_who_is_planted_and_who_is_not(simulated: Simulated) -> None:
    told = (FOLDER / "README.md").read_text()
    planted = simulated.truth.to_pandas().groupby("agent_id").day.min()
    assert len(planted) == 3
    for agent, first in planted.items():
        assert f"| `{agent}` | yes | {first} |" in told
    for agent in filter(None, simulated.incidents["agent_id"].to_pylist()):
        assert f"`{agent}`" in told
    assert f"{simulated.events.num_rows:,} log lines" in told


def test_a_folder_must_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["demo"])
    with pytest.raises(SystemExit, match="usage"):
        main()
