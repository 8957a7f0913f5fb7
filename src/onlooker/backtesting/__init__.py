"""Backtest: misuse planted in copies of a log, judged night by night as a scan would have."""

from onlooker.backtesting.backtest_record import Backtest, first_sentence, nearest, record
from onlooker.backtesting.blind_spots import BlindSpots, find_blind_spots
from onlooker.backtesting.kept_blind_spots import measure_into_folder, measure_into_store, read_blind_spots
from onlooker.backtesting.run_backtest import run_backtest
from onlooker.backtesting.write_backtest import backtest_into, check_out

__all__ = [
    "Backtest",
    "BlindSpots",
    "backtest_into",
    "check_out",
    "find_blind_spots",
    "first_sentence",
    "measure_into_folder",
    "measure_into_store",
    "nearest",
    "read_blind_spots",
    "record",
    "run_backtest",
]
