"""What a scan costs, against what it can't cost less than: `python -m benchmarks --help`."""
