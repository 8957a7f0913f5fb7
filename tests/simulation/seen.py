"""What the tests look at: the events as a frame with local time, and customers per agent and day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from onlooker.simulation import Simulated


def events(simulated: Simulated) -> pd.DataFrame:
    """Events with local time, local day (text) and whether they are planted."""
    frame = simulated.events.to_pandas()
    zones = {site.name: site.zone for site in simulated.plan.sites}
    instant = pd.to_datetime(frame.timestamp, unit="us", utc=True)
    local = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    for zone in set(zones.values()):
        here = frame.site.map(zones) == zone
        local[here] = instant[here].dt.tz_convert(zone).dt.tz_localize(None).astype("datetime64[us]")
    number, place = np.unique(local.to_numpy().astype("datetime64[D]"), return_inverse=True)
    return frame.assign(local=local, day=np.datetime_as_string(number).astype(object)[place], planted=simulated.planted)


def daily(frame: pd.DataFrame) -> pd.DataFrame:
    """Distinct customers: one row per agent, one column per local day, missing where nobody was at work."""
    counts = frame.groupby(["agent_id", "day"]).customer_id.nunique()
    return counts.unstack()


def outside_shifts(simulated: Simulated) -> np.ndarray:
    """For each event, whether it lies outside the agent's shifts, with a quarter of an hour of grace at the end."""
    events, roster = simulated.events.to_pandas(), simulated.roster.to_pandas()
    outside = np.ones(len(events), bool)
    shifts = dict(list(roster.groupby("agent_id")))
    for agent, where in events.groupby("agent_id").indices.items():
        starts = shifts[agent].shift_start.to_numpy()
        ends = shifts[agent].shift_end.to_numpy() + 15 * 60 * 1_000_000
        times = events.timestamp.to_numpy()[where]
        latest = np.searchsorted(starts, times, side="right") - 1
        outside[where] = (latest < 0) | (times > ends[np.maximum(latest, 0)])
    return outside
