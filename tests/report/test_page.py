"""The page: what it says, in which order, and that nothing from a log gets out of its place."""

from __future__ import annotations

import re
import subprocess
import sys
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from onlooker.report.page import MOST_OLDER, write_report
from onlooker.schema.findings import AgentSeries, Alert, Run

from .factories import FAIRNESS, REASONS, VISITS, make_alert, make_run, make_series, night
from .hostile import HOSTILE

LINKS = ("src", "href", "action", "data", "poster", "srcset", "xlink:href", "formaction", "background")
VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Elements and text of a page; fails on an element that is closed out of turn."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html = html
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.pieces: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.end_cells(tag)
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def end_cells(self, tag: str, *, closing: bool = False) -> None:
        """End tags of cells and rows may be left out: the next cell, row or part of a table ends them."""
        ended = {"td": ("td", "th"), "th": ("td", "th"), "tr": ("td", "th", "tr"), "tbody": ("td", "th", "tr")}
        while self.open and self.open[-1] != tag * closing and self.open[-1] in ended.get(tag, ()):
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        self.end_cells(tag, closing=True)
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.pieces.append(data)

    @property
    def text(self) -> str:
        """What a reader sees, runs of white space as one space."""
        return re.sub(r"\s+", " ", "".join(self.pieces))

    def attributes(self, name: str) -> list[str]:
        """Values of the attribute `name` anywhere."""
        return [attrs[name] for _, attrs in self.elements if name in attrs]


def written(tmp_path: Path, run: Run, alerts: list[Alert], series: dict[str, AgentSeries], **options: object) -> Page:
    path = tmp_path / "report.html"
    write_report(path, run, alerts, series, **{"nights": 14} | options)  # type: ignore[arg-type]
    return Page(path.read_text(encoding="utf-8"))


def in_order(text: str, *expected: str) -> None:
    at = 0
    for piece in expected:
        found = text.find(piece, at)
        assert found >= 0, f"{piece!r} is missing, or not after what should precede it"
        at = found + len(piece)


@pytest.mark.parametrize("evidence", [5.0, 0.0, -1.5])
def test_no_reason_is_more_than_all_of_the_evidence(tmp_path: Path, evidence: float) -> None:
    reason = max(REASONS, key=lambda reason: reason.evidence)
    alert = make_alert(reasons=(reason,), evidence=evidence)
    assert reason.evidence > evidence
    assert "of the evidence" not in written(tmp_path, make_run(), [alert], {}).text


def test_the_whole_page_in_its_order(tmp_path: Path) -> None:
    page = written(tmp_path, *night())
    in_order(
        page.text,
        "Night of Fri 2026-11-20",
        "Know this first",
        "No roster was given",
        "logs/access-2026-11.csv: truncated after 97,001,332 bytes",
        "People of shift middle at 00-06 h stand out: 1.1 alerts and 31 surprising days per 1,000 agent-days",
        "2,002 of 9,421,343 lines (under 1 %) could not be read",
        "Local days: site of the agent where known",
        "5 alerts on 4 agents",
        "498,120",
        "2026-05-01 to 2026-11-20",
        "3,871 of 3,902 agents judged; 31 not",
        "Alerts, 2026-11-07 to 2026-11-20",
        "customers: 212, usual 41, 1 day",
        "m.okafor human, team Billing 4, site Lisbon",
        "Critical confidence high Fri 2026-11-20 rank 1 that night",
        "212 customers in a day where 41 were expected",
        "about one ordinary night in 50 brings one like this",
        "212 distinct customers on 2026-11-20; 41 expected from own last 84 days",
        "distinct_customers, 1 day, 30 % of the evidence",
        "212 seen, 41 expected, peers 38",
        "What speaks against it",
        "41 of the visits carry a ticket",
        "What to check next",
        "Every one of the visits named, against telephone, chat and mail.",
        "The order of the customers: by number or by name is a list, not a queue.",
        "Visits to look at first",
        "C-040817",
        "08:11:07 to 08:11:17",
        "ticket of another customer",
        "Distinct customers per active day",
        "High confidence high Mon 2026-11-09",
        "1 older alert on this agent",
        "j.lindqvist",
        "svc-export-7",
        "raised by a hard rule, whatever the score",
        "k.tanaka-gig",
        "Alerted on before 2026-11-07",
        "p.duarte Fri 2026-08-14 Low customers: 212, usual 41, 1 day",
        "What speaks for it",
        "r.achterberg",
        "What the signals mean",
        "orphans",
        "Innocent: Call-backs, collections",
        "unexplained",
        "1 group of 4 stands out: rates by site, shift",
        "site: Lisbon",
        "1.1 (0.3 to 3.8)",
        "Learned on 2026-11-14 from what 162 nights of this log showed and rehearsed.",
        "fitted on 2026-10-31 to 20,000 agent-days before",
        "Of shares unexplained31 %5 %12 % customersunder 1 %5 %0 %",
        "What was read",
        "logs/access-2026-10.csv.gz",
        "173.9 MiB",
        "5e885e885e88",
        "case_ref",
        "time cannot be read",
        "Settings and counts",
        "budget",
        "An alert describes look-ups, not a person",
    )


