from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onlooker.outputs.alert_format import Exported
from onlooker.outputs.alerts_cef import event
from onlooker.schema.hidden_characters import escape, replace_hidden

from .records import HOSTILE, make_alert


def parsed(line: str) -> tuple[list[str], dict[str, str]]:
    """Header and extension, as a reader of the standard takes them apart: escaped characters part nothing."""
    masked, bars = mask(line), []
    while len(bars) < 7:
        bars.append(masked.index("|", bars[-1] + 1 if bars else 0))
    header = [line[begin:end] for begin, end in zip([0, *(bar + 1 for bar in bars)], bars, strict=False)]
    rest = line[bars[-1] + 1 :]
    keys = list(re.finditer(r"(?:^| )([A-Za-z0-9]+)=", mask(rest)))
    ends = [*(found.start() for found in keys[1:]), len(rest)]
    values = {found[1]: unescaped(rest[found.end() : end]) for found, end in zip(keys, ends, strict=True)}
    return [unescaped(part) for part in header], values


def mask(text: str) -> str:
    """Escaped characters as dots, so that positions stay."""
    return re.sub(r"\\.", "..", text)


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def shown(text: str) -> str:
    return replace_hidden(text, escape)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_log_holds_is_read_back_as_it_was(agent: str, headline: str) -> None:
    line = event(Exported(make_alert(agent, headline=headline)))
    assert line.splitlines() == [line]
    header, values = parsed(line)
    assert header[0] == "CEF:0" and header[5] == shown(headline) and header[6] == "10"
    assert values.get("suser", "").strip() == shown(agent).strip()
    assert values["externalId"] == "a1b2" and values["cn1Label"] == "customers"


@pytest.mark.parametrize("trick", [trick for trick, _ in HOSTILE.values()] + ["a|b=c\\|d cn1=9 suser=other", "x\\"])
def test_what_is_made_to_break_out_does_not(trick: str) -> None:
    header, values = parsed(event(Exported(make_alert(trick, headline=trick, pattern="many_rows"))))
    assert header[4:] == ["many_rows", shown(trick), "10"]
    assert values["suser"].strip() == shown(trick).strip() and values["cn1"] == str(make_alert().customers)


def test_an_export_twice_is_the_same() -> None:
    assert event(Exported(make_alert())) == event(Exported(make_alert()))
