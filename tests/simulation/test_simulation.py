"""The whole: the same seed gives the same log, and the truth is what was planted."""

import time

import pytest

from onlooker.errors import UsageError
from onlooker.simulation import CAMPAIGN_KINDS, Campaign, Nuisance, Simulated, Site, ordinary, simulate
from onlooker.simulation.worlds import COLUMNS
from simulation.seen import events

EVERY_CAMPAIGN = tuple(Campaign(kind.name, if_possible=True) for kind in CAMPAIGN_KINDS)
BESIDE_WORK = tuple(
    Campaign(kind.name, if_possible=True)
    for kind in CAMPAIGN_KINDS
    if not (kind.instead or kind.leaves or kind.logins == "new" or kind.late)
)


@pytest.fixture(scope="module")
def full() -> Simulated:
    return simulate(agents=50, days=80, seed=11, campaigns=EVERY_CAMPAIGN, nuisances=ordinary(50))


def test_the_same_seed_gives_the_same_tables(full: Simulated) -> None:
    again = simulate(agents=50, days=80, seed=11, campaigns=EVERY_CAMPAIGN, nuisances=ordinary(50))
    for name in ("events", "agents", "tickets", "roster", "truth", "incidents"):
        assert getattr(full, name).equals(getattr(again, name)), name
    assert (full.planted == again.planted).all()


def test_another_seed_gives_another_log() -> None:
    one, other = simulate(agents=5, days=5, seed=0), simulate(agents=5, days=5, seed=1)
    assert not one.events.equals(other.events)


def test_columns_and_order(full: Simulated) -> None:
    assert tuple(full.events.column_names) == COLUMNS
    written = full.shown.lines.written
    assert (written[1:] >= written[:-1]).all()
    assert (full.events["timestamp"].to_numpy() == full.shown.lines.second * 1_000_000).all()
    assert full.agents["agent_id"].to_pandas().is_unique
    assert full.events["agent_id"].null_count == full.events["actor_type"].null_count == 0


def test_truth_counts_the_planted_visits(full: Simulated) -> None:
    log = events(full)
    truth = full.truth.to_pandas()
    assert set(truth.campaign) == {kind.name for kind in CAMPAIGN_KINDS}
    spelled = set(full.insiders.to_pandas().query("kind == 'login_spellings'").agent_id)
    log = log[~log.agent_id.str.casefold().isin(spelled) & ~log.agent_id.str.contains("[áéíóú]", na=False)]
    truth = truth[~truth.agent_id.isin(spelled)]
    assert set(truth.agent_id) == set(log[log.planted].agent_id)
    seen = log[log.planted].groupby(["agent_id", "day"]).customer_id.nunique()
    planted = truth.set_index(["agent_id", "day"]).views.sort_index()
    joined = planted.to_frame().join(seen, how="left")
    # Made-up tickets are opened twice, and other customers at times, so less are seen than were planted.
    assert 0.9 < joined.customer_id.sum() / joined.views.sum() <= 1.02
    lines = log[log.planted].groupby("agent_id").size()
    assert (lines >= truth.groupby("agent_id").views.sum()).all()


def test_campaigns_leave_ordinary_work_as_it_is() -> None:
    plain = simulate(agents=30, days=60, seed=5)
    bent = simulate(agents=30, days=60, seed=5, campaigns=BESIDE_WORK)
    work = bent.events.to_pandas()[~bent.planted].drop(columns="event_id").reset_index(drop=True)
    assert work.equals(plain.events.to_pandas().drop(columns="event_id"))
    assert bent.tickets.equals(plain.tickets)


def test_sixty_agents_over_a_hundred_days_take_about_a_second() -> None:
    before = time.process_time()
    log = simulate(agents=60, days=100, seed=2, nuisances=ordinary(60))
    assert time.process_time() - before < 4  # some 0.7 s; the rest is for slow and busy machines
    assert 150_000 < log.events.num_rows < 400_000


def test_sites_are_given_by_the_caller() -> None:
    log = simulate(agents=6, days=7, sites=(Site("odda", "America/St_Johns", (8,)),))
    assert set(log.agents["site"].to_pylist()) == {"odda"}
    assert events(log).local.dt.hour.between(7, 20).all()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: simulate(agents=0),
        lambda: Campaign("sneaky"),
        lambda: Campaign("loud", start=0.9, end=0.5),
        lambda: simulate(agents=3, days=3, nuisances=(Nuisance("flood"),)),
        lambda: simulate(agents=3, days=3, nuisances=(Nuisance("surge", where="nowhere"),)),
        lambda: simulate(agents=3, days=3, nuisances=(Nuisance("new_queue"),)),
        lambda: simulate(agents=3, days=3, campaigns=(Campaign("loud", ("no.body",)),)),
        lambda: simulate(agents=3, days=3, nuisances=(Nuisance("leave", ("no.body",)),)),
    ],
)
def test_what_cannot_be_simulated_is_refused(wrong: object) -> None:
    with pytest.raises(UsageError):
        wrong()
