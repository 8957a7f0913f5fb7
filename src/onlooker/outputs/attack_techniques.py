"""Which technique of MITRE ATT&CK (Enterprise, https://attack.mitre.org) an alert is about.

A technique says what a look could serve, in words that other tools group by; it is no finding about a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

FRAMEWORK = "MITRE ATT&CK"


@dataclass(frozen=True)
class Technique:
    """A technique with its tactic, and the part of it that is meant, if one is."""

    tactic_id: str
    tactic: str
    technique_id: str
    technique: str
    sub_id: str = ""
    sub: str = ""


CUSTOMER_RECORDS = Technique(
    "TA0009", "Collection", "T1213", "Data from Information Repositories", "T1213.004",
    "Customer Relationship Management Software",
)  # fmt: skip
"""Records of customers, whoever looks at them, one by one."""
IN_BULK = Technique("TA0009", "Collection", "T1119", "Automated Collection")
"""Lists and exports, which one action fills."""
VALID_ACCOUNTS = Technique("TA0001", "Initial Access", "T1078", "Valid Accounts")
"""An account that is used when, by whom or for what it should not be."""

INDICATOR_REMOVAL = Technique("TA0005", "Defense Evasion", "T1070", "Indicator Removal")
"""Lines of a log that do not arrive, come late, or repeat others."""

TECHNIQUES: dict[str, Technique] = {
    "many_rows": IN_BULK,
    "many_exports": IN_BULK,
    "odd_hours": VALID_ACCOUNTS,
    "ids_in_sequence": IN_BULK,
    "lost_lines": INDICATOR_REMOVAL,
    "row_cap": IN_BULK,
    "export_without_right": IN_BULK,
    "view_after_leaving": VALID_ACCOUNTS,
    "ai_without_task": VALID_ACCOUNTS,
}
"""Pattern or hard rule -> technique, where it is not about records of customers, as all others and all signals are."""


def techniques_of(names: Iterable[str]) -> tuple[Technique, ...]:
    """The techniques of signals, rules and patterns, each once, in their order."""
    return tuple(dict.fromkeys(TECHNIQUES.get(name, CUSTOMER_RECORDS) for name in names)) or (CUSTOMER_RECORDS,)
