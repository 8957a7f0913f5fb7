"""The report: one self-contained HTML page that asks nothing of the network and can be read without its script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onlooker.alerts import numbers as words
from onlooker.atomic_files import write_whole
from onlooker.outputs.output import Output
from onlooker.report import chart, day_axis, glossary, harmless, hour_map, next_steps
from onlooker.report.blocks import BAR, Night, arrange
from onlooker.report.case_files import BEGINS, FOLDER, HAS
from onlooker.report.hour_map import Hours
from onlooker.schema.case_evidence import CaseEvidence
from onlooker.schema.findings import AgentSeries, Alert, Run
from onlooker.schema.local_clock import local_clock

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

MOST_OLDER = 100
"""Agents of older nights that are shown with their reasons: a page should stay one that opens."""


MOST_OPEN = 3
"""Cases that are shown unfolded in each part of the list; the overview above has all of them."""


def write_report(
    path: Path,
    run: Run,
    alerts: Sequence[Alert],
    series: Mapping[str, AgentSeries],
    *,
    nights: int,
    hours: Mapping[str, Hours] | None = None,
    evidence: Sequence[CaseEvidence] = (),
    group: str | None = None,
) -> None:
    """Write the page of `run` to `path`, whole or not at all, readable by its owner (and `group`).

    `alerts` are those of the whole log; the ones of the last `nights` nights are shown in full. `series` holds the
    daily line of alerted agents by agent id, `hours` when in the day they opened customers. Cases of which
    there is `evidence` have a page of their own, to which theirs leads.
    """
    context = _context(run, arrange(run, alerts, series, nights, hours, evidence), nights)
    template = environment().get_template("page.html")
    with write_whole(path, group=group) as out:
        stream = template.stream(context)
        stream.enable_buffering(100)
        out.writelines(stream)


def _context(run: Run, night: Night, nights: int) -> dict[str, Any]:
    return {
        "run": run,
        "night": night,
        "nights": nights,
        "first_notes": _first_notes(run),
        "about": glossary.about(entry.alert for block in night.everything for entry in block.entries),
        "unequal": [rate for rate in run.fairness if rate.stands_out],
        "explained": glossary.paragraphs(),
        "most_older": MOST_OLDER,
        "most_open": MOST_OPEN,
        "folder": FOLDER,
        "with_pages": any(block.page for block in night.everything),
        **script("page.js", "copy.js"),
        "agent_days": words.agent_days(run.counts),
        "judged": words.judged(run),
        "early": words.too_early(run),
        "whom": words.subjects(block.telling.alert for block in night.blocks),
        "bar": BAR,
        "plot": chart,
        "map": hour_map,
    }


def script(*names: str) -> dict[str, Any]:
    """The scripts of these names as one, and the hash by which a browser lets this one run and no other."""
    from markupsafe import Markup

    folder = files("onlooker.report") / "templates"
    text = "".join((folder / name).read_text(encoding="utf-8") for name in names)
    return {
        "script": Markup(text),
        "script_hash": "sha256-" + b64encode(sha256(text.encode()).digest()).decode(),
    }


def _first_notes(run: Run) -> list[str]:
    """What a reader must know before reading on: the run's notes, damaged inputs, rejected lines."""
    notes = [*(f"Not whole: {doubt}" for doubt in words.doubts(run)), *run.notes]
    notes += [f"{i.path}: {i.note}" for i in run.inputs if i.note and not any(i.note in n for n in run.notes)]
    notes += [words.unequal(rate) for rate in run.fairness if rate.stands_out]
    rejected = sum(run.rejects_by_reason.values())
    if rejected:
        lines = run.counts.get("lines", 0)
        share = f" ({words.percent(rejected, lines)})" if lines else ""
        of = f" of {lines:,} lines" if lines else " lines"
        notes.append(f"{rejected:,}{of}{share} could not be read and are not in these figures.")
    return notes


@cache
def environment() -> Environment:
    """Where templates are found and how they write: everything escaped, what is missing an error.

    One for all pages of a run: the parts that they share are compiled once.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    env = Environment(
        loader=PackageLoader("onlooker.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        shown=_shown,
        plain=harmless.for_html,
        cell=_cell,
        told=_told,
        count=words.count,
        rarity=words.rarity,
        by_chance=words.by_chance,
        size=words.size,
        weekday=words.weekday,
        clock=local_clock,
        px=lambda value: f"{value:.1f}",
        checks=glossary.checks,
        steps=next_steps.steps,
        ticket=next_steps.ticket,
        percent_of=lambda share: f"{share:.0%}",
    )
    env.globals.update(plural=words.plural, percent=words.percent, axis=day_axis)
    return env


def _shown(text: Any, limit: int = 80) -> Markup:
    """A string of unknown origin: isolated in its direction, hidden characters marked, cut in the middle if long."""
    from markupsafe import Markup, escape

    raw = str(text)
    cut = harmless.fit(raw, limit)
    parts = [
        Markup('<span class="esc">{}</span>').format(piece) if hidden else escape(piece)
        for piece, hidden in harmless.pieces(cut)
    ]
    body = Markup("").join(parts) if raw.strip() else Markup('<span class="esc">{}</span>').format("(blank)")
    if cut == raw:
        return Markup("<bdi>{}</bdi>").format(body)
    return Markup('<bdi title="{}">{}</bdi>').format(harmless.title(raw), body)


def _cell(text: str) -> str | Markup:
    """As `_shown`; a short id of letters and digits needs nothing around it, which counts where there are hundreds."""
    return text if len(text) <= _CELL and text.isascii() and text.isalnum() else _shown(text, _CELL)


_CELL = 32


def _told(value: Any) -> str:
    """A setting or count as text: what isn't a plain value as JSON."""
    import json

    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return str(value) if isinstance(value, str | int | float) else json.dumps(value, ensure_ascii=False, default=str)


OUTPUT = Output(
    "report.html",
    "the list, its reasons and the course of each agent, for people",
    lambda path, found, group: write_report(
        path,
        found.night_run,
        found.alerts,
        found.series,
        nights=found.nights,
        hours=found.hours,
        evidence=found.evidence,
        group=group,
    ),
    begins=BEGINS,
    has=HAS,
)
