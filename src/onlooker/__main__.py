"""`python -m onlooker`: the command, where it is not on the path."""

from __future__ import annotations

from onlooker.cli import main

if __name__ == "__main__":
    main()
