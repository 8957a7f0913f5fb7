"""What counsel gets of a trace: who stands out and since when, whom to warn, sealed by a manifest of SHA-256 hashes."""

from __future__ import annotations

import io
import json

from onlooker.cases.referral_bundle import sealed
from onlooker.investigate import Trace
from onlooker.investigate.exposed import headlines
from onlooker.investigate.exposed_customers import PRIORITIES
from onlooker.outputs import print_table_csv
from onlooker.report.harmless import for_terminal
from onlooker.schema.version import __version__

README = """\
A trace of {victims:,} customers who were harmed, in the log from {first} to {last}.

{lines}

trace.json     the agents who met them: victims met, expected, p and q values; since when; counts
{customers}MANIFEST.sha256  SHA-256 of each file; `sha256sum -c MANIFEST.sha256` checks them. The SHA-256 of the
               manifest itself is in the store's history: a copy can be compared with what was handed over.

Having met victims is a reason to look at the visits, and not a finding about a person. Dates are local to the agent,
instants are UTC. The onset is an estimate; the days beside it hold it with a probability of 90 %.
Written by Onlooker {version}.
"""
CUSTOMERS = """\
customers.csv  the customers whom those who stand out (q at or below 0.05) opened, in the order in which to warn them.
               priority: {priorities}
"""


def trace_bundle(found: Trace) -> dict[str, bytes]:
    """Names and contents of the files, the manifest last."""
    record = dict(found.record())
    lines, files = ["Nobody stands out (q at or below 0.05): no customers are listed."], dict[str, bytes]()
    if found.exposed:
        lines = [for_terminal(line) for line in headlines(found, found.exposed)]
        record["exposed"] = {name: value for name, value in record["exposed"].items() if name != "customers"}
        rows = io.StringIO()
        print_table_csv(rows, found.exposed.table)
        files["customers.csv"] = rows.getvalue().encode(errors="backslashreplace")
    priorities = "; ".join(f"{number} {words}" for number, words in PRIORITIES.items())
    lines += [for_terminal(note) for note in found.notes]
    about = {
        "victims": found.victims, "first": found.first, "last": found.last, "lines": "\n".join(lines),
        "customers": CUSTOMERS.format(priorities=priorities) if found.exposed else "", "version": __version__,
    }  # fmt: skip
    files["README.txt"] = README.format(**about).encode()
    files["trace.json"] = (json.dumps(record, indent=2) + "\n").encode()
    return sealed(files)