def test_a_silent_fortnight_leaves_a_receipt(tmp_path: Path) -> None:
    page = written(tmp_path, make_run(), [], {})
    in_order(
        page.text, "Nothing in the last 14 nights. 498,120 agent-days judged;", "3,871 of 3,902 agents judged; 31 not"
    )
    assert "svg" not in {tag for tag, _ in page.elements}


def test_nights_set_what_is_open(tmp_path: Path) -> None:
    alerts = [make_alert(date="2026-11-19"), make_alert("later", date="2026-11-20")]
    page = written(tmp_path, make_run(), alerts, {}, nights=1)
    in_order(
        page.text,
        "Last 1 night",
        "1 alert on 1 agent",
        "Alerts, 2026-11-20 to 2026-11-20",
        "later",
        "Alerted on before",
        "m.okafor",
    )


def test_newest_night_comes_first_then_severity(tmp_path: Path) -> None:
    alerts = [
        make_alert("third", date="2026-11-18", severity="critical"),
        make_alert("second", severity="low", rank=1),
        make_alert("first", severity="high", rank=4),
    ]
    page = written(tmp_path, make_run(), alerts, {})
    in_order(page.text, "first", "second", "third")


@pytest.mark.parametrize("page_of", ["night", "silence"])
def test_nothing_runs_and_nothing_is_fetched(tmp_path: Path, page_of: str) -> None:
    page = written(tmp_path, *(night() if page_of == "night" else (make_run(), [], {})))
    harmless(page)
    assert page.attributes("content")[0].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
    )
    assert "url(" not in page.html and "@import" not in page.html


def harmless(page: Page) -> None:
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"iframe", "object", "embed", "form", "img", "base"}
    (script,) = re.findall("<script>(.*?)</script>", page.html, re.DOTALL)
    pinned = b64encode(sha256(script.encode()).digest()).decode()
    assert [tag for tag, _ in page.elements].count("script") == 1 and page.html.count("<script") == 1
    assert f"script-src 'sha256-{pinned}';" in page.attributes("content")[0]
    assert not [name for _, attrs in page.elements for name in attrs if name.startswith("on")]
    links = [attrs[name] for _, attrs in page.elements for name in LINKS if name in attrs]
    own = r"data:,|#.*|(cases/)?[A-Za-z0-9-]+\.html|\.\./report\.html"
    assert all(re.fullmatch(own, link) for link in links), links


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_strings_stay_where_they_are_put(tmp_path: Path, text: str) -> None:
    reason = replace(REASONS[0], signal=text, text=text)
    visit = replace(VISITS[0], customer_id=text, explanation=text, why=text, first_seen=text, last_seen=text, date=text)
    alert = make_alert(
        text,
        id=text,
        headline=text,
        against=(text,),
        reasons=(reason,),
        visits=(visit,),
        team=text,
        site=text,
        actor_type=text,
    )
    old = [replace(alert, date="2026-06-01"), replace(alert, agent_id=f"{text}!", date="2026-06-01")]
    run = make_run(
        notes=(text,),
        timezone=text,
        mapping={text: text},
        settings={text: text},
        learned={
            "weights": [{"signal": text, "weight": 1.0, "equal_weight": 1.0, "of_share": 0.0}],
            "note": text,
            "detector": {"fitted_on": text, "agent_days": 1},
        },
        rejects_by_reason={text: 1},
        fairness=(replace(FAIRNESS[0], by=text, group=text, stands_out=True),),
        inputs=(replace(make_run().inputs[0], path=text, note=text, sha256=text, encoding=text),),
        version=text,
        id=text,
    )
    page = written(tmp_path, run, [alert, *old], {text: make_series(text)})
    plain = written(tmp_path, *night())
    harmless(page)
    assert {tag for tag, _ in page.elements} - {tag for tag, _ in plain.elements} <= {
        "details",
        "summary",
        "ul",
        "span",
    }
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]", page.html
    )
    assert "A" * 401 not in page.html and "\u0301" * 4 not in page.html
    assert all(len(title) <= 300 for title in page.attributes("title"))
    assert "49" not in page.text or "{{" not in text or "{{ 7 * 7 }}" in page.text


