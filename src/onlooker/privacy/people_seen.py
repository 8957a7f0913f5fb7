"""Whose people somebody sees who looks: all, or those of some vendors and sites, by the last day that they worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onlooker.errors import UsageError
from onlooker.store import Store


@dataclass(frozen=True)
class PeopleSeen:
    """Who is seen; everybody where `agents` is None."""

    agents: frozenset[str] | None = None
    said: str = ""
    """Whose people they are, in words."""

    @property
    def limited(self) -> bool:
        """Whether some people are not seen."""
        return self.agents is not None

    def sees(self, *people: str) -> bool:
        """Whether all of some people are seen."""
        return self.agents is None or self.agents.issuperset(people)

    def sees_alert(self, record: Mapping[str, Any]) -> bool:
        """Whether the agent of an alert (`Alert.record()`) is seen; of a team, all members that the alert names."""
        members = {reason["agent_id"] for reason in record["reasons"] if reason.get("agent_id")}
        return self.sees(*(members or {record["agent_id"]}))

    def sees_entry(self, about: Mapping[str, Any]) -> bool:
        """Whether all agents whom an entry of the history names in its fields are seen."""
        named = [about.get("agent"), about.get("whom"), *about.get("agents", ())]
        return self.agents is None or (self.sees(*(one for one in named if one)) and not about.get("teams"))

    def must_see(self, shown: str, *people: str) -> None:
        """Raise UsageError unless all of some people are seen; `shown` is how the error names them."""
        if not self.sees(*people):
            raise UsageError(
                f"{shown} is not among the people of {self.said}",
                "Only those are shown here: ask somebody who sees all.",
            )


EVERYBODY = PeopleSeen()


def people_seen(store: Store, vendors: Sequence[str], sites: Sequence[str]) -> PeopleSeen:
    """Those who on their last day in the store were of one of `vendors`, and at one of `sites`; everybody without any.

    Case does not matter. Raises UsageError where the store knows nobody of them: a misspelled name is no empty list.
    """
    if not vendors and not sites:
        return EVERYBODY
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    said = " and ".join(
        f"{what} {', '.join(names)}" for what, names in (("the vendor", vendors), ("the site", sites)) if names
    )
    files = store.files("agent_days")
    rows = [ds.dataset(file).to_table(columns=_there(ds.dataset(file))) for file in files]
    days = pa.concat_tables(rows, promote_options="permissive") if rows else pa.table({"agent_id": [], "day": []})
    for what, names in (("vendor", vendors), ("site", sites)):
        if names and what not in days.schema.names:
            raise UsageError(
                f"the store does not know of whom its agents are ({what})",
                f"Give an agents table with a column {what} (--agents): it is kept from the next night on.",
            )
    last = days.sort_by([("agent_id", "ascending"), ("day", "descending")])
    first = pc.not_equal(last["agent_id"].slice(1), last["agent_id"].slice(0, max(len(last) - 1, 0)))
    last = last.filter(pa.concat_arrays([pa.array([True]), first.combine_chunks()])) if len(last) else last
    for what, names in (("vendor", vendors), ("site", sites)):
        if names:
            wanted = pa.array([one.casefold() for one in names], pa.string())
            last = last.filter(pc.fill_null(pc.is_in(pc.utf8_lower(last[what]), value_set=wanted), False))
    if not len(last):
        raise UsageError(f"the store knows nobody of {said}", "Is it spelled as in the agents table?")
    return PeopleSeen(frozenset(last["agent_id"].to_pylist()), said)


def _there(dataset: Any) -> list[str]:
    return [name for name in ("agent_id", "day", "vendor", "site") if name in dataset.schema.names]
