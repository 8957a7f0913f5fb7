"""Writes requirements.lock and onlooker.cdx.json from what pip says that it would install: `make lock`.

The lock pins each library with the hash of its wheel for Python 3.12 on Linux (x86-64), which deploy/Dockerfile
installs. On another machine `make lock PYTHON=...` writes its own. The list of libraries is CycloneDX 1.6, without
times, so that it is the same for the same lock.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
LOCK, BILL = HERE / "requirements.lock", HERE / "onlooker.cdx.json"
OF_CLASSIFIER = re.compile(r"License :: (?:OSI Approved :: )?(.+)")
LONGEST = 60
"""A licence that is longer is a whole text, not a name."""


def canonical(name: str) -> str:
    """A library's name as the index spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence(metadata: dict[str, Any]) -> str:
    """The licence that a library names: an SPDX expression, else a word, else its classifier."""
    named = metadata.get("license_expression") or ""
    word = metadata.get("license") or ""
    classified = [found[1] for line in metadata.get("classifier", []) if (found := OF_CLASSIFIER.fullmatch(line))]
    short = word if word and len(word) <= LONGEST and "\n" not in word else ""
    return named or short or " AND ".join(classified)


def libraries(report: dict[str, Any]) -> list[dict[str, str]]:
    """Name, version, hash and licence of each library of pip's report, in order of name."""
    found = [
        {
            "name": canonical(one["metadata"]["name"]),
            "version": one["metadata"]["version"],
            "sha256": one["download_info"]["archive_info"]["hashes"]["sha256"],
            "licence": licence(one["metadata"]),
        }
        for one in report["install"]
        if canonical(one["metadata"]["name"]) != "onlooker"
    ]
    return sorted(found, key=lambda one: one["name"])


def lock_of(found: list[dict[str, str]]) -> str:
    """The pins, as pip reads them."""
    head = "# Written by `make lock`. pip install --require-hashes -r deploy/requirements.lock\n"
    pins = (f"{one['name']}=={one['version']} \\\n    --hash=sha256:{one['sha256']}\n" for one in found)
    return head + "".join(pins)


def bill_of(found: list[dict[str, str]]) -> dict[str, Any]:
    """The list of libraries as CycloneDX."""
    components = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{one['name']}@{one['version']}",
            "name": one["name"],
            "version": one["version"],
            "purl": f"pkg:pypi/{one['name']}@{one['version']}",
            "hashes": [{"alg": "SHA-256", "content": one["sha256"]}],
            "licenses": [{"license": {"name": one["licence"]}}],
        }
        for one in found
    ]
    own = [{"license": {"id": "Apache-2.0"}}]
    about = {"type": "application", "bom-ref": "onlooker", "name": "onlooker", "licenses": own}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": about},
        "components": components,
        "dependencies": [{"ref": "onlooker", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def main() -> None:
    """Read pip's report from standard input."""
    found = libraries(json.load(sys.stdin))
    LOCK.write_text(lock_of(found), "utf-8")
    BILL.write_text(json.dumps(bill_of(found), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