def test_a_direction_override_is_shown_as_its_escape(tmp_path: Path) -> None:
    page = written(tmp_path, make_run(), [make_alert("user\u202egpj.exe")], {})
    assert "user\\u202egpj.exe" in page.text


def test_no_words_of_guilt(tmp_path: Path) -> None:
    text = written(tmp_path, *night()).html.lower()
    assert not re.search("suspicious|suspect|thief|theft|guilty|culprit|offender|malicious|fraud", text)


def test_the_daily_line_is_named_and_described(tmp_path: Path) -> None:
    page = written(tmp_path, make_run(), [make_alert()], {"m.okafor": make_series()})
    (chart,) = [attrs for tag, attrs in page.elements if tag == "svg" and attrs.get("role") == "img"]
    named = chart["aria-labelledby"].split()
    assert [tag for tag, attrs in page.elements if attrs.get("id") in named] == ["title", "desc"]
    in_order(page.text, "Distinct customers per active day of m.okafor", "active days from", "Alerted on: 2026-11-20.")


def test_ids_are_unique_and_every_anchor_leads_somewhere(tmp_path: Path) -> None:
    page = written(tmp_path, *night())
    ids = page.attributes("id")
    assert len(ids) == len(set(ids))
    wanted = {link[1:] for link in page.attributes("href") if link.startswith("#")}
    wanted |= {name for value in page.attributes("aria-labelledby") for name in value.split()}
    assert wanted <= set(ids)


def test_a_reason_leads_to_the_paragraph_of_its_signal(tmp_path: Path) -> None:
    page = written(tmp_path, make_run(), [make_alert()], {})
    assert "#about-orphans" in page.attributes("href")
    assert "about-dormant" not in page.attributes("id")  # only what speaks for an alert is explained
    (unknown,) = [reason.signal for reason in REASONS if reason.signal == "new_without_colleague"]
    assert unknown in page.text and f"#about-{unknown}" not in page.attributes("href")


def test_a_long_list_of_doubts_says_how_long_it_is(tmp_path: Path) -> None:
    doubts = tuple(f"2026-11-{day:02d}: nothing from the log." for day in range(1, 13))
    page = written(tmp_path, make_run(doubts=doubts), [], {})
    in_order(page.text, "Not whole: 2026-11-08", "Not whole: 2026-11-12", "7 earlier gaps like these; run.json")
    assert "2026-11-07:" not in page.text


def test_a_page_stays_one_that_opens(tmp_path: Path) -> None:
    alerts = [make_alert(f"agent{n}", date="2026-06-01") for n in range(MOST_OLDER + 2)]
    page = written(tmp_path, make_run(), alerts, {})
    assert page.text.count("What speaks for it") == MOST_OLDER
    assert "2 more agents, alerted on longer ago, in alerts.csv." in page.text


