"""What an analyst decided yesterday counts today, and ends when it ends."""

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from onlooker.cases import CaseDesk, NotAllowed, Scope
from onlooker.config import Settings
from onlooker.schema.days import day_of, iso
from onlooker.store import Store

from .conftest import LONG_BEFORE as BEFORE
from .organisation import LONG, SETTINGS, Line, log, night, of, same_scores, scores_of, write

pytestmark = pytest.mark.full  # minutes of nights on a store

OFTEN = SETTINGS.model_copy(update={"quiet_days": 0, "daily_cap": 200})


@pytest.fixture
def store(long_store, tmp_path) -> Path:
    return Path(shutil.copytree(long_store, tmp_path / "store"))


@pytest.fixture(scope="module")
def agent(local_days) -> str:
    """Whoever works on most days of the project."""
    days = Counter(name for _, lines in local_days[BEFORE:] for name in {line.text.split(",")[1] for line in lines})
    return min(days, key=lambda name: (-days[name], name)).strip('"')


def glances(day: str, agent: str, number: int, prefix: str) -> list[str]:
    """Single looks at customers whom nobody works on."""
    return [f"{day}T03:{n // 60:02d}:{n % 60:02d}Z,{agent},{prefix}{day[-2:]}{n:03d},view,,,,,,,{prefix}{day}-{n}"
            for n in range(number)]  # fmt: skip


class Nights:
    """Feeds one local day after the other, with more looks by one agent."""

    def __init__(self, store: Path, days: list[tuple[str, list[Line]]], agent: str, settings: Settings = OFTEN) -> None:
        self.store, self.days, self.agent, self.at, self.settings = store, days, agent, BEFORE, settings

    def next(self, *more: tuple[int, str]) -> tuple[str, bool]:
        """One night: its date, and whether it alerted on the agent."""
        day, lines = self.days[self.at]
        # The log's days are local; the looks are put on the same local day by the agent's own offset.
        own = next(line.text for line in log(**LONG) if line.text.split(",")[1].strip('"') == self.agent)
        zone = own.partition(",")[0][19:]
        extra = [text.replace("Z,", f"{zone},", 1) for number, prefix in more
                 for text in glances(day, self.agent, number, prefix)]  # fmt: skip
        file = write(self.store.parent / f"n{self.at}.csv", [*lines, *extra])
        self.done = night(self.store, file, closed=True, settings=self.settings)
        self.at += 1
        with Store.open(self.store) as opened:
            alerts = opened.alerts(day_of(day), day_of(day), agent=self.agent)
        return day, bool(alerts)


def close(store: Path, agent: str, when: str, kind: str, **terms: object) -> None:
    with Store.open(store, "decide") as opened:
        desk = CaseDesk(opened, today=date.fromisoformat(when))
        for case in desk.cases("open", agent):
            desk.close(case.id, kind, "ana", "project Northwind", **terms)


def explained(store: Path, agent: str, day: str) -> tuple[int, set[str]]:
    with Store.open(store) as opened:
        rows = of(
            f"SELECT asserted_by FROM {opened.select('visits')} "
            f"WHERE agent_id = '{agent}' AND day = {day_of(day)} AND explanation = 'sample'"
        )
    return len(rows), set(rows["asserted_by"])


def test_a_benign_project_is_explained_until_it_expires_and_abuse_on_top_is_found(store, local_days, agent):
    nights = Nights(store, local_days, agent)
    first, alerted = nights.next((30, "P"))
    assert alerted
    end = iso(day_of(first) + 9)
    close(store, agent, first, "benign", until=end)
    told = {}
    for number in range(2, 11):
        abuse = [({4: 8, 6: 20}[number], "A")] if number in {4, 6} else []
        day, told[number] = nights.next((30, "P"), *abuse)
        covered, by = explained(store, agent, day)
        # 1.2 times what was accepted is the same project, 1.6 times is something else on top of it.
        assert (covered, by) == (0, set()) if number == 6 else 30 <= covered <= 45 and by == {"ana"}
        if told[number]:
            close(store, agent, day, "unsure")
    assert {number for number, alerted in told.items() if alerted} == {6}
    assert nights.next((30, "P"))[1] or nights.next((30, "P"))[1]
    with Store.open(store) as opened:
        assert [one.reason for one in CaseDesk(opened).explanations()] == ["project Northwind"]
        assert any("count as explained by exp-" in note for run in opened.runs() for note in run.record["notes"])


def test_an_explanation_of_customers_covers_these_and_no_others(store, local_days, agent):
    nights = Nights(store, local_days, agent)
    first, alerted = nights.next((30, "P"))
    assert alerted
    second = local_days[BEFORE + 1][0]
    scope = Scope(agents=(agent,), customers=tuple(f"P{second[-2:]}{n:03d}" for n in range(10)))
    close(store, agent, first, "benign", until=iso(day_of(first) + 9), scope=scope)
    nights.next((30, "P"))
    assert explained(store, agent, second) == (10, {"ana"})


