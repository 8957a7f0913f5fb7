"""Files for machines and spreadsheets: each written whole or not at all, readable by its owner alone."""

from onlooker.sinks.alerts import write_alerts_csv, write_alerts_jsonl
from onlooker.sinks.rejects import write_rejects_csv
from onlooker.sinks.runs import write_run_json
from onlooker.sinks.tables import write_table_csv

__all__ = ["write_alerts_csv", "write_alerts_jsonl", "write_rejects_csv", "write_run_json", "write_table_csv"]
