"""What HR, legal or a vendor needs of a case: the case, its alerts, whom the agent saw, and what was done about it."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from onlooker.cases import Case, CaseDesk, handing_on
from onlooker.cases.case_records import Desk
from onlooker.cases.desk import now
from onlooker.cases.referral_bundle import as_zip, digest, must_be_new, must_be_revealed, sealed, write_bundle
from onlooker.config import Settings
from onlooker.engines.protocol import Engine
from onlooker.investigate import Span, exposure
from onlooker.outputs import print_table_csv
from onlooker.privacy.names_in_store import names_in_store
from onlooker.privacy.people_seen import people_seen
from onlooker.scanning.out_folder import refuse_stores
from onlooker.scanning.start_engine import duck_engine
from onlooker.schema.days import day_of, iso
from onlooker.schema.version import __version__
from onlooker.store import Store

README = """\
Case {case}, about {agent}, referred to {to} on {at} UTC by {author}.

case.json      the case: nights, verdict, notes, questions and answers
alerts.json    its alerts as they were raised, each with its reasons, what speaks against it, and visits to look at
customers.csv  the customers whose records were opened from {first} to {last}: first and last time (UTC), days with a
               visit, and days without an explanation
history.json   what the store's history says of the case: who did what, when and why, and the hash of each line
MANIFEST.sha256  SHA-256 of each file; `sha256sum -c MANIFEST.sha256` checks them. The SHA-256 of the manifest itself
               is in the store's history, which is chained: a copy can be compared with what was handed over.

An alert says what was seen, never what a person is. Dates are local to the agent, instants are UTC.
Written by Onlooker {version}.
"""


def refer_case(
    place: Path, case: str, to: Desk, out: Path | None, me: str, reason: str, settings: Settings
) -> tuple[Case, str, bytes]:
    """Refer a case of the store at `place`: the case, the manifest's SHA-256, and the bundle as a zip.

    The bundle is written to `out` if it is given. Raises UsageError where something is there, and where names are
    hidden and the case was not revealed.
    """
    if out is not None:
        refuse_stores(out)
        must_be_new(out)
    with Store.open(place, "decide") as opened, duck_engine(settings) as engine:
        names = names_in_store(opened, settings.privacy, settings.pseudonym_key)
        desk = CaseDesk(opened, viewer=me, seen=people_seen(opened, settings.vendors, settings.sites))
        with names.in_errors():
            found = desk.named(names.real(case))
            must_be_revealed(names, found)
            bundle = sealed(referral(engine, desk, found, to, me, now()))
            with opened.deciding():
                done = handing_on.refer(desk, found.id, to, me, reason, digest(bundle))
                if out is not None:
                    write_bundle(bundle, out)
    return done, digest(bundle), as_zip(bundle)


def referral(engine: Engine, desk: CaseDesk, case: Case, to: str, author: str, at: str) -> dict[str, bytes]:
    """Names and contents of the files of a bundle, without its manifest."""
    store = desk.store
    alerts = [one.record | {"state": one.state, "later": list(one.lines)} for one in store.alerts(case=case.id)]
    looks_back = [reason.get("horizon", 1) - 1 for alert in alerts for reason in alert["reasons"]]
    first, last = iso(day_of(case.opened) - max(looks_back, default=0)), case.last
    said = [entry.record() for entry in store.history() if entry.about.get("case") == case.id]
    about = {
        "case": case.id, "agent": case.agent_id, "to": to, "author": author, "at": at[:16].replace("T", " "),
        "first": first, "last": last, "version": __version__,
    }  # fmt: skip
    return {
        "README.txt": README.format(**about).encode(),
        "case.json": _json(case.record()),
        "alerts.json": _json(alerts),
        "customers.csv": "".join(_customers(engine, store, _people(desk, case), first, last)).encode(),
        "history.json": _json(said),
    }


def _people(desk: CaseDesk, case: Case) -> list[str]:
    """The agent, or the members that a team's alerts name."""
    return [days.agent_id for days in desk.spoken_of(case, 0, 0)]


def _customers(engine: Engine, store: Store, people: list[str], first: str, last: str) -> Iterator[str]:
    import pyarrow as pa

    tables = []
    for agent in people:
        table = exposure(engine, store, agent, Span.of(first, last)).table.drop_columns(["tier", "priority"])
        tables.append(table.add_column(0, "agent_id", pa.array([agent] * table.num_rows, pa.string())))
    out = io.StringIO()
    print_table_csv(out, pa.concat_tables(tables, promote_options="permissive"))
    yield out.getvalue()


def _json(value: Any) -> bytes:
    return (json.dumps(value, indent=2, ensure_ascii=True) + "\n").encode()
