"""The receipt of a month for an auditor: that the logs were received, judged and looked at, and where they were not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from onlooker.alerts.numbers import plural
from onlooker.atomic_files import write_whole
from onlooker.delivery.receipt_cases import alerts_raised, cases_opened, suppressions, who_looked
from onlooker.delivery.receipt_nights import Month, covered, logs_received, nights_judged, switched_off
from onlooker.delivery.smallest_theft import smallest_theft
from onlooker.errors import EngineError, UsageError
from onlooker.schema.days import iso
from onlooker.schema.version import __version__
from onlooker.store import Store
from onlooker.store.recorded_look_ups import looked_up

FORMAT = 1


@dataclass(frozen=True)
class Receipt:
    """A receipt: a page, and a JSON document that has the page's hash and the signature."""

    document: dict[str, Any]
    """`receipt` (what is signed, with `page_sha256`) and `signature`, which is None where there is none."""
    page: str
    noted: bool = True
    """Whether it is in the history that the receipt was made."""

    @property
    def name(self) -> str:
        """Name of its files without the ending."""
        return f"receipt-{self.document['receipt']['month']}"

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the page and the JSON document into a folder, which is made if it is not there."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        page, document = folder / f"{self.name}.html", folder / f"{self.name}.json"
        with write_whole(page) as out:
            out.write(self.page)
        with write_whole(document) as out:
            out.write(self.text())
        return page, document

    def text(self) -> str:
        """The JSON document."""
        return json.dumps(self.document, ensure_ascii=False, indent=1) + "\n"


def receipt(
    store: str | PathLike[str], month: str, *, key: str | PathLike[str] | None = None, who: str | None = None,
    written_to: str | None = None, **options: Any,
) -> Receipt:  # fmt: skip
    """The receipt of a month (`2026-10`, local dates) from a store, signed with the Ed25519 key in the PEM file `key`.

    It names no agent and no customer. That it was made is written to the history, under the name `who` or of whoever
    runs this. `options` are settings. Raises UsageError for what is no month or no key, before anything is written.
    """
    from onlooker.config import load
    from onlooker.delivery.signature import fingerprint, private_key, signed
    from onlooker.report.receipt_page import receipt_page
    from onlooker.scanning.start_engine import duck_engine

    settings, of = load(options), Month.named(month)
    signer = private_key(Path(key)) if key is not None else None
    about = {"month": month, "written to": written_to, "signed": signer is not None}
    with (
        looked_up(Path(store), "receipt", about, "", who) as (opened, noted),
        duck_engine(settings) as engine,
        opened.snapshot(),
    ):
        told = figures(opened, engine, of)
    told["signed_by"] = fingerprint(signer.public_key()) if signer else None
    page = receipt_page(told)
    told["page_sha256"] = hashlib.sha256(page.encode("utf-8", "backslashreplace")).hexdigest()
    return Receipt({"receipt": told, "signature": signed(told, signer) if signer else None}, page, noted)


def figures(store: Store, engine: Any, month: Month) -> dict[str, Any]:
    """All figures of a receipt, and first what an auditor has to know before them."""
    from onlooker.cases.case_tables import READERS

    now = datetime.now(UTC)
    try:
        coverage: dict[str, Any] | None = covered(store, engine, month)
    except EngineError:  # a file that is gone or damaged: the faults of the store name it
        coverage = None
    number, digest = store.history_head()
    told: dict[str, Any] = {
        "format": FORMAT, "month": month.name, "first": iso(month.first), "last": iso(month.last),
        "made_at": now.isoformat(timespec="seconds"), "version": __version__,
        "logs": logs_received(store, month), "nights": nights_judged(store, month), "coverage": coverage,
        "alerts": alerts_raised(store, month), "cases": cases_opened(store, month, now),
        "switched_off": switched_off(store, month), "suppressions": suppressions(store, month),
        "smallest_theft": smallest_theft(store),
        "who_looked": who_looked(store, month), "history_head": {"line": number, "hash": digest},
        "store_faults": [fault.text for fault in store.verify(readers=READERS)],
    }  # fmt: skip
    return {**told, "attention": list(attention(told))}


