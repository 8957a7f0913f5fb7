"""What is installed with the tool, where it is listed, and whether the same source makes the same wheel."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "deploy" / "requirements.lock").read_text()
BILL = json.loads((ROOT / "deploy" / "onlooker.cdx.json").read_text())
PINS = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", LOCK, re.MULTILINE))


def numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def test_every_library_of_a_deployment_is_pinned_with_a_hash_and_not_below_its_floor():
    assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}$", LOCK, re.MULTILINE)) == len(PINS) > 20
    for needed in PROJECT["project"]["dependencies"]:
        name, floor = needed.split(">=")
        assert numbers(PINS[name]) >= numbers(floor), needed


def test_floors_are_above_known_faults():
    floors = dict(needed.split(">=") for needed in PROJECT["project"]["dependencies"])
    # Templates that reach out of their sandbox (CVE-2025-27516), and tokens kept by a vectoriser (CVE-2024-5206).
    assert numbers(floors["jinja2"]) >= (3, 1, 6)
    assert numbers(floors["scikit-learn"]) >= (1, 5)


def test_the_list_of_libraries_is_that_of_the_lock_and_each_names_its_licence():
    listed = {one["name"]: one for one in BILL["components"]}
    assert {name: one["version"] for name, one in listed.items()} == PINS
    assert all(one["hashes"][0]["content"] in LOCK for one in listed.values())
    nameless = [name for name, one in listed.items() if not one["licenses"][0]["license"]["name"]]
    assert nameless == []


def test_neither_lock_nor_list_names_a_place_to_download_from():
    for text in (LOCK, json.dumps(BILL)):
        assert "://" not in text and "--index" not in text and "--find-links" not in text


def test_the_image_installs_what_the_lock_names_and_nothing_else():
    image = (ROOT / "deploy" / "Dockerfile").read_text()
    assert "--require-hashes -r deploy/requirements.lock" in image and "--no-deps ." in image


BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.mark.full
def test_the_same_source_makes_the_same_wheel_and_it_holds_the_list(tmp_path):
    sums = set()
    for number in range(2):
        source = tmp_path / f"source-{number}" / ("deep" * number)
        names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
            "\n"
        )
        for name in filter(None, names):
            if name.startswith(("src/", "docs/", "deploy/")) or "/" not in name:
                (source / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, source / name, follow_symlinks=False)
                os.utime(source / name, (number * 10**9, number * 10**9), follow_symlinks=False)
        out = tmp_path / f"out-{number}"
        subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=source, check=True, capture_output=True)
        (wheel,) = out.iterdir()
        sums.add(hashlib.sha256(wheel.read_bytes()).hexdigest())
        with zipfile.ZipFile(wheel) as archive:
            bills = [name for name in archive.namelist() if "/sboms/" in name]
            assert len(bills) == 1 and json.loads(archive.read(bills[0])) == BILL
            assert "onlooker/cli/__init__.py" in archive.namelist()
    assert len(sums) == 1
