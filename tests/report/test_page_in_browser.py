"""The page in a real browser: nothing is asked of the network, and the browser has nothing to complain about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onlooker.outputs import Results
from onlooker.report.case_page import write_case_pages
from onlooker.report.page import write_report

from .factories import FAIRNESS, make_alert, make_evidence, make_ring, make_run, make_series, night
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
    write_case_pages(directory, cases(), None)
    return directory


def cases() -> Results:
    """A case, a team that moved together, and a case whose every string is hostile."""
    run, _, series = night()
    ring, members = make_ring()
    worst = HOSTILE["attribute"]
    alerts = [make_alert(case_id="case-1", case_state="open"), ring, make_alert(worst, case_id="case-2", team=worst)]
    hostile = make_evidence(worst, case_id="case-2")
    visits = tuple(replace(one, customer_id=text, explanation=text) for one, text in zip(
        hostile.visits, HOSTILE.values(), strict=False
    ))  # fmt: skip
    evidence = (make_evidence(case_id="case-1"), members, replace(hostile, visits=visits))
    hours = {alert.agent_id: {20777 - n: {9: 5, 10: 9, 3: n} for n in range(40)} for alert in alerts}
    return Results(run, alerts, series, None, None, 14, hours=hours, evidence=evidence)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [360, 1100])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["night", "silence", "hostile", "cases/case-1", "cases/case-2", "cases/case-ring"])
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


CONTRASTS = """() => {
  const channel = value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const rgb = text => text.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r / 255) + 0.7152 * channel(g / 255) + 0.0722 * channel(b / 255);
  const behind = one => {
    for (let up = one; up; up = up.parentElement) {
      const found = rgb(getComputedStyle(up).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const one = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || one.closest("script, style, title, desc")) continue;
    if (!one.getClientRects().length) continue;
    const style = getComputedStyle(one);
    const ink = rgb(one instanceof SVGElement ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(one))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) low.push(`${one.tagName} ${walker.currentNode.data.trim()}`);
  }
  return low;
}"""
"""Texts whose contrast to what is behind them is below that of WCAG 2.1, level AA (1.4.3)."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["night", "cases/case-1", "cases/case-ring"])
def test_every_text_has_the_contrast_that_is_asked_for(browser: Any, reports: Path, name: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 900}, color_scheme=scheme)
    page.goto((reports / f"{name}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate(CONTRASTS) == []
    page.close()


def test_printed_a_page_shows_what_is_folded_and_no_buttons(browser: Any, reports: Path) -> None:
    page = browser.new_page(viewport={"width": 800, "height": 900})
    page.goto((reports / "cases/case-1.html").as_uri())
    hidden = page.get_by_text("C-29", exact=True)
    assert not hidden.is_visible() and page.locator("button").count()
    page.emulate_media(media="print")
    assert hidden.is_visible()
    assert not page.locator("button:visible").count()
    assert len(page.pdf()) > 10_000
    page.close()


def test_the_report_and_a_page_lead_to_each_other_with_the_keyboard(browser: Any, reports: Path) -> None:
    given = cases()
    write_report(reports / "report.html", given.run, given.alerts, given.series, nights=14, evidence=given.evidence)
    page = browser.new_page(viewport={"width": 390, "height": 900})
    page.goto((reports / "report.html").as_uri())
    page.locator("a[href='cases/case-1.html']").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cases/case-1.html")
    page.locator("[data-copy] + button").first.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("getSelection().toString()").startswith("onlooker exposure --from 2026-11-14")
    page.locator("a[href='../report.html']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/report.html")
    page.close()
