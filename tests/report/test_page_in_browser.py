"""The page in a real browser: nothing is asked of the network, and the browser has nothing to complain about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onlooker.report.page import write_report

from .factories import FAIRNESS, make_alert, make_run, make_series, night
from .hostile import HOSTILE

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed: page not opened")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium on the path: page not opened")
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("reports")
    write_report(directory / "night.html", *night(), nights=14)
    write_report(directory / "silence.html", make_run(), [], {}, nights=14)
    alerts = [make_alert(text, headline=text, team=text) for text in HOSTILE.values()]
    series = {text: make_series(text) for text in HOSTILE.values()}
    alerts += [make_alert(f"{text}!", headline=text, date="2026-06-01") for text in HOSTILE.values()]
    rates = tuple(replace(FAIRNESS[0], by=text, group=text, stands_out=True) for text in HOSTILE.values())
    run = make_run(notes=tuple(HOSTILE.values()), suppressed=tuple(HOSTILE.values()), fairness=rates)
    write_report(directory / "hostile.html", run, alerts, series, nights=14)
    return directory


@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["night", "silence", "hostile"])
def test_quiet_on_the_network_and_in_the_console(
    browser: Any, reports: Path, name: str, scheme: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    address = (reports / f"{name}.html").as_uri()
    page.goto(address)
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "the page itself must not scroll sideways"
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nor with all that is folded away opened"
    assert said == [] and len(asked) == 1
    page.close()


def test_cases_are_found_sorted_and_copied_with_the_keyboard(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((reports / "night.html").as_uri())
    blocks = page.locator("[data-block]")
    total = blocks.count()
    page.locator("#find").focus()
    page.keyboard.type("lindqvist")
    assert page.locator("[data-block]:visible").count() == 1 < total
    assert page.locator("#found").inner_text() == f"1 of {total} shown"
    page.locator("#find").fill("")
    page.locator("#severity").select_option("critical")
    assert set(page.eval_on_selector_all("[data-block]:not([hidden])", "a => a.map(b => b.dataset.severity)")) == {
        "critical"
    }
    page.locator("#severity").select_option("")
    page.locator("#sort").select_option("agent")
    names = page.eval_on_selector_all("#alerts [data-block]", "a => a.map(b => b.dataset.agent)")
    assert names == sorted(names) and len(names) > 1
    page.locator("details.next summary").first.click()
    page.locator("details.next button").first.click()
    assert page.locator("details.next button").first.inner_text() in ("Copied", "Selected: copy it")
    assert page.evaluate("getSelection().toString()").startswith("onlooker explain")
    page.close()


def test_without_scripts_the_page_is_whole_and_offers_no_dead_control(browser: Any, reports: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((reports / "night.html").as_uri())
    assert not page.locator("#tools").is_visible()
    assert page.locator("[data-block]").first.is_visible()
    context.close()
