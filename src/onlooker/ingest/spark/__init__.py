"""Reading on Spark: the same tables `events` and `rejects`, understood as log files on one machine are."""
