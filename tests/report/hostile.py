"""Strings that a log can hold and nobody wants to meet in a page, a terminal or a spreadsheet."""

from __future__ import annotations

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '" onmouseover="alert(1)" x="',
    "formula": "=cmd|' /C calc'!A0",
    "formula after a space": " =1+1",
    "full-width formula": "＝1+1",
    "tab": "\t=1+1",
    "ansi": "\x1b[31mred\x1b]0;title\x07",
    "c1": "\x9b31mred\x85next",
    "newlines": "one\r\ntwo\u2028three",
    "direction": "user\u202egpj.exe\u2066x",
    "zero width": "a\u200bb\ufeffc\U000e0041",
    "nul": "a\x00b",
    "surrogate": "a\udc80b",
    "marks": "a" + "\u0301" * 60,
    "blank": "   ",
    "endless": "A" * 5_000,
    "endless escapes": "\x1b" * 5_000,
    "wide": "顧客" * 200,
    "template": "{{ 7 * 7 }}{% raw %}",
    "entity": "&lt;b&gt;&amp;",
}
"""Name of the trick -> the string."""
