from __future__ import annotations

import json
import math
from datetime import date
from pathlib import Path

import numpy as np

from onlooker.outputs.run_json import write_run_json

from .records import HOSTILE, make_run


def test_every_field_in_its_order(tmp_path: Path) -> None:
    run = make_run()
    write_run_json(tmp_path / "run.json", run)
    text = (tmp_path / "run.json").read_text()
    assert text.startswith('{\n  "id": "r1",\n  "version": "0.1.0",\n') and text.endswith("\n}\n")
    told = list(json.loads(text))
    assert told[told.index("format") :][:4] == ["format", "lost_lines", "files", "products"]
    assert json.loads(text)["format"] == 1
    assert json.loads(text) == json.loads(json.dumps(run.record()))
    assert (tmp_path / "run.json").stat().st_mode & 0o777 == 0o600


def test_values_that_json_does_not_know(tmp_path: Path) -> None:
    learned = {
        "n": np.int64(3),
        "x": np.float32(0.5),
        "nan": math.nan,
        "on": date(2026, 11, 1),
        "at": Path("a/b"),
        "s": {2, 1},
    }
    write_run_json(tmp_path / "run.json", make_run(learned=learned))
    told = json.loads((tmp_path / "run.json").read_text())["learned"]
    assert told == {"n": 3, "x": 0.5, "nan": None, "on": "2026-11-01", "at": "a/b", "s": [1, 2]}


def test_hostile_strings_are_exact_and_unseen_by_a_terminal(tmp_path: Path) -> None:
    notes = tuple(text for text, _ in HOSTILE.values())
    write_run_json(tmp_path / "run.json", make_run(notes=notes))
    text = (tmp_path / "run.json").read_text(encoding="utf-8")
    assert tuple(json.loads(text)["notes"]) == notes
    assert all(line.isprintable() for line in text.split("\n"))
