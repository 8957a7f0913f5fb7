"""The one script that a page of the product may hold."""

from __future__ import annotations

from importlib.resources import files

OWN = f"<script>{(files('onlooker.report') / 'templates' / 'page.js').read_text(encoding='utf-8')}</script>"


def without_own_script(page: str) -> str:
    """The page without its own script, which has to stand in it once; a page of another kind is left as it is."""
    assert page.count(OWN) == 1
    return page.replace(OWN, "")