def attention(told: Mapping[str, Any]) -> Iterator[str]:
    """What is missing, late or damaged, in sentences; nothing where all is as it should be."""
    if told["store_faults"]:
        yield f"The store is not whole: {plural(len(told['store_faults']), 'fault')}, listed below."
    if told["coverage"] is None:
        yield "Agents and views could not be counted, since a file of the store is gone or damaged."
    yield from about_nights(told)
    yield from about_lines(told["logs"], told["coverage"])
    yield from about_cases(told["cases"])
    for one in told["switched_off"]:
        nights = plural(one["nights"], "night")
        yield f"{one['name']} was switched off on {nights} from {one['first']} to {one['last']}."


def about_nights(told: Mapping[str, Any]) -> Iterator[str]:
    """Nights that were not judged, and those judged on a log that was not whole."""
    nights = told["nights"]
    if not nights["judged"]:
        yield "No night of this month was judged."
    else:
        if nights["log_from"] > told["first"]:
            yield f"The first night in this store is {nights['log_from']}: before it the month is not covered."
        if nights["log_to"] < told["last"]:
            yield f"The last night judged is {nights['log_to']}: after it the month is not covered."
    if nights["missing"]:
        yield f"{plural(len(nights['missing']), 'night')} without a log, not judged: {', '.join(nights['missing'])}."
    for night in nights["not_whole"]:
        doubts = " ".join(doubt.removeprefix(f"{night['date']}: ") for doubt in night["doubts"])
        yield f"The log of {night['date']} is not whole: {doubts}"
    for rule, number in nights["rules_not_used"].items():
        yield f"The rule {rule} fired on too many agents and was not used on {plural(number, 'night')}."


def about_lines(logs: Mapping[str, Any], coverage: Mapping[str, Any] | None) -> Iterator[str]:
    """Files and lines that could not be read, and agent-days that could not be judged."""
    for one in logs["not_read"]:
        yield f"A file could not be read: {one['name']} ({one['note']})."
    if logs["rejected"]:
        yield f"{plural(logs['rejected'], 'line')} of the logs could not be read and are in no figure."
    if coverage and (left := coverage["agent_days"] - coverage["agent_days_judged"]):
        yield f"{plural(left, 'agent-day')} of {coverage['agent_days']:,} could not be judged."


def about_cases(cases: Mapping[str, Any]) -> Iterator[str]:
    """Cases that nobody took in time."""
    for one in cases["late"]:
        what = "was taken late" if one["taken"] else "has not been taken"
        yield f"{one['case']} of {one['opened']} {what}: {one['days']:,} days after it was opened."
    if cases["late_not_named"]:
        yield f"{plural(cases['late_not_named'], 'sealed case')} taken late or not at all."


def check_receipt(file: str | PathLike[str], key: str | PathLike[str]) -> tuple[str, ...]:
    """What is wrong with a receipt (its JSON file) by the public key in the PEM file `key`; nothing if it is genuine.

    The page of the same name beside it is held against the hash that was signed. Raises UsageError for what is no
    receipt and no key.
    """
    from onlooker.delivery.signature import is_signed_by, public_key

    path, by = Path(file), public_key(Path(key))
    try:
        document = json.loads(path.read_bytes())
        told, signature = document["receipt"], document["signature"]
        expected, said = told["page_sha256"], dict(signature or {}).get("signature")
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not the JSON file of a receipt", "Name receipt-2026-10.json.") from error
    if not said:
        return ("the receipt is unsigned",)
    faults = [] if is_signed_by(told, signature, by) else ["the receipt was changed, or another key signed it"]
    page = path.with_suffix(".html")
    if page.is_file() and hashlib.sha256(page.read_bytes()).hexdigest() != expected:
        faults.append(f"the page {page.name} beside it is not the one that was signed")
    return tuple(faults)
