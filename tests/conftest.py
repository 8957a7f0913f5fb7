"""What holds for all tests."""

import os

# Under sudo the store knows who calls, and nobody can give another name: tests that give one would be refused.
os.environ.pop("SUDO_USER", None)
