"""What lasts from night to night: Parquet files by day, and one SQLite file that says which of them count."""

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
from onlooker.store.kept_alerts import KeptAlert
from onlooker.store.layout import as_date, as_day
from onlooker.store.night_transaction import Commit, TakenFile, Writing
from onlooker.store.store import Store
from onlooker.store.store_status import Status, StoredNight, StoredRun

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
