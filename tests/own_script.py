"""The scripts that a page of the product may hold: one of these, once."""

from __future__ import annotations

from importlib.resources import files

PAGE, COPY = (
    (files("onlooker.report") / "templates" / name).read_text(encoding="utf-8") for name in ("page.js", "copy.js")
)


def without_own_script(page: str) -> str:
    """The page without its own script, which has to stand in it once."""
    (own,) = [one for one in (f"<script>{PAGE}{COPY}</script>", f"<script>{COPY}</script>") if one in page]
    assert page.count(own) == 1
    return page.replace(own, "")
