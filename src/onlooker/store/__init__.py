"""What lasts from night to night: Parquet files by day, and one SQLite file that says which of them count."""

from onlooker.store.account import Status, StoredNight, StoredRun
from onlooker.store.alerts import KeptAlert
from onlooker.store.faults import (
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreHeld,
    StoreMissing,
    StoreReadOnly,
    StoreTooNew,
    StoreTooOld,
)
from onlooker.store.layout import as_date, as_day
from onlooker.store.nights import Commit, TakenFile, Writing
from onlooker.store.store import Store

__all__ = [
    "Commit",
    "KeptAlert",
    "Status",
    "Store",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreHeld",
    "StoreMissing",
    "StoreReadOnly",
    "StoreTooNew",
    "StoreTooOld",
    "StoredNight",
    "StoredRun",
    "TakenFile",
    "Writing",
    "as_date",
    "as_day",
]
