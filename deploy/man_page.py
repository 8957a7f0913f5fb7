"""Writes the manual page of the command to standard output, in the form of man(7), from the help of its commands."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from onlooker.cli import cli
from onlooker.schema.version import __version__


def page() -> Iterator[str]:
    """The lines of onlooker(1)."""
    top = click.Context(cli, info_name="onlooker")
    yield f'.TH ONLOOKER 1 "" "onlooker {__version__}" "Onlooker"'
    yield from (".SH NAME", r"onlooker \- find the support agents who look at customer records without a reason")
    for command, context in commands(cli, top):
        yield f".SH {context.command_path.upper()}"
        yield from (".nf", *(literal(line) for line in command.get_help(context).splitlines()), ".fi")
    yield from (".SH EXIT STATUS", "See the help of onlooker scan above.")


def commands(command: click.Command, context: click.Context) -> Iterator[tuple[click.Command, click.Context]]:
    """A command and those below it, each with its context."""
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from commands(below, click.Context(below, info_name=name, parent=context))


def literal(line: str) -> str:
    """A line that roff shows as it is."""
    text = line.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{text}" if text.startswith((".", "'")) else text


if __name__ == "__main__":
    sys.stdout.write("\n".join(page()) + "\n")
