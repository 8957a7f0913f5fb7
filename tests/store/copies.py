"""Something done in a copy of the test's process, which has its imports already."""

import os
import warnings
from collections.abc import Callable


def in_copy(do: Callable[[], object]) -> int:
    """Start a copy that does `do` and ends with 0, or with 1 if that raised; its process id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads are not copied; the copy starts its own
        child = os.fork()
    if child == 0:  # nothing of the tests' own may run on in the copy
        status = 1
        try:
            do()
            status = 0
        finally:
            os._exit(status)
    return child
