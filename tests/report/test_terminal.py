from __future__ import annotations

import re
from dataclasses import replace

import pytest

from onlooker.report.harmless import columns
from onlooker.report.terminal import alert_table

from .factories import REASONS, make_alert, make_run, night
from .hostile import HOSTILE

WIDE = """\
night       severity  conf.  agent         why
2026-11-20  critical  high   m.okafor      customers: 212, usual 41, 1 day
  - 212 distinct customers on 2026-11-20; 41 expected from own last 84 days (peers 38 that day,
    day factor 1.04).
  - 168 of the 212 visits have no visible reason; 3.1 expected.
  - About one ordinary night in 50 brings one like this.
2026-11-17  high      high   svc-export-7  export without right: 1, 1 day
  - 1 export of 14,000 records by an account that has no export right.

2 alerts on 2 agents: 1 critical, 1 high. On the last night, 2026-11-20, 3,871 of 3,902 agents
judged; 31 not, because fewer than 5 worked days (22), no peers (9)."""

NARROW = """\
2026-11-20  critical  m.okafor
  customers: 212, usual 41, 1 day;
  confidence high
  - 212 distinct customers on
    2026-11-20; 41 expected from
    own last 84 days (peers 38
    that day, day factor 1.04)."""


def test_the_list_at_its_full_width() -> None:
    run, alerts, _ = night()
    assert alert_table([alerts[4], alerts[0]], run, width=100, colour=False, nights=14) == WIDE


def test_the_list_where_a_table_has_no_room() -> None:
    run, alerts, _ = night()
    assert alert_table([replace(alerts[0], reasons=REASONS[:1])], run, width=34, colour=False, nights=14).startswith(
        NARROW
    )


def test_short_ids_do_not_cost_the_table_its_columns() -> None:
    shown = alert_table([make_alert("7")], make_run(), width=100, colour=False, nights=14)
    assert shown.startswith("night       severity  conf.  agent  why")


def test_one_line_per_agent_newest_first() -> None:
    run, alerts, _ = night()
    lines = alert_table(alerts, run, width=120, colour=False, nights=14).splitlines()
    assert [line[:10] for line in lines if re.match("20", line)] == [
        "2026-11-20", "2026-11-20", "2026-11-17", "2026-11-12", "2026-08-14", "2026-07-03",
    ]  # fmt: skip


def test_agents_of_older_nights_have_one_reason() -> None:
    run, alerts, _ = night()
    shown = alert_table(alerts, run, width=120, colour=False, nights=7)
    recent, old = shown.split("\n\nBefore 2026-11-14:\n")
    assert [line[:10] for line in recent.splitlines() if re.match("20", line)] == [
        "2026-11-20",
        "2026-11-20",
        "2026-11-17",
    ]
    assert recent.count("  - ") == 8  # two each and how rare it is, the only one of a rule, and that there are three
    assert "  - 3 alerts since 2026-06-02, the last on 2026-11-20." in recent
    listed, _summary = old.split("\n\n")
    assert [line[:10] for line in listed.splitlines() if re.match("20", line)] == [
        "2026-11-12",
        "2026-08-14",
        "2026-07-03",
    ]
    assert listed.count("  - ") == 6
    only_old = alert_table([a for a in alerts if a.date < "2026-11-01"], run, width=120, colour=False, nights=14)
    assert only_old.splitlines()[1] == "Before 2026-11-07:"


def test_teams_are_counted_apart_from_agents() -> None:
    shown = alert_table(
        [make_alert(), make_alert("team Billing 4", kind="ring")], make_run(), width=100, colour=False, nights=14
    )
    assert "2 alerts on 1 agent and 1 team: 2 critical." in shown
    assert "  - 212 customers in a day where 41 were expected" in shown  # what the members did together, not each


def test_a_silent_night_leaves_a_receipt() -> None:
    assert alert_table([], make_run(), width=200, colour=True, nights=14) == (
        "Nothing tonight. 3,871 of 3,902 agents judged; 31 not, because fewer than 5 worked days (22), no peers (9)."
    )


def test_colour_only_adds_codes() -> None:
    run, alerts, _ = night()
    plain, coloured = (alert_table(alerts, run, width=90, colour=colour, nights=14) for colour in (False, True))
    assert "\x1b" not in plain
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == plain
    assert coloured.count("\x1b[0m") == 7


@pytest.mark.parametrize("width", [40, 80, 132])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_strings_stay_in_their_line(text: str, width: int) -> None:
    alert = make_alert(text, headline=text, reasons=(replace(REASONS[0], text=text),))
    shown = alert_table([alert], make_run(notes=(text,)), width=width, colour=False, nights=14)
    lines = shown.split("\n")
    assert all(line.isprintable() for line in lines)
    assert all(columns(line) <= width for line in lines)
    assert shown.splitlines() == lines
    assert sum(line.startswith("2026-11-20") for line in lines) == 1
