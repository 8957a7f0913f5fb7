"""Lines of a web server's access log, which are neither delimited nor JSON: the common and the combined format."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from onlooker.ingest.chosen_lines import ALL_LINES, Only
from onlooker.ingest.plans import Plan, chosen
from onlooker.ingest.quoting import literal, strings
from onlooker.ingest.sniffed import Place, Sniff

NAMES = ("remote_addr", "remote_user", "time_local", "method", "url", "status", "bytes", "referer", "user_agent")
LINE = (
    r'^(?:\S+ )??(\S+) (?:-|[A-Za-z_][^\s:]*) (.+?) \[([^\]]+)\] "(\S+) (\S+)(?: [^"]*)?" (\d{3}) (\d+|-)'
    r'(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?'
)
"""A virtual host may stand before it, and what a server adds to it behind. What stands between address and user is a
dash, or a name that no server checks; that it is no address tells the virtual host from the client."""
FLAW = "not a line of a web access log"


def is_web_log(lines: Sequence[str]) -> bool:
    """Whether most of the lines that a text begins with are requests."""
    shown = [line for line in lines[:200] if line.strip()]
    return sum(bool(re.match(LINE, line)) for line in shown) * 2 > len(shown)


def web_sniff(base: Sniff, lines: Sequence[str], most: int) -> Sniff:
    """`base` with what the requests say."""
    found = (re.match(LINE, line) for line in lines[:most])
    sample = [tuple(None if value == "-" else value for value in match.groups()) for match in found if match]
    return replace(base, format="web log", names=NAMES, sample=sample, places={name: (name,) for name in NAMES})


def web_plan(
    source: str, sniff: Sniff, mapping: dict[str, str], numbered: bool = False, only: Only = ALL_LINES
) -> Plan:
    """Requests, one per row of `source`, which has `text` and, if `numbered`, `line` and `flaw`."""

    def cell(place: Place) -> str:
        return f"nullif(v[{literal(str(place))}], '-')"

    line, marked = ("line", "flaw AS marked") if numbered else ("NULL::BIGINT AS line", "NULL::VARCHAR AS marked")
    parts = f"regexp_extract(text, {literal(LINE)}, [{strings(NAMES)}]) AS v"
    lines = f"SELECT {line}, {marked}, text, {parts} FROM {source} WHERE trim(text) <> ''"
    flaw = f"CASE WHEN contains(text, chr(0)) THEN 'NUL byte' WHEN v['remote_addr'] = '' THEN {literal(FLAW)} END"
    rows = f"SELECT line, coalesce(marked, {flaw}) AS flaw, text, v FROM ({lines})"
    names = ", ".join(f"{sniff.sql(column, cell)} AS {name}" for name, column in mapping.items())
    condition = only.sql(lambda column: sniff.sql(column, cell))
    raw, left_out = chosen(f"line, flaw, text, [text] AS whole, {names}", f"({rows})", condition)
    return Plan(raw, mapping, numbered, left_out=left_out)
