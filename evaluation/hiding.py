"""Ten ways of hiding a theft of 105 records a day, each planted into honest logs, scanned as a whole.

    python -m evaluation.hiding --ways all --seeds 2          # eight insiders of each way

Each log is a simulated organisation with ordinary nuisances and four insiders, planted line by line here, by none of
the simulator's campaigns. Found is an alert that names the insider, within ten days worked from the later of the
theft's first day and day 14 of the log.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from onlooker.config import Settings
from onlooker.nightly import scan_into
from onlooker.scanning.run import scan
from onlooker.schema.findings import Alert
from onlooker.schema.same_person import folded
from onlooker.simulation import ordinary, simulate, write_logs

AGENTS, DAYS, INSIDERS, A_DAY = 60, 60, 4, 105
ONSET, SETTLED, IN_TIME = 34, 14, 10
"""Day of the log on which thefts begin; day from which an alert can be asked for; days worked until it must come."""
LATE = 5
"""Days by which backdated lines are written later than they say."""
NIGHTS = 12
"""Nights judged one by one where lines come late."""


@dataclass
class Scene:
    """A log with one line per row (columns of the file, and `date`), and what a way of hiding may look up in it."""

    lines: pd.DataFrame
    rng: np.random.Generator

    def __post_init__(self) -> None:
        self.lines["date"] = self.lines.timestamp.str[:10]
        self.dates = np.sort(self.lines.date.unique())
        self.customers = self.lines.customer_id[self.lines.customer_id != ""].unique()

    def days(self, agent: str, since: int) -> Iterator[tuple[str, pd.DataFrame]]:
        """Dates from the day `since` of the log on, with the agent's own lines."""
        own = self.lines[(self.lines.agent_id == agent) & (self.lines.date >= self.dates[since])]
        yield from own.groupby("date")

    def glances(self, own: pd.DataFrame, customers: np.ndarray | None = None) -> pd.DataFrame:
        """105 views of a day, one line each, without a ticket, at seconds of the own shift."""
        size = int(self.rng.poisson(A_DAY))
        picked = self.rng.choice(
            self.customers if customers is None else customers, size, replace=customers is not None
        )
        made = own.sample(size, replace=True, random_state=int(self.rng.integers(2**31))).reset_index(drop=True)
        made["timestamp"] = at(made.timestamp, self.rng.integers(0, 240, size))
        return made.assign(customer_id=picked, action="view", ticket_id="")


Planted = tuple[pd.DataFrame, pd.DataFrame]
"""Lines to add, and own lines to leave out."""
Way = Callable[[Scene, str, int], Planted]


def at(timestamp: pd.Series, seconds: np.ndarray) -> pd.Series:
    """Local times with an offset, some seconds later, on the same date."""
    clock = pd.to_timedelta(timestamp.str[11:19]).dt.total_seconds().to_numpy() + seconds
    clock = np.clip(clock, 0, 86_399).astype(int)
    text = [f"{c // 3600:02d}:{c // 60 % 60:02d}:{c % 60:02d}" for c in clock]
    return timestamp.str[:11] + pd.Series(text, index=timestamp.index) + timestamp.str[19:]


def joined(parts: Sequence[pd.DataFrame], scene: Scene, undone: pd.DataFrame | None = None) -> Planted:
    nothing = scene.lines.iloc[:0]
    return (pd.concat(parts) if parts else nothing), (nothing if undone is None else undone)


def made_up_tickets(scene: Scene, agent: str, since: int) -> Planted:
    """A ticket for each record, of the day's numbers but of nobody, and a second look some minutes later."""
    parts = []
    for date, own in scene.days(agent, since):
        made = scene.glances(own)
        shown = scene.lines.ticket_id[(scene.lines.date == date) & (scene.lines.ticket_id != "")]
        like = shown.iloc[0] if len(shown) else "T-100000"
        head = like.rstrip("0123456789")
        number = scene.rng.integers(10 ** (len(like) - len(head) - 1), 10 ** (len(like) - len(head)), len(made))
        made["ticket_id"] = [f"{head}{n}" for n in number]
        parts += [made, made.assign(timestamp=at(made.timestamp, scene.rng.integers(120, 600, len(made))))]
    return joined(parts, scene)


