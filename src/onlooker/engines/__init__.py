"""Where tables live and SQL runs: DuckDB in this process, or Spark."""
