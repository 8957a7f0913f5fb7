"""The list of alerts for a terminal: plain lines, colour only if asked for, nothing that a log could smuggle in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from onlooker.alerts.numbers import count, last_night, one_in, plural, receipt, severities, subjects
from onlooker.report.blocks import arrange
from onlooker.report.harmless import columns, for_terminal
from onlooker.schema.findings import Alert, Run

STRONGEST = 2
"""Reasons shown per alert; one where it is older than the nights shown."""

_LONGEST_REASON = 400
_COLOURS = {"critical": "1;31", "high": "31", "medium": "33", "low": "2"}
_HEADINGS = ("date", "severity", "conf.", "agent", "customers", "unexplained", "as extreme")
_AGENT = 3  # takes the width that the others leave
_RIGHT = {4, 5, 6}
_LEAST_AGENT = 10


def alert_table(alerts: Sequence[Alert], run: Run, *, width: int, colour: bool, nights: int) -> str:
    """The readable list: one line per agent (its newest alert), newest first.

    Below agents alerted on in the last `nights` nights stand the two strongest reasons; older ones follow with one.
    `width` is the terminal's, in columns; where it is too small for a table, the figures go to a second line. Ends with
    a summary, or is the receipt of a silent night; there is no newline at the end.
    """
    if not alerts:
        return "\n".join(_wrap(for_terminal(receipt(run)) + _read_as(run), width, ""))
    night = arrange(run, alerts, {}, nights)
    fresh, old = [block.newest.alert for block in night.blocks], [block.newest.alert for block in night.older]
    rows = [_cells(alert) for alert in (*fresh, *old)]
    widths = _widths([_HEADINGS, *rows], width)
    wide = widths[_AGENT] > 0
    lines = [_paint(_line(_HEADINGS, widths), "2", colour)] if wide else []
    for place, (alert, cells) in enumerate(zip((*fresh, *old), rows, strict=True)):
        if place == len(fresh):
            lines += [*([""] if fresh else []), *_wrap(f"Before {night.first}, newest alert of each agent:", width, "")]
        code = _COLOURS[alert.severity] if colour else ""
        lines += [_line(cells, widths, code)] if wide else _narrow(cells, width, code)
        lines += _reasons(alert, width, STRONGEST if place < len(fresh) else 1)
    lines += ["", *_wrap(_summary(alerts, subjects([*fresh, *old]), run), width, "")]
    return "\n".join(lines)


def _summary(alerts: Sequence[Alert], whom: str, run: Run) -> str:
    found = f"{plural(len(alerts), 'alert')} on {whom}: {severities(alerts)}."
    return for_terminal(f"{found} {last_night(run)}") + _read_as(run)


def _read_as(run: Run) -> str:
    return for_terminal(f" Log read as: {', '.join(run.products.values())}.") if run.products else ""


def _cells(alert: Alert) -> tuple[str, ...]:
    expected = alert.expected
    customers = count(alert.customers) if expected is None else f"{count(alert.customers)} vs {expected:,.0f}"
    return (
        for_terminal(alert.date, 10),
        alert.severity,
        alert.confidence,
        for_terminal(alert.agent_id),
        customers,
        count(alert.unexplained),
        alert.kind if alert.kind in {"rule", "pattern"} else one_in(alert.p_value),
    )


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    widths = [max(columns(row[at]) for row in rows) for at in range(len(_HEADINGS))]
    others = sum(widths) - widths[_AGENT] + 2 * (len(_HEADINGS) - 1)
    widths[_AGENT] = min(widths[_AGENT], width - others) if width - others >= _LEAST_AGENT else 0
    return widths


def _line(cells: Sequence[str], widths: Sequence[int], severity_code: str = "") -> str:
    parts = [
        _pad(for_terminal(cell, room), room, right=at in _RIGHT)
        for at, (cell, room) in enumerate(zip(cells, widths, strict=True))
    ]
    parts[1] = _paint(parts[1], severity_code, bool(severity_code))
    return "  ".join(parts).rstrip()


def _narrow(cells: Sequence[str], width: int, severity_code: str) -> list[str]:
    date, severity, confidence, agent, customers, unexplained, rare = cells
    name = for_terminal(agent, max(8, width - len(date) - len(severity) - 4))
    figures = f"{customers} customers, {unexplained} unexplained, {rare}, confidence {confidence}"
    head = f"{date}  {_paint(severity, severity_code, bool(severity_code))}  {name}"
    return [head, *_wrap(figures, width, "  ")]


def _reasons(alert: Alert, width: int, most: int) -> Iterator[str]:
    texts = [reason.text for reason in alert.reasons]
    if alert.kind == "ring":  # its reasons are the members; what they did together is in the headline
        texts.insert(0, alert.headline)
    for text in texts[:most]:
        first, *others = _wrap(for_terminal(text, _LONGEST_REASON), width - 2, "    ") or [""]
        yield f"  - {first.lstrip()}"
        yield from others


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour and code else text


def _pad(text: str, width: int, *, right: bool) -> str:
    fill = " " * max(0, width - columns(text))
    return fill + text if right else text + fill


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
