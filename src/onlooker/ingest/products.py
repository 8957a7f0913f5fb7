"""Log products known by their layout: how to read each, and what its log can't show, from formats/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from onlooker.errors import UsageError
from onlooker.ingest.chosen_lines import Only, only
from onlooker.ingest.columns import NAMES
from onlooker.ingest.mapping_question import MappingQuestion
from onlooker.ingest.sniffed import Sniff
from onlooker.ingest.url_patterns import url_patterns
from onlooker.schema.tables import ACTIONS

TEMPLATE = "`onlooker formats new` prints a template that can be filled in."
NO_PRODUCTS = ("columns", "verbs")
"""Files of formats/ that are no products."""


@dataclass(frozen=True, eq=False)
class Layout:
    """One of the shapes in which a product writes its log."""

    name: str
    has: tuple[str, ...]
    """Columns and paths that are all there."""
    values: Mapping[str, tuple[str, ...]]
    """Column or path -> what at least one line of the sample has there."""
    columns: Mapping[str, str]
    """Name of EVENTS -> column or path, or several with ` | ` between them: the first that is filled counts."""
    verbs: Mapping[str, str]
    """What the product writes as an action, where it is no verb -> action."""
    only: tuple[str, ...]
    """Conditions, as in --where, for the lines that are about people and records."""
    with_customer: bool
    """Lines that name no customer are about something else."""
    url: str
    """The column of addresses, where only the user knows what in them is the customer."""


@dataclass(frozen=True, eq=False)
class Product:
    """A log product. The texts are sentences for people."""

    name: str
    """Of its file, and in commands."""
    title: str
    records: str
    """`views`, or `changes` where it does not log who only looked."""
    obtain: str
    traps: tuple[str, ...]
    cannot_show: tuple[str, ...]
    tried_on: str
    """A file that was not made here and was read rightly; empty if there was none."""
    sources: tuple[str, ...]
    layouts: tuple[Layout, ...]

    @property
    def called(self) -> str:
        """Its title, and whether it was tried on a file of the product itself."""
        return self.title if self.tried_on else f"{self.title} (unverified)"

    @property
    def said(self) -> str:
        """What a reader of a result must hear."""
        unverified = "" if self.tried_on else ": never tried on a file of the product itself"
        changes = "; it records changes, and not who only looked" if self.records == "changes" else ""
        return f"{self.called}{unverified}{changes}; `onlooker formats show {self.name}` says what to know of it"


@dataclass(frozen=True)
class Recognised:
    """A log of a product."""

    product: Product
    layout: Layout

    def opened(self, seen: Sniff) -> Sniff:
        """`seen` with the columns that the product is read by."""
        opened = seen.with_paths(list(self.layout.columns.values()) + list(self.conditions.columns))
        return opened.translated(self.layout.columns.get("action", ""), self.layout.verbs)

    @property
    def conditions(self) -> Only:
        """The lines that are read if the user does not say."""
        return only(self.layout.only)

    def mapping(self, shown: str, seen: Sniff, wanted: Mapping[str, str]) -> dict[str, str]:
        """Name of EVENTS -> column, `wanted` first. Raises MappingQuestion where only the user knows the customer."""
        known = {name: column for name, column in self.layout.columns.items() if column in seen.names}
        if not any(seen.values(known.get("agent_id", ""))):
            known.pop("agent_id", None)  # whoever it was, this column does not say it
        found = {**known, **{name: column for name, column in wanted.items() if column in seen.names}}
        if self.layout.url and "customer_id" not in found:
            self._ask(shown, seen)
        return found

    def complete(self, mapping: Mapping[str, str]) -> bool:
        """Whether all that this product's log needs was found; of some no line names a customer."""
        return all(name in mapping for name in ("timestamp", "agent_id", "customer_id") if name in self._needed)

    @property
    def _needed(self) -> set[str]:
        return {*self.layout.columns, *(("customer_id",) if self.layout.url else ())}

    def _ask(self, shown: str, seen: Sniff) -> None:
        place = seen.names.index(self.layout.url)
        patterns = url_patterns([row[place] for row in seen.sample if row[place]])
        options = [
            f"--map 'customer_id={self.layout.url}~{one.pattern}' ({one.distinct} different, such as {one.example})"
            for one in patterns[:3]
        ]
        asked = " or ".join(options) or f"--map 'customer_id={self.layout.url}~/customers/{{customer_id}}'"
        raise MappingQuestion(
            f"{shown} is a {self.product.title}: what in its {self.layout.url} is the customer?", f"Say: {asked}", True
        )


