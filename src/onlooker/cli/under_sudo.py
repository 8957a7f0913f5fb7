"""A rule of sudo lets people run the tool as the user that owns the store: what they may not choose then.

`onlooker --desk STORE COMMAND ...` works on that store alone, reads no settings from where the caller stands, and opens
no file that the caller names: such a file would be read or replaced with the rights of the store's owner.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

STORE = "ONLOOKER_STORE"
ELSEWHERE = "/"
"""Where commands run: a place where no caller has left an onlooker.toml."""


def desk_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """--desk, before the command."""
    return click.option(
        "--desk", type=click.Path(path_type=Path, file_okay=False, resolve_path=True), metavar="STORE",
        help="For a rule of sudo: work on this store alone, and open no file that the caller names.",
    )(function)  # fmt: skip


def whose_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """--vendor and --site, before the command."""
    for name in ("site", "vendor"):
        function = click.option(
            f"--{name}", f"{name}s", multiple=True, metavar="NAME",
            help=f"Show people of this {name} only, in every command that looks into a store. Can be repeated.",
        )(function)  # fmt: skip
    return function


def see_only(vendors: tuple[str, ...], sites: tuple[str, ...]) -> None:
    """Let every command of this process show the people of `vendors` and `sites` only."""
    for name, given in (("VENDORS", vendors), ("SITES", sites)):
        if given:
            os.environ[f"ONLOOKER_{name}"] = "\n".join((*given, ""))


def sit_down(store: Path) -> None:
    """Let every command of this process work on `store`, away from where the caller stands."""
    for name in [name for name in os.environ if name.startswith("ONLOOKER_")]:
        del os.environ[name]
    os.environ[STORE] = str(store)
    os.chdir(ELSEWHERE)


def desk_store(context: click.Context | None) -> Path | None:
    """The store that --desk names, if it was given."""
    store: Path | None = context.find_root().params.get("desk") if context else None
    return store


def only_that_of_the_desk(context: click.Context, _parameter: click.Parameter, store: Path | None) -> Path | None:
    """A store given with --store; under --desk no other than that."""
    fixed = desk_store(context)
    if fixed and store and store.resolve() != fixed:
        raise click.BadParameter(f"{store} is not the store of this desk, {fixed}")
    return store


class CallersFile(click.Path):
    """A file that the caller names; under --desk only - (standard input or output), which sudo hands on as it is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse a name under --desk; else as `click.Path` does."""
        if desk_store(ctx) and os.fspath(value) != "-":
            self.fail(f"{value}: no file is opened for you here; use - and your shell's < or >", param, ctx)
        return super().convert(value, param, ctx)
