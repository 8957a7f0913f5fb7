"""The list of alerts for a terminal: plain lines, colour only if asked for, nothing that a log could smuggle in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from onlooker.alerts.listed_cases import Listed, MorningList, morning_list
from onlooker.alerts.numbers import by_chance, last_night, plural, receipt, severities, subjects
from onlooker.report.blocks import first_night
from onlooker.report.harmless import columns, for_terminal
from onlooker.schema.findings import Alert, Run

STRONGEST = 2
"""Reasons shown per alert; one where it is older than the nights shown."""

MOST_NOTES = 10
"""Findings of the role review that are shown."""

_LONGEST_REASON = 400
_LONGEST_WHY = 60
_COLOURS = {"critical": "1;31", "high": "31", "medium": "33", "low": "2"}
_HEADINGS = ("night", "severity", "conf.", "agent", "why")
_AGENT = 3  # takes the width that the others leave
_LEAST_AGENT = 10


def alert_table(alerts: Sequence[Alert], run: Run, *, width: int, colour: bool, nights: int) -> str:
    """The readable list: one row per case, or per agent without a store, made from its most telling alert.

    Cases that are new or raised again have their two strongest reasons below; those still open are a line each, decided
    ones are counted. Without a store, agents whose alerts are all older than the last `nights` nights follow with one
    reason. `width` is the terminal's, in columns; where it is too small for a table, the figures go to a second line.
    Ends with a summary, or is the receipt of a silent night; there is no newline at the end.
    """
    if not alerts:
        return "\n".join(_wrap(for_terminal(receipt(run)) + _read_as(run), width, ""))
    found = morning_list(alerts)
    if found.with_store:
        return "\n".join(_of_a_store(found, run, width, colour))
    first = first_night(run, alerts, nights)
    lately = [one for one in found.new if one.last >= first]
    older = [one for one in found.new if one.last < first]
    table = _Table([*lately, *older], width, colour)
    lines = [*table.heading(), *table.rows(lately, STRONGEST)]
    if older:
        lines += [*([""] if lately else []), *_wrap(f"Before {first}:", width, ""), *table.rows(older, 1)]
    whom = subjects(one.telling for one in found.new)
    summary = f"{plural(len(alerts), 'alert')} on {whom}: {severities(alerts)}. {last_night(run)}"
    return "\n".join([*lines, "", *_wrap(for_terminal(summary) + _read_as(run), width, "")])


def _read_as(run: Run) -> str:
    return for_terminal(f" Log read as: {', '.join(run.products.values())}.") if run.products else ""


def _of_a_store(found: MorningList, run: Run, width: int, colour: bool) -> Iterator[str]:
    asked = _Table([*found.new, *found.raised_again], width, colour)
    yield from _wrap(for_terminal(f"{found.in_short()} {last_night(run)}") + _read_as(run), width, "")
    for title, cases in (("New", found.new), ("Raised again", found.raised_again)):
        if cases:
            yield from ("", title, *asked.heading(), *asked.rows(cases, STRONGEST))
    if found.still_open:
        still = _Table(found.still_open, width, colour, _open_cells)
        yield from ("", "Still open", *still.rows(found.still_open, 0))
    if found.decided:
        yield from ("", *_wrap(found.decided_in_short(), width, ""))


def role_review(run: Run, width: int) -> str:
    """The role review of a first scan: what was seen, and the line to write; empty where there is nothing to say."""
    lines: list[str] = []
    for note in run.role_review[:MOST_NOTES]:
        first, *others = _wrap(for_terminal(f"{note.text} {note.suggestion}", 2 * _LONGEST_REASON), width - 2, "    ")
        lines += [f"  - {first.lstrip()}", *others]
        head, *rest = note.to_write.split("\n")
        told = f"{note.table} table (--{note.table} FILE): {head}" + "".join(f" / {line}" for line in rest)
        lines += _wrap(for_terminal(told, 2 * _LONGEST_REASON), width, "    ")
    if more := len(run.role_review) - MOST_NOTES:
        lines += _wrap(f"and {more} more: run.json and the report have them.", width, "  ") if more > 0 else []
    return "\n".join(["Role review, once at the beginning of a log:", *lines]) if lines else ""


class _Table:
    """Rows of cases in columns as wide as all of them need."""

    def __init__(
        self,
        cases: Sequence[Listed],
        width: int,
        colour: bool,
        cells: Callable[[Listed], tuple[str, ...]] | None = None,
    ) -> None:
        self._width, self._colour, self._cells = width, colour, cells or _cells
        self._widths = _widths([*([] if cells else [_HEADINGS]), *(self._cells(one) for one in cases)], width)
        self._wide = self._widths[_AGENT] > 0

    def heading(self) -> list[str]:
        return [_paint(_line(_HEADINGS, self._widths), "2", self._colour)] if self._wide else []

    def rows(self, cases: Sequence[Listed], reasons: int) -> Iterator[str]:
        for one in cases:
            code = _COLOURS[one.severity] if self._colour else ""
            cells = self._cells(one)
            yield from [_line(cells, self._widths, code)] if self._wide else self._narrow(cells, code)
            for text in _below(one, reasons) if reasons else ():
                first, *others = _wrap(for_terminal(text, _LONGEST_REASON), self._width - 2, "    ") or [""]
                yield f"  - {first.lstrip()}"
                yield from others

    def _narrow(self, cells: Sequence[str], code: str) -> list[str]:
        date, severity, third, agent, why = cells
        name = for_terminal(agent, max(8, self._width - len(date) - len(severity) - 4))
        of_third = "confidence" if self._cells is _cells else "with"
        rest = for_terminal(f"{why}; {of_third} {third}", _LONGEST_REASON)
        return [f"{date}  {_paint(severity, code, bool(code))}  {name}", *_wrap(rest, self._width, "  ")]


def _cells(one: Listed) -> tuple[str, ...]:
    alert = one.telling
    why = for_terminal(one.why, _LONGEST_WHY)
    return for_terminal(alert.date, 10), alert.severity, alert.confidence, for_terminal(alert.agent_id), why


def _open_cells(one: Listed) -> tuple[str, ...]:
    _, severity, _, agent, why = _cells(one)
    if one.telling.verdict:
        why = f"{why}; {for_terminal(one.telling.verdict)} before"
    return f"since {for_terminal(one.since, 10)}", severity, for_terminal(one.telling.assignee) or "nobody", agent, why


def _below(one: Listed, most: int) -> Iterator[str]:
    """What stands below a row: why it was raised again, the strongest reasons, how rare it is, since when."""
    alert = one.telling
    if one.again:
        yield one.again
    texts = [reason.text for reason in alert.reasons]
    if alert.kind == "ring":  # its reasons are the members; what they did together is in the headline
        texts.insert(0, alert.headline)
    yield from texts[:most]
    if alert.kind == "score":
        yield f"{by_chance(alert.q_value, alert.worth_nights).capitalize()}."
    if len(one.alerts) > 1:
        yield f"{plural(len(one.alerts), 'alert')} since {one.since}, the last on {one.last}."


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    widths = [max(columns(row[at]) for row in rows) for at in range(len(_HEADINGS))]
    others = sum(widths) - widths[_AGENT] + 2 * (len(_HEADINGS) - 1)
    widths[_AGENT] = min(widths[_AGENT], width - others) if width - others >= _LEAST_AGENT else 0
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], severity_code: str = "") -> str:
    parts = [_pad(for_terminal(cell, room), room) for cell, room in zip(cells, widths, strict=True)]
    parts[1] = _paint(parts[1], severity_code, bool(severity_code))
    return "  ".join(parts).rstrip()


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text


def _pad(text: str, width: int) -> str:
    return text + " " * max(0, width - columns(text))


def _wrap(text: str, width: int, indent: str) -> list[str]:
    """Lines of at most `width` columns, broken at spaces, a word that is too long inside."""
    room = max(16, width - len(indent))
    lines: list[str] = []
    line = ""
    for word in [part for whole in text.split() for part in _parts(whole, room)]:
        if line and columns(line) + 1 + columns(word) > room:
            lines.append(indent + line)
            line = word
        else:
            line = f"{line} {word}" if line else word
    return [*lines, indent + line] if line else lines


def _parts(word: str, room: int) -> Iterator[str]:
    part, taken = "", 0
    for char in word:
        if taken + columns(char) > room:
            yield part
            part, taken = "", 0
        part, taken = part + char, taken + columns(char)
    yield part
