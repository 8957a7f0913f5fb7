"""Tables of a scan as pandas frames: one key, `agent_id` and `day`, and dates and instants as datetimes beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from onlooker.schema.findings import Alert

ALERT_COLUMNS = (
    "id", "agent_id", "day", "local_date", "severity", "confidence", "kind", "pattern", "reason", "headline",
    "customers", "expected", "unexplained", "score", "p_value", "q_value", "rank", "team", "site", "case_id",
    "case_state", "verdict", "assignee", "new", "raised_again",
)  # fmt: skip


def with_dates(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `local_date` where there is `day` (days since 1970-01-01), `first_seen` and `last_seen` where there are
    microseconds. The columns that were there stay as they are."""
    import pandas as pd

    frame["local_date"] = pd.to_datetime(frame["day"], unit="D")
    for column, us in (("first_seen", "first_us"), ("last_seen", "last_us")):
        if us in frame:
            frame[column] = pd.to_datetime(frame[us], unit="us", utc=True)
    return frame


def with_day(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `day` and `local_date` to a frame with `date`."""
    import pandas as pd

    frame["local_date"] = pd.to_datetime(frame["date"])
    frame["day"] = (frame["local_date"] - pd.Timestamp(0)).dt.days.astype("int32")
    return frame


def alerts_frame(alerts: Iterable[Alert]) -> pd.DataFrame:
    """One row per alert with ALERT_COLUMNS, in the order of the list; reasons and visits stand in the alert itself."""
    import pandas as pd

    frame = pd.DataFrame([{**vars(alert)} for alert in alerts], columns=[*ALERT_COLUMNS, "date"])
    return with_day(frame)[list(ALERT_COLUMNS)]
