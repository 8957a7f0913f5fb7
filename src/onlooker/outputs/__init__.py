"""Files for machines and spreadsheets: each written whole or not at all, readable by its owner alone."""

from onlooker.outputs.alert_files import write_alerts_csv, write_alerts_jsonl
from onlooker.outputs.rejects_csv import write_rejects_csv
from onlooker.outputs.run_json import write_run_json
from onlooker.outputs.table_csv import print_table_csv, write_table_csv

__all__ = [
    "print_table_csv",
    "write_alerts_csv",
    "write_alerts_jsonl",
    "write_rejects_csv",
    "write_run_json",
    "write_table_csv",
]
