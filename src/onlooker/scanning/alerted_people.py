"""What a scan shows where privacy is strict: nothing of people whom no alert is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from onlooker.privacy import Names
from onlooker.schema.findings import Alert, Run

if TYPE_CHECKING:
    import pyarrow as pa


def without_sealed(scores: pa.Table, sealed: Collection[str]) -> pa.Table:
    """The scores, with `alerted` false for every night of an agent whose case is sealed."""
    if not sealed or "alerted" not in scores.schema.names:
        return scores
    import pyarrow as pa
    import pyarrow.compute as pc

    hidden = pc.is_in(scores["agent_id"], value_set=pa.array(sorted(sealed), pa.string()))
    place = scores.schema.names.index("alerted")
    return scores.set_column(place, "alerted", pc.and_(scores["alerted"], pc.invert(hidden)))


def without_unalerted(
    names: Names, run: Run, alerts: Iterable[Alert], scores: pa.Table, sealed: Collection[str] = ()
) -> tuple[Run, pa.Table]:
    """The run and the scores without people whom no alert was ever about; as they are where privacy is not strict."""
    if not names.strict:
        return run, scores
    import pyarrow as pa
    import pyarrow.compute as pc

    shown = {one for alert in alerts for one in (alert.agent_id, *(reason.agent_id for reason in alert.reasons))}
    named = (names.alerted | shown) - set(sealed)
    some = scores.filter(pc.is_in(scores["agent_id"], value_set=pa.array(sorted(named), pa.string())))
    review = tuple(one for one in run.role_review if not one.agent_id or one.agent_id in named)
    left_out = len(run.role_review) - len(review)
    accounts = "1 account was" if left_out == 1 else f"{left_out:,} accounts were"
    notes = (f"{accounts} unlike the queue from the beginning; privacy = strict does not say which.",)
    return replace(run, role_review=review, notes=(*run.notes, *(notes if left_out else ()))), some
