"""One scan, from log files to alerts and the files of the contract."""
