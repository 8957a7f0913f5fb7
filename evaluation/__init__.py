"""Measures detection: behaviour without misuse, power, other campaigns, and what each piece of the method is worth.

For developers, not part of the package. Each module is a command: `python -m evaluation.null --help`.
"""