def test_confirmed_days_leave_baselines_and_calibration(store, local_days, agent, tmp_path):
    """With the days of a confirmed case taken out, later nights are judged as if nothing had been learned from them."""
    nights = Nights(store, local_days, agent)
    first, alerted = nights.next((60, "A"))
    assert alerted
    kept = Path(shutil.copytree(store, tmp_path / "kept"))
    close(store, agent, first, "confirmed")
    after = Nights(kept, local_days, agent)
    after.at = nights.at
    for _ in range(2):
        nights.next((20, "B"))
        after.next((20, "B"))
    mine, other = (scores_of(place) for place in (store, kept))
    last = mine["day"].max()
    own, taught = (float(f.loc[(f["day"] == last) & (f["agent_id"] == agent), "expected_customers"].iloc[0])
                   for f in (mine, other))  # fmt: skip
    assert own < taught


def test_a_suppressed_alert_is_counted_and_shown(store, local_days, agent):
    until = iso(day_of(local_days[BEFORE][0]) + 5)
    with Store.open(store, "decide") as opened:
        desk = CaseDesk(opened, today=date.fromisoformat(local_days[BEFORE][0]))
        desk.suppress(Scope(agents=(agent,)), until, "ana", "known data quality work")
    Nights(store, local_days, agent).next((60, "A"))
    with Store.open(store) as opened:
        record = opened.runs(1)[0].record
        states = [one.state for one in opened.alerts(agent=agent) if one.day >= day_of(local_days[BEFORE][0])]
        assert set(states) == {"suppressed"}
        assert not CaseDesk(opened).cases("open", agent)
    assert record["counts"]["alerts_suppressed"] == len(states)
    assert any("suppressed, and counted: sup-" in note for note in record["notes"])


@pytest.mark.parametrize(("known", "state"), [(60, "suppressed"), (20, "raised")])
def test_a_suppression_of_customers_holds_an_alert_back_only_if_it_is_about_no_others(
    store, local_days, agent, known, state
):
    """An alert shows five visits; the other customers of the night count as well."""
    first = local_days[BEFORE][0]
    customers = [f"A{first[-2:]}{n:03d}" for n in range(known)]
    with Store.open(store) as opened:
        (own,) = of(f"SELECT DISTINCT team FROM {opened.select('events')} WHERE agent_id = '{agent}'").team
    work = {
        line.text.split(",")[2].strip('"')
        for line in local_days[BEFORE][1]
        if line.text.split(",")[1].strip('"') == agent
    }
    with Store.open(store, "decide") as opened:
        desk = CaseDesk(opened, today=date.fromisoformat(first))
        scope = Scope(teams=(own,), customers=(*customers, *work))
        desk.suppress(scope, iso(day_of(first) + 5), "ana", "records that a supervisor asked for")
    Nights(store, local_days, agent).next((60, "A"))
    with Store.open(store) as opened:
        kept = opened.alerts(day_of(first), agent=agent)
    assert {one.state for one in kept} == {state}
    assert {len(one.record["visits"]) for one in kept} == {5}


def test_nobody_suppresses_their_own_team(store, agent):
    with Store.open(store, "decide") as opened:
        (own,) = of(f"SELECT DISTINCT team FROM {opened.select('agent_days')} WHERE agent_id = '{agent}'").team
        other = of(f"SELECT min(team) AS team FROM {opened.select('agent_days')} WHERE team <> '{own}'").team[0]
        desk, until = CaseDesk(opened, today=date(2026, 3, 1)), "2026-03-20"
        with pytest.raises(NotAllowed, match="it is about the same person"):
            desk.suppress(Scope(teams=(own,)), until, f"{agent}@support.example", "quiet please")
        assert desk.suppress(Scope(teams=(other,)), until, agent, "their new telephones").scope.teams == (other,)


def test_a_suppression_ends_on_its_last_day(store, local_days, agent):
    first = local_days[BEFORE][0]
    with Store.open(store, "decide") as opened:
        desk = CaseDesk(opened, today=date.fromisoformat(first))
        desk.suppress(Scope(agents=(agent,)), first, "ana", "moving desks")
    nights = Nights(store, local_days, agent)
    nights.next((60, "A"))
    later, _ = nights.next((60, "B"))
    with Store.open(store) as opened:
        states = {iso(kept.day): kept.state for kept in opened.alerts(day_of(first), agent=agent)}
        (case,) = CaseDesk(opened).cases(agent=agent)
    assert states == {first: "suppressed", later: "raised"}
    assert case.opened == later


def test_verdicts_change_nothing_that_was_judged(store, local_days, agent):
    nights = Nights(store, local_days, agent)
    first, _ = nights.next((60, "A"))
    before = scores_of(store)
    close(store, agent, first, "confirmed")
    nights.next()
    after = scores_of(store)
    same_scores(before, after[after["day"] <= day_of(first)].reset_index(drop=True))


def test_a_case_that_nobody_takes_is_raised_again_and_told(store, local_days, agent):
    nights = Nights(store, local_days, agent, OFTEN.model_copy(update={"quiet_days": 14}))
    nights.next((60, "A"))
    told = set()
    for _ in range(3):
        nights.next()
        told |= {alert.raised_again for alert in nights.done.alerts if alert.agent_id == agent}
    with Store.open(store) as opened:
        (case,) = CaseDesk(opened).cases("open", agent)
    assert any(why.startswith("nobody has taken it in the 3 days since ") for why in told), told
    assert any(note.what == "raised again" for note in case.notes)
