"""`onlooker formats`: the log products that are known, what to know of each, and a template for another one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from onlooker.ingest.products import Product


@click.group("formats", short_help="The log products that are known by their layout.")
def command() -> None:
    """Log products that are recognised by their columns: how to obtain each log, its traps, what it cannot show."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_them(as_json: bool) -> None:
    """Print every product, and whether it was tried on a file of the product itself."""
    from onlooker.ingest.products import products

    known = products(own_folder())
    if as_json:
        click.echo(json.dumps({"formats": [_record(product) for product in known]}))
        return
    for product in known:
        tried = "tried" if product.tried_on else "unverified"
        click.echo(f"{product.name:<28} {product.records:<8} {tried:<11} {product.title}")


@command.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def show(name: str, as_json: bool) -> None:
    """Print what to know of the product NAME."""
    from onlooker.errors import UsageError
    from onlooker.ingest.products import products

    known = products(own_folder())
    product = next((one for one in known if one.name == name), None)
    if product is None:
        there = ", ".join(one.name for one in known)
        raise UsageError(f"there is no format {name}", f"There are: {there}.")
    click.echo(json.dumps(_record(product)) if as_json else "\n".join(_lines(product)))


@command.command("new")
def new() -> None:
    """Print a template for a product of your own.

    Save it as NAME.toml in a folder of yours, fill it in, and name the folder: formats = "FOLDER" in onlooker.toml, or
    --formats FOLDER of `scan` and `check`.
    """
    from onlooker.ingest.products import template

    click.echo(template(), nl=False)


def own_folder() -> str:
    """The folder of the user's own products, from the settings; empty if there is none."""
    from onlooker.config import load

    return load({}).formats or ""


def _record(product: Product) -> dict[str, object]:
    return {
        "name": product.name, "title": product.title, "records": product.records, "obtain": product.obtain,
        "traps": product.traps, "cannot_show": product.cannot_show, "tried_on": product.tried_on,
        "sources": product.sources,
        "layouts": [{"name": one.name, "has": one.has, "columns": dict(one.columns)} for one in product.layouts],
    }  # fmt: skip


def _lines(product: Product) -> Iterator[str]:
    yield f"{product.title} ({product.name})"
    yield f"records: {product.records}" + (", and not who only looked" if product.records == "changes" else "")
    yield f"tried on: {product.tried_on or 'nothing but a sample made from the documentation (unverified)'}"
    yield f"\nHow to obtain it\n  {product.obtain}"
    for heading, sentences in (("Traps", product.traps), ("What it cannot show", product.cannot_show)):
        yield f"\n{heading}"
        yield from (f"  - {sentence}" for sentence in sentences)
    for layout in product.layouts:
        yield f"\nLayout: {layout.name}"
        values = [f"{column} = {' or '.join(several)}" for column, several in layout.values.items()]
        yield f"  recognised by: {', '.join([*layout.has, *values])}"
        if layout.only:
            yield f"  lines read: {', '.join(layout.only)}"
        yield from (f"  {name} = {column}" for name, column in layout.columns.items())
    yield "\nSources"
    yield from (f"  {source}" for source in product.sources)
