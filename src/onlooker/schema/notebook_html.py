"""What a notebook shows of a result: a title, figures and a table, as HTML without style sheet, script or request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape as escaped
from math import isnan

from onlooker.schema.hidden_characters import escape, replace_hidden

MOST_ROWS = 20
LONGEST = 600
"""Characters of a cell; the rest is cut, and shown as cut."""


def as_html(
    title: str, facts: Iterable[tuple[str, object]] = (), columns: Sequence[str] = (),
    rows: Sequence[Sequence[object]] = (), notes: Iterable[str] = (),
) -> str:  # fmt: skip
    """A title, a line of figures, the first MOST_ROWS rows of a table, and sentences below it.

    All text is taken for hostile: it is escaped, and characters that nobody sees become visible.
    """
    parts = [f"<p><strong>{_text(title)}</strong></p>"]
    told = "; ".join(f"{_text(name)}: {_text(value)}" for name, value in facts)
    if told:
        parts.append(f"<p>{told}</p>")
    if columns and rows:
        head = "".join(f"<th scope='col'>{_text(name)}</th>" for name in columns)
        body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows[:MOST_ROWS])
        parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        if len(rows) > MOST_ROWS:
            parts.append(f"<p>{len(rows) - MOST_ROWS:,} more rows are not shown.</p>")
    parts += [f"<p>{_text(note)}</p>" for note in notes]
    return f"<div>{''.join(parts)}</div>"


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    shown = f"{value:,.4g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
    cut = shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
    return escaped(replace_hidden(cut, escape))
