"""Which people a look into a store shows: all, or those of some vendors and sites, by the last day each worked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onlooker.errors import UsageError
from onlooker.store import Store
from onlooker.store.parquet_files import joint_schema

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class PeopleSeen:
    """The people whom somebody is shown; everybody where `agents` is None."""

    agents: frozenset[str] | None = None
    said: str = ""
    """The vendors and sites of these people, in words."""

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
    wanted = {column: names for column, names in (("vendor", vendors), ("site", sites)) if names}
    if not wanted:
        return EVERYBODY
    import pyarrow as pa
    import pyarrow.compute as pc

    last = _last_days(store, list(wanted))
    for column, names in wanted.items():
        folded = {name.casefold() for name in names}
        spelled = [one for one in pc.unique(last[column]).to_pylist() if one and one.casefold() in folded]
        last = last.filter(pc.is_in(last[column], value_set=pa.array(spelled, pa.string())))
    said = " and ".join(f"the {column} {', '.join(names)}" for column, names in wanted.items())
    if not len(last):
        raise UsageError(f"the store knows nobody of {said}", "Is it spelled as in the agents table?")
    return PeopleSeen(frozenset(last["agent_id"].to_pylist()), said)


def _last_days(store: Store, columns: list[str]) -> pa.Table:
    """`agent_id` and `columns` of the last day of each agent. Raises UsageError where the store has no such column."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.dataset as ds

    files = store.files("agent_days")
    known = joint_schema(files) if files else pa.schema([])
    for column in columns:
        if column not in known.names:
            raise UsageError(
                f"the store does not know the {column} of its agents",
                f"Give an agents table with a column {column} (--agents): it is kept from the next night on.",
            )
    days = ds.dataset(files, schema=known).to_table(columns=["agent_id", "day", *columns])
    nulls_count = pc.ScalarAggregateOptions(skip_nulls=False)
    by_agent = days.sort_by("day").group_by("agent_id", use_threads=False)
    last = by_agent.aggregate([(column, "last", nulls_count) for column in columns])
    return last.rename_columns({f"{column}_last": column for column in columns})
