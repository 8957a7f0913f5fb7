"""The version of the package, in the one place that the build, the records of runs and `--version` read."""

__version__ = "0.1.0"