def new_account(scene: Scene, agent: str, since: int) -> Planted:
    """Everything from then on under an id that nobody has seen, the own work included."""
    parts, undone = [], []
    for _, own in scene.days(agent, since):
        parts.append(pd.concat([own, scene.glances(own)]).assign(agent_id=f"{agent}.n"))
        undone.append(own)
    return joined(parts, scene, pd.concat(undone))


def searches(scene: Scene, agent: str, since: int) -> Planted:
    """Customers are searched by name, and none is opened."""
    return joined([scene.glances(own).assign(action="search") for _, own in scene.days(agent, since)], scene)


def first_day(scene: Scene, agent: str, since: int) -> Planted:
    """From the first day of the log on."""
    return joined([scene.glances(own) for _, own in scene.days(agent, since)], scene)


def colleagues_tickets(scene: Scene, agent: str, since: int) -> Planted:
    """Customers whom colleagues have that day, under the colleagues' own tickets, from the first day on."""
    parts = []
    for date, own in scene.days(agent, since):
        theirs = scene.lines[
            (scene.lines.date == date) & (scene.lines.ticket_id != "") & (scene.lines.agent_id != agent)
        ]
        theirs = theirs[theirs.customer_id != ""].drop_duplicates("customer_id")
        made = scene.glances(own, np.arange(len(theirs)))
        made = made.drop_duplicates("customer_id")
        picked = theirs.iloc[made.customer_id.astype(int)]
        parts.append(made.assign(customer_id=picked.customer_id.to_numpy(), ticket_id=picked.ticket_id.to_numpy()))
    return joined(parts, scene)


def in_place_of_work(scene: Scene, agent: str, since: int) -> Planted:
    """The own work is left undone, and as many other customers are looked at."""
    parts, undone = [], []
    for _, own in scene.days(agent, since):
        parts.append(scene.glances(own).head(own.customer_id.nunique()))
        undone.append(own)
    return joined(parts, scene, pd.concat(undone))


def spellings(scene: Scene, agent: str, since: int) -> Planted:
    """Three spellings of the login, and a ticket that nobody else shows for each record."""
    added, undone = made_up_tickets(scene, agent, since)
    names = np.array([agent, agent.upper(), f"{agent[:1]}\u200b{agent[1:]}"])
    return added.assign(agent_id=names[scene.rng.integers(0, 3, len(added))]), undone


def broken_quotes(scene: Scene, agent: str, since: int) -> Planted:
    """A quote is opened in each line and never closed."""
    added, undone = first_day(scene, agent, since)
    return added.assign(ticket_id='"T1'), undone


def backdated(scene: Scene, agent: str, since: int) -> Planted:
    """The lines reach the log five days after they say."""
    return first_day(scene, agent, since)


def bot_shared(scene: Scene, agent: str, since: int) -> Planted:
    """A bot, on which the insider's name does not stand, edits each record half an hour before."""
    added, undone = first_day(scene, agent, since)
    bot = added.assign(agent_id="sync.bot", action="edit", timestamp=at(added.timestamp, np.full(len(added), -1800)))
    return pd.concat([added, bot.assign(role="assistant", actor_type="ai", team="")]), undone


WAYS: dict[str, Way] = {
    way.__name__: way
    for way in (
        made_up_tickets, new_account, searches, first_day, colleagues_tickets, in_place_of_work, spellings,
        broken_quotes, backdated, bot_shared,
    )
}  # fmt: skip
NIGHTLY = {"backdated": LATE, "broken_quotes": 0}
"""Judged night by night, and by how many days the planted lines are late."""
FROM_THE_FIRST_DAY = ("first_day", "colleagues_tickets")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.hiding", description=__doc__.split("\n\n", 1)[0])
    parser.add_argument("--ways", default="", help="names of ways, separated by commas, or all")
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=0)
    options = parser.parse_args(arguments)
    ways = list(WAYS) if options.ways == "all" else [name for name in options.ways.split(",") if name]
    for name in ways:
        seeds = range(options.first_seed, options.first_seed + options.seeds)
        found = [one for seed in seeds for one in insiders(name, seed)]
        print(line(name, found), flush=True)


def log_of(seed: int, agents: int, days: int, folder: Path) -> pd.DataFrame:
    """An organisation's log, as text."""
    made = simulate(agents=agents, days=days, seed=seed, nuisances=ordinary(agents))
    (path,) = write_logs(made, folder, period="all", compress=False, side_tables=())
    lines = pd.read_csv(path, dtype=str, keep_default_na=False)
    path.unlink()
    return lines


