"""How much evidence each signal gives about each member of a team that moved together."""

from __future__ import annotations

import numpy as np

from onlooker.alerts.evidence_of_cases.subjects import MONTH, NOUNS, Sources, Subject
from onlooker.schema.case_evidence import MemberSignals

MOST_SIGNALS = 6


def ring_members(sources: Sources, case: Subject) -> tuple[tuple[str, ...], tuple[MemberSignals, ...]]:
    """The signals with most evidence about all members in the 28 days to the night, and their evidence about each."""
    table = sources.scores(case.people, case.night - MONTH + 1)
    if table is None or not table.num_rows:
        return (), ()
    names = [name for name in table.column_names if name in NOUNS]
    until = table["day"].to_numpy() <= case.night
    who = np.array(table["agent_id"].to_pylist(), dtype=object)
    evidence = np.column_stack([np.nan_to_num(table[name].to_numpy().astype(float)) for name in names])
    days = [until & (who == agent) for agent in case.people]
    means = np.array([evidence[rows].mean(axis=0) if rows.any() else np.zeros(len(names)) for rows in days])
    most = np.argsort(-means.sum(axis=0), kind="stable")[:MOST_SIGNALS]
    members = tuple(
        MemberSignals(agent, int(rows.sum()), tuple(own[most].round(2).tolist()))
        for agent, rows, own in zip(case.people, days, means, strict=True)
    )
    return tuple(names[place] for place in most), members
