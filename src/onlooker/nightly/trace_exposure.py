"""From a trace to whom to warn, and the files for counsel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from onlooker.cases.referral_bundle import digest, must_be_new, write_bundle
from onlooker.config import Settings
from onlooker.engines.duck import DuckEngine
from onlooker.investigate import Span, Trace
from onlooker.investigate.exposed import expose
from onlooker.nightly.trace_bundle import trace_bundle
from onlooker.privacy import Names
from onlooker.privacy.people_seen import PeopleSeen
from onlooker.scanning.inputs import read_customers
from onlooker.scanning.out_folder import refuse_stores
from onlooker.store import Store

NOT_REVEALED = "Customers are named once the cases of all who stand out are revealed (`onlooker cases reveal`)."
NOBODY = "Nobody stands out (q at or below 0.05): nobody's customers are listed. `onlooker exposure AGENT` lists them."


def trace_exposure(
    engine: DuckEngine, store: Store, found: Trace, span: Span, settings: Settings, notes: tuple[str, ...]
) -> Trace:
    """The trace, with whom those who stand out opened; `notes` say what is missing of the customers table."""
    if settings.customers:
        read_customers(engine, settings)
    exposed = expose(engine, store, found, span, customers=bool(settings.customers)) if found.met else None
    said = tuple(note.replace("No tiers:", "No regions and no tiers:") for note in notes) if exposed else (NOBODY,)
    return replace(found, exposed=exposed, notes=(*found.notes, *said))


def shown_trace(names: Names, found: Trace) -> Trace:
    """The trace with names as they are shown: customers as they are once the cases of all who stand out are revealed.

    Agents whose cases were revealed are named wherever they stand in it.
    """
    if not names.private:
        return found
    told = names.shown(found)
    agents = found.agents["agent_id"]
    back = {names.of("agent", one): one for one in agents if one in names.revealed}
    told = replace(
        told, agents=told.agents.assign(agent_id=[back.get(one, one) for one in told.agents["agent_id"]]),
        cover=tuple(replace(step, agent_id=back.get(step.agent_id, step.agent_id)) for step in told.cover),
    )  # fmt: skip
    if found.exposed is None or told.exposed is None:
        return told
    out = [one["agent_id"] for one in found.exposed.agents]
    if all(one in names.revealed for one in out):
        return replace(told, exposed=found.exposed)
    some = tuple({**one, "agent_id": back.get(one["agent_id"], one["agent_id"])} for one in told.exposed.agents)
    return replace(told, exposed=replace(told.exposed, agents=some), notes=(*told.notes, NOT_REVEALED))


def of_people_seen(found: Trace, seen: PeopleSeen) -> Trace:
    """The trace with the agents who are seen alone; what is expected of each was computed among all."""
    if not seen.limited:
        return found
    mine = found.agents[[seen.sees(one) for one in found.agents["agent_id"]]]
    others = len(found.agents) - len(mine)
    note = f"{others:,} of the agents who met them are not among the people of {seen.said}, and not shown."
    cover = tuple(step for step in found.cover if seen.sees(step.agent_id))
    return replace(found, agents=mine, cover=cover, notes=(*found.notes, *((note,) if others else ())))


def must_be_writable(out: Path) -> None:
    """Raise UsageError where the files may not be written to `out`."""
    refuse_stores(out)
    must_be_new(out)


def write_trace(found: Trace, out: Path, place: Path, who: str | None) -> Trace:
    """Write the files to `out`, a new folder or NAME.zip; the trace with the SHA-256 of their manifest.

    The SHA-256 goes into the history of the store at `place` too, where the look is in it.
    """
    bundle = trace_bundle(found)
    write_bundle(bundle, out)
    if found.noted:
        with Store.open(place, "decide") as store:
            store.record("trace written", {"written to": str(out), "manifest": digest(bundle)}, "", who)
    return replace(found, manifest=digest(bundle))
