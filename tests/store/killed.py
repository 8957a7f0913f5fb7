"""A child process that writes nights until it is killed: `python -m tests.store.killed PLACE FIRST NIGHTS`."""

import sys
from pathlib import Path

from tests.store.days import scan

if __name__ == "__main__":
    print("begun", flush=True)
    scan(Path(sys.argv[1]), range(int(sys.argv[2]), int(sys.argv[2]) + int(sys.argv[3])), run_id=sys.argv[4], rows=2000)
    print("done", flush=True)
