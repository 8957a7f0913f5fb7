"""Planted lines are honest instruments: nothing but what the campaign's story says tells them from work."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from onlooker.simulation import CAMPAIGN_KINDS, Campaign, Simulated, simulate, world_named
from simulation.seen import events

QUIET = tuple(kind.name for kind in CAMPAIGN_KINDS if not kind.traces and kind.who == "person")


def traces(made: Simulated) -> pd.DataFrame:
    """What ids, the order of lines and the grain of the clock say of each line of a planted agent."""
    log = events(made)
    visit = made.shown.lines.visit
    log = log.assign(visit=visit, place=np.arange(len(log)))
    log = log[log.customer_id.notna() & log.ticket_id.isna() & ~log.duplicated("visit")]
    log = log[log.agent_id.isin(log.agent_id[log.planted]) & log.day.isin(log.day[log.planted])]
    customer = log.customer_id.str[1:].astype(int)
    line = log.event_id.str[1:].astype(int)
    second = log.timestamp // 1_000_000
    tied = log.groupby("timestamp").cumcount()
    return pd.DataFrame(
        {
            "customer": customer,
            "customer_end": customer % 100,
            "step": customer.groupby(log.agent_id).diff().fillna(0),
            "event_end": line % 100,
            "event_gap": line - log.place,
            "second": second % 60,
            "fraction": log.timestamp % 1_000_000,
            "minute": second // 60 % 60,
            "tied": tied,
            "agent": log.agent_id,
            "planted": log.planted,
        }
    )


def auc(frame: pd.DataFrame) -> float:
    """How well a classifier learned on half of the agents tells planted lines of the other half, and vice versa."""
    names = frame.agent.unique()
    first = frame.agent.isin(names[::2])
    scores = pd.Series(0.0, index=frame.index)
    columns = frame.columns.drop(["agent", "planted"])
    for learned in (first, ~first):
        model = HistGradientBoostingClassifier(max_iter=25, max_leaf_nodes=6, min_samples_leaf=40, random_state=0)
        model.fit(frame.loc[learned, columns], frame.planted[learned])
        scores[~learned] = model.predict_proba(frame.loc[~learned, columns])[:, 1]
    return float(np.mean([roc_auc_score(frame.planted[half], scores[half]) for half in (first, ~first)]))


def bent(*kinds: str, agents: int = 36) -> Simulated:
    world = world_named("call_centre")
    return simulate(
        agents=agents, days=50, seed=4, mechanics=world.mechanics, sites=world.sites,
        campaigns=[Campaign(kind, 2, apart=True) for kind in kinds],
    )  # fmt: skip


def test_ids_order_and_clock_do_not_tell_planted_lines_from_honest_ones() -> None:
    frame = traces(bent(*QUIET[:13]))
    assert frame.planted.sum() > 2_000 and (~frame.planted).sum() > 500
    assert auc(frame) <= 0.55


def test_the_same_classifier_sees_a_campaign_whose_trace_the_ids_are() -> None:
    assert auc(traces(bent("id_sequence", "id_sequence", agents=20))) > 0.8


@pytest.mark.parametrize("kind", [kind.name for kind in CAMPAIGN_KINDS if kind.traces])
def test_traces_are_said_only_of_campaigns_that_have_one(kind: str) -> None:
    told = next(k for k in CAMPAIGN_KINDS if k.name == kind)
    assert (
        told.off_hours
        or told.action != "view"
        or told.logins != "own"
        or told.late
        or told.pool == "sequence"
        or told.reason == "made_up"
        or told.who == "assistant"
    )
