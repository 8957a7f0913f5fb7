"""What a user would otherwise write: pandas and an isolation forest, done well. `python pandas_iforest.py FILE`

Daily counts per agent, each also against the agent's own last four weeks, into PyOD's IForest. Types are given when
reading, repeated texts are categories, and nothing is grouped in Python loops.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from pyod.models.iforest import IForest

COLUMNS = ["timestamp", "agent_id", "customer_id", "action"]


def read(path: Path) -> pd.DataFrame:
    if path.suffix == ".parquet":
        log = pd.read_parquet(path, columns=COLUMNS)
    elif path.suffix == ".jsonl":
        parts = pd.read_json(path, lines=True, dtype=False, convert_dates=False, chunksize=500_000)
        log = pd.concat(part[COLUMNS] for part in parts)
    else:
        log = pd.read_csv(path, usecols=COLUMNS, engine="pyarrow", dtype={"agent_id": "category", "action": "category"})
    log["timestamp"] = pd.to_datetime(log["timestamp"], format="ISO8601", utc=True)
    log["agent_id"] = log["agent_id"].astype("category")
    log["customer"] = pd.factorize(log["customer_id"])[0]
    return log.drop(columns="customer_id")


def daily_counts(log: pd.DataFrame) -> pd.DataFrame:
    log["day"] = log["timestamp"].dt.floor("D")
    log["edit"], log["export"] = log["action"].eq("edit"), log["action"].eq("export")
    log["late"] = ~log["timestamp"].dt.hour.between(7, 19)
    visits = log.groupby(["agent_id", "day", "customer"], observed=True, sort=False).size()
    log_days = log.groupby(["agent_id", "day"], observed=True)
    days = log_days.agg(events=("edit", "size"), edits=("edit", "sum"), exports=("export", "sum"), late=("late", "sum"))
    by_day = visits.groupby(level=[0, 1], observed=True)
    days["customers"] = by_day.size()
    days["glances"] = visits.eq(1).groupby(level=[0, 1], observed=True).sum()
    return days.sort_index()


def against_own_past(days: pd.DataFrame) -> pd.DataFrame:
    past = days.groupby(level=0, observed=True).shift()
    rolling = past.groupby(level=0, observed=True).rolling(28, min_periods=5)
    mean, deviation = rolling.mean().droplevel(0), rolling.std().droplevel(0)
    z = (days - mean) / (deviation + 1.0)
    return days.join(z.add_suffix("_z")).fillna(0.0)


def main(path: Path) -> None:
    table = against_own_past(daily_counts(read(path)))
    model = IForest(random_state=0).fit(np.log1p(table.clip(lower=0.0)).to_numpy())
    table["score"] = model.decision_scores_
    print(table["score"].sort_values(ascending=False).head(20).to_string())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
