"""Files for machines and spreadsheets: each written whole or not at all, readable by its owner alone."""

from onlooker.outputs.output import Output, Results
from onlooker.outputs.table_csv import print_table_csv, write_table_csv

__all__ = ["Output", "Results", "print_table_csv", "write_table_csv"]