def test_a_team_that_moved_together_is_no_agent(tmp_path: Path) -> None:
    moved = "4 of the 9 people of team Billing 4 are among the 12 highest of 300 in the 28 days to 2026-11-20."
    ring = make_alert("team Billing 4", id="r1", kind="ring", headline=moved, expected=None, p_value=1 / 2000)
    page = written(tmp_path, make_run(), [make_alert(), ring], {"m.okafor": make_series()})
    in_order(
        page.text,
        "2 alerts on 1 agent and 1 team",
        "team Billing 4",
        "people who moved together, team Billing 4",
        moved,
    )
    assert page.text.count("Distinct customers per active day of") == 1 and "no daily line" not in page.text


def test_equal_groups_are_folded_away(tmp_path: Path) -> None:
    equal = tuple(replace(rate, stands_out=False) for rate in FAIRNESS)
    page = written(tmp_path, make_run(fairness=equal), [], {})
    assert "None of 4 groups stands out: rates by site, shift" in page.text and "stand out:" not in page.text
    assert not page.attributes("open")
    assert len(written(tmp_path, make_run(), [], {}).attributes("open")) == 1
    assert "alerted on more often" not in written(tmp_path, make_run(fairness=()), [], {}).text


def test_the_file_is_its_owners_and_whole(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(path, *night(), nights=14)
    assert path.stat().st_mode & 0o777 == 0o600
    before = path.read_bytes()
    with pytest.raises(UndefinedError):
        write_report(path, make_run(), [make_alert(visits=(None,))], {}, nights=14)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_the_same_night_gives_the_same_page(tmp_path: Path) -> None:
    run, alerts, series = night()
    assert written(tmp_path, run, alerts, series).html == written(tmp_path, run, alerts[::-1], series).html


def test_templates_are_not_loaded_before_they_are_needed() -> None:
    code = "import sys, onlooker.report.page, onlooker.report.terminal; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_run_that_says_little_is_still_shown(tmp_path: Path) -> None:
    run = make_run(
        counts={},
        inputs=(),
        mapping={},
        rejects_by_reason={},
        notes=(),
        settings={},
        learned={},
        stages={},
        first_date="",
        last_date="",
    )
    assert "Nothing in the last 14 nights. 0 agent-days judged" in written(tmp_path, run, [], {}).text
    odd = make_alert(
        p_value=float("nan"), q_value=float("nan"), score=float("nan"), reasons=(), against=(), visits=(), team=None
    )
    assert "no q-value" in written(tmp_path, run, [odd], {}).text


def test_commands_can_be_copied_and_an_id_cannot_break_out_of_them(tmp_path: Path) -> None:
    page = written(tmp_path, make_run(), [make_alert("-rf $(id)'s")], {})
    in_order(page.text, "onlooker explain --store store --date 2026-11-20 -- '-rf $(id)'\"'\"'s'")
    hidden = written(tmp_path, make_run(), [make_alert("a\u202eb")], {})
    assert "onlooker explain" not in hidden.text and "no command line should be given" in hidden.text


def test_an_open_case_has_the_commands_of_its_decision_and_a_text_for_a_ticket(tmp_path: Path) -> None:
    alert = make_alert(case_id="C-7", case_state="open", assignee="", since="2026-11-02")
    page = written(tmp_path, make_run(), [alert], {})
    in_order(
        page.text,
        "onlooker exposure --from 2026-11-02 --csv - -- m.okafor",
        "onlooker cases close C-7 --verdict confirmed",
        "C-7: critical severity, agent m.okafor, night of 2026-11-20",
    )
    ticket = page.html.split('<pre class="ticket"')[1].split("</pre>")[0]
    assert not [visit.customer_id for visit in VISITS if visit.customer_id in ticket], "a ticket names no customer"


def test_of_many_new_cases_the_first_are_open_and_the_others_a_line_each(tmp_path: Path) -> None:
    page = written(tmp_path, make_run(), [make_alert(f"agent {n}", rank=n) for n in range(1, 37)], {})
    folded = [attrs for tag, attrs in page.elements if tag == "details" and attrs.get("class") == "old"]
    assert len(folded) == 33
