"""Hard rules on lines of days that are too old to be judged again: backdated lines raise what others would."""

from __future__ import annotations

from pathlib import Path

from onlooker.cases import CaseDesk
from onlooker.schema.days import iso
from onlooker.store import Store

from .organisation import SETTINGS, log, night, write


def backdated(path: Path, date: str, number: int, first: int = 0) -> tuple[str, Path]:
    """So many exports of one agent, each of another customer, as if they were of `date`; the agent and the file."""
    (one, *_) = [line for line in log() if f"{line.at:%Y-%m-%d}" == date and "human" in line.text]
    timestamp, agent, _, _, _, *about, _ = one.text.replace('"', "").split(",")
    lines = [
        ",".join([timestamp, agent, f"late{n}", "export", "", *about, f"late{n}"]) for n in range(first, first + number)
    ]
    return agent, write(path, lines)


def raised(store: Path, agent: str) -> list[tuple[str, str, tuple[str, ...]]]:
    with Store.open(store) as opened:
        return [(iso(one.day), one.record["headline"], one.lines) for one in opened.alerts() if one.agent_id == agent]


def test_what_is_dated_back_days_reaches_the_rules_and_a_case(store: Path, tmp_path: Path) -> None:
    with Store.open(store) as opened:
        old = iso(opened.nights()[-1].day - SETTINGS.rescore_days - 5)
    agent, late = backdated(tmp_path / "late.csv", old, 45)
    assert raised(store, agent) == []
    done = night(store, late)
    ((date, headline, _),) = raised(store, agent)
    assert headline.endswith(f"distinct customers on {date}; the daily limit for a person is 30.")
    assert (agent, date) in {(alert.agent_id, alert.date) for alert in done.alerts}
    assert any("judged" in line for alert in done.alerts if alert.agent_id == agent for line in alert.against)
    with Store.open(store) as opened:
        (case,) = [one for one in CaseDesk(opened).cases() if one.agent_id == agent]
        assert case.days == (date,)


def test_more_such_lines_are_a_second_line_of_the_alert_and_few_raise_nothing(store: Path, tmp_path: Path) -> None:
    with Store.open(store) as opened:
        old = iso(opened.nights()[-1].day - SETTINGS.rescore_days - 5)
    agent, few = backdated(tmp_path / "few.csv", old, 3)
    night(store, few)
    assert raised(store, agent) == []
    night(store, backdated(tmp_path / "many.csv", old, 45, 3)[1])
    night(store, backdated(tmp_path / "more.csv", old, 20, 48)[1])
    ((_, _, lines),) = raised(store, agent)
    assert len(lines) == 1


def test_who_holds_lines_back_until_their_day_is_judged_is_named(store: Path, tmp_path: Path) -> None:
    """A share of the night's lines of one agent is of days that had been judged; nobody else's is."""
    with Store.open(store) as opened:
        last = opened.nights()[-1].day
    fresh = [line for line in log() if f"{line.at:%Y-%m-%d}" > iso(last)]
    agent, late = backdated(tmp_path / "late.csv", iso(last - SETTINGS.rescore_days - 5), 25)
    texts = [line.replace("export", "view") for line in late.read_text().splitlines()[1:]]
    done = night(store, write(tmp_path / "access-next.csv", [*fresh, *texts]), closed=True)
    (alert,) = [one for one in done.alerts if one.pattern == "lost_lines"]
    assert alert.agent_id == agent and alert.date > iso(last)
    assert "25 came after their day had been judged" in alert.headline