def products(own: str = "") -> tuple[Product, ...]:
    """All products, by name; those in the folder `own` first, and instead of others of their name."""
    first = _own(Path(own)) if own else ()
    names = {product.name for product in first}
    return (*first, *(product for product in _known() if product.name not in names))


@cache
def _known() -> tuple[Product, ...]:
    folder = files("onlooker.ingest").joinpath("formats")
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".toml"))
    kept = [name for name in names if name.removesuffix(".toml") not in NO_PRODUCTS]
    return tuple(_product(name.removesuffix(".toml"), folder.joinpath(name).read_text("utf-8")) for name in kept)


def _own(folder: Path) -> tuple[Product, ...]:
    """The products of a user. Raises UsageError for a folder that is not there and a file that says no product."""
    if not folder.is_dir():
        raise UsageError(f"formats: {folder} is no folder", "`onlooker formats new` says what belongs into it.")
    found = []
    for file in sorted(folder.glob("*.toml")):
        try:
            product = _product(file.stem, file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(f"{file} can't be read: {error}", TEMPLATE) from error
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise UsageError(f"{file} says no product: {error!r} is missing or of another kind", TEMPLATE) from error
        columns = [name for layout in product.layouts for name in layout.columns if name not in NAMES]
        actions = [what for layout in product.layouts for what in layout.verbs.values() if what not in ACTIONS]
        if wrong := ", ".join([*columns, *actions]):
            raise UsageError(f"{file}: there is no column or action {wrong}", TEMPLATE)
        found.append(product)
    return tuple(found)


def template() -> str:
    """A file for a product of one's own, with what each entry means."""
    return files("onlooker.ingest").joinpath("formats/template.txt").read_text("utf-8")


def recognised(seen: Sniff, own: str = "") -> Recognised | None:
    """The product whose log it is: the one that asks for most columns, of those whose columns are all there.

    `own` is a folder with products of the user.
    """
    found = [
        (len(layout.has) + len(layout.values), Recognised(product, layout))
        for product in products(own)
        for layout in product.layouts
        if _fits(layout, seen)
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _fits(layout: Layout, seen: Sniff) -> bool:
    # One after the other: most layouts fail at their first column.
    has = all(any(seen.values(name)) for name in layout.has)
    return has and all(set(seen.values(name)) & set(several) for name, several in layout.values.items())


def _product(name: str, text: str) -> Product:
    said = tomllib.loads(text)
    return Product(
        name,
        said["title"],
        said["records"],
        said["obtain"],
        tuple(said.get("traps", ())),
        tuple(said.get("cannot_show", ())),
        said.get("tried_on", ""),
        tuple(said.get("sources", ())),
        tuple(_layouts(said["layout"])),
    )


def _layouts(said: list[dict[str, Any]]) -> Iterator[Layout]:
    for one in said:
        columns = {name: " | ".join([c] if isinstance(c, str) else c) for name, c in one["columns"].items()}
        values = {name: tuple(several) for name, several in one.get("values", {}).items()}
        yield Layout(
            one["name"], tuple(one["has"]), values, columns, one.get("verbs", {}), tuple(one.get("only", ())),
            one.get("with_customer", False), one.get("url", ""),
        )  # fmt: skip
