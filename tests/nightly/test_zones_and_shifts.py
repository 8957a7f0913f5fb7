"""Side tables place agents and their shifts: when a day is over, and to which day the small hours belong."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from onlooker.scanning.run import scan
from onlooker.schema.days import iso
from onlooker.store import Store

from .organisation import SETTINGS, night, of, same_scores, scores_of, settled

pytestmark = pytest.mark.full  # minutes of nights on a store

FIRST = datetime(2026, 3, 2, tzinfo=UTC)
HEADER = "timestamp,agent_id,customer_id,action\n"
AGENTS = "agent_id,zone\n" + "".join(f"owl{n},Asia/Manila\n" for n in range(9))
ROSTER = "agent_id,shift_start,shift_end\n" + "".join(
    f"owl{n},2026-03-{day:02d} 22:00,2026-03-{day + 1:02d} 06:00\n" for n in range(9) for day in range(1, 9)
)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    settled(path)
    return path


def lines(day: int, begin: int = 14, end: int = 22) -> str:
    """The shift that begins on a local day, 14:00 to 22:00 UTC: of each owl a customer every half hour."""
    found = []
    for half in range(begin * 2, end * 2):
        at = FIRST + timedelta(days=day, minutes=30 * half + 5)
        found += [f"{at:%Y-%m-%dT%H:%M:%SZ},owl{n},C{day}-{half}-{n},view\n" for n in range(9)]
    return "".join(found)


@pytest.fixture
def settings(tmp_path):
    agents, roster = write(tmp_path / "agents.csv", AGENTS), write(tmp_path / "roster.csv", ROSTER)
    return SETTINGS.model_copy(update={"agents": str(agents), "roster": str(roster)})


def judged(store: Path) -> list[str]:
    with Store.open(store) as opened:
        return [iso(one.day) for one in opened.nights()]


def test_nights_one_by_one_equal_one_scan_with_shifts_over_midnight(tmp_path, settings):
    files = [write(tmp_path / f"log-{day}.csv", HEADER + lines(day)) for day in range(6)]
    for file in files:
        night(tmp_path / "store", file, closed=file == files[-1], settings=settings)
    assert judged(tmp_path / "store") == [f"2026-03-0{day}" for day in range(2, 8)]
    with scan(files, settings) as at_once:
        same_scores(at_once.scores, scores_of(tmp_path / "store"))
        assert at_once.agent_days.groupby("day")["customers"].sum().tolist() == [9 * 16] * 6
        assert sorted(set(at_once.visits["hour"])) == [0, 1, 2, 3, 4, 5, 22, 23]


def test_a_day_is_not_over_while_a_shift_of_it_goes_on(tmp_path, settings):
    store = tmp_path / "store"
    night(store, write(tmp_path / "a.csv", HEADER + lines(0) + lines(1, 14, 18)), settings=settings)
    assert judged(store) == ["2026-03-02"]  # midnight in Manila was at 16:00 UTC
    night(store, write(tmp_path / "b.csv", HEADER + lines(1, 18, 22)), settings=settings)
    assert judged(store) == ["2026-03-02", "2026-03-03"]


def test_without_the_roster_it_is_over_at_midnight(tmp_path, settings):
    plain = settings.model_copy(update={"roster": None})
    night(tmp_path / "store", write(tmp_path / "a.csv", HEADER + lines(0) + lines(1, 14, 18)), settings=plain)
    assert judged(tmp_path / "store") == ["2026-03-02", "2026-03-03"]


def test_a_day_waits_for_places_that_only_the_agents_table_shows(tmp_path, settings):
    write(Path(settings.agents), AGENTS + "lark,America/Bogota\n")
    night(tmp_path / "store", write(tmp_path / "a.csv", HEADER + lines(0) + lines(1)), settings=settings)
    assert judged(tmp_path / "store") == ["2026-03-02"]


def test_somebody_who_has_left_delays_nothing(tmp_path, settings):
    agents = AGENTS.replace("zone", "zone,leave_date").replace("Manila", "Manila,")
    write(Path(settings.agents), agents + "lark,America/Bogota,2026-01-31\n")
    night(tmp_path / "store", write(tmp_path / "a.csv", HEADER + lines(0) + lines(1)), settings=settings)
    assert judged(tmp_path / "store") == ["2026-03-02", "2026-03-03"]


def test_lines_that_come_again_under_another_roster_are_the_same_lines(tmp_path, settings):
    store = tmp_path / "store"
    night(store, write(tmp_path / "a.csv", HEADER + lines(0)), settings=settings)
    write(Path(settings.roster), ROSTER + "owl0,2026-04-01 09:00,2026-04-01 17:00\n")
    done = night(store, write(tmp_path / "again.csv", HEADER + lines(0)[:-1] + "\n\n"), settings=settings)
    assert any("144 of 144 events were in the store already" in note for note in done.run.notes)
    with Store.open(store) as opened:
        assert of(f"SELECT count(*) AS n FROM {opened.select('events')}")["n"].tolist() == [144]


def test_a_changed_side_table_is_noticed_and_said_once(tmp_path, settings):
    store = tmp_path / "store"
    said = "Side tables differ from those of the last run: "

    def notes(day: int, wishes=settings) -> list[str]:
        done = night(store, write(tmp_path / f"log-{day}.csv", HEADER + lines(day)), settings=wishes)
        return [note.removeprefix(said).partition(".")[0] for note in done.run.notes if note.startswith(said)]

    assert notes(0) == []
    assert notes(1) == []
    write(Path(settings.roster), ROSTER + "owl0,2026-04-01 09:00,2026-04-01 17:00\n")
    assert notes(2) == ["roster (changed)"]
    assert notes(3) == []
    calendar = write(tmp_path / "calendar.csv", "kind,from\nholiday,2026-03-08\n")
    assert notes(4, settings.model_copy(update={"calendar": str(calendar)})) == ["calendar (new)"]
    assert notes(5) == ["calendar (gone)"]