def insiders(name: str, seed: int) -> list[tuple[int | None, str]]:
    """For each insider the days worked until an alert, None if none came in time, and what raised it."""
    with tempfile.TemporaryDirectory() as place:
        scene = Scene(log_of(seed, AGENTS, DAYS, Path(place)), np.random.default_rng(seed))
        since = 0 if name in FROM_THE_FIRST_DAY else ONSET
        chosen = steady(scene, since)
        planted = {agent: WAYS[name](scene, agent, since) for agent in chosen}
        added = pd.concat([lines for lines, _ in planted.values()])
        added["event_id"] = [f"P{number}" for number in range(len(added))]
        undone = pd.concat([lines for _, lines in planted.values()])
        lines = pd.concat([scene.lines.drop(undone.index), added])
        late = NIGHTLY.get(name)
        alerts = at_once(lines, Path(place)) if late is None else nightly(scene, lines, added, late, Path(place))
        return [found(scene, alerts, agent, max(since, SETTLED)) for agent in chosen]


def steady(scene: Scene, since: int) -> list[str]:
    """Agents who work on most days, drawn."""
    people = scene.lines[(scene.lines.actor_type == "human") & (scene.lines.role == "agent")]
    days = people[people.date >= scene.dates[since]].groupby("agent_id").date.nunique()
    often = days[days >= days.quantile(0.3)].index.to_numpy()
    return [str(agent) for agent in scene.rng.choice(often, INSIDERS, replace=False)]


def written(lines: pd.DataFrame, path: Path) -> Path:
    """The file; a text with a quote stands in it as it is."""
    kept = lines.drop(columns="date").sort_values("timestamp", kind="stable")
    kept.to_csv(path, index=False, quoting=csv.QUOTE_NONE, escapechar=None)
    return path


def at_once(lines: pd.DataFrame, folder: Path) -> Sequence[Alert]:
    with scan([written(lines, folder / "log.csv")], Settings(threads=2), closed=True) as done:
        return done.alerts


def nightly(scene: Scene, lines: pd.DataFrame, added: pd.DataFrame, late: int, folder: Path) -> Sequence[Alert]:
    """The log up to the theft at once, then night by night; what was planted comes `late` days late.

    The alerts have the date of the night that raised them: what is dated back is raised on the day that it is about.
    """
    own = lines.iloc[: len(lines) - len(added)]
    place = {date: day for day, date in enumerate(scene.dates)}
    alerts: list[Alert] = []
    for night in range(ONSET + late - 1, ONSET + late + NIGHTS):
        first = 0 if night == ONSET + late - 1 else night
        fresh = own[own.date.map(place).between(first, night)]
        planted = added[added.date.map(place) == night - late]
        path = written(pd.concat([fresh, planted]), folder / f"log-{night:03}.csv")
        with scan_into(folder / "store", [path], Settings(threads=2), closed=True) as done:
            known = {one.id for one in alerts}
            alerts += [replace(one, date=scene.dates[night]) for one in done.alerts if one.id not in known]
    return alerts


def found(scene: Scene, alerts: Sequence[Alert], agent: str, since: int) -> tuple[int | None, str]:
    """Days worked from the day `since` of the log until an alert that names the agent, and its kinds."""
    worked = [date for date, _ in scene.days(agent, since)]
    mine = {folded(agent), folded(f"{agent}.n")}
    about = [
        one for one in alerts
        if (folded(one.agent_id) in mine or any(folded(reason.agent_id) in mine for reason in one.reasons))
        and one.date >= scene.dates[since]
    ]  # fmt: skip
    if not about:
        return None, "nothing"
    first = min(about, key=lambda one: one.date)
    return sum(date <= first.date for date in worked), first.pattern or first.kind


def line(name: str, found_: Sequence[tuple[int | None, str]]) -> str:
    """A row of the table."""
    in_time = np.array([days is not None and days <= IN_TIME for days, _ in found_])
    days = sorted(days for days, _ in found_ if days is not None)
    by = pd.Series([what for _, what in found_]).value_counts()
    raised = ", ".join(f"{what} {number}" for what, number in by.items())
    return f"| {name} | {in_time.sum()} of {len(in_time)} | {', '.join(map(str, days))} | {raised} |"


if __name__ == "__main__":
    main()
