"""Lines of a delimited text that is not in order -> records, each with its line number and what is wrong with it.

A record is a line, or several where a quoted value holds line breaks. Lines with an odd number of quotes open or
close such a value. A pair of them belongs together if everything between, read as one record, has the right number of
columns. If all pairs do, the file is consistent. If not, some quote was never closed: then a pair must also hold no
line that is a whole record by itself, and an odd line without a partner is a reject alone, so that it does not
swallow the lines after it.
"""

from __future__ import annotations

import re

from onlooker.engines.protocol import Engine
from onlooker.ingest.chosen_lines import ALL_LINES, Only
from onlooker.ingest.normalise import CUT_OFF, LONGEST, RETURN, TOO_LONG
from onlooker.ingest.plans import Plan, chosen, named, whole
from onlooker.ingest.quoting import literal
from onlooker.ingest.sniffed import Sniff

FARTHEST = 10_000
"""A quoted value has fewer lines than this."""
_MARKED = f"(starts_with(text, {literal(TOO_LONG)}) OR starts_with(text, {literal(CUT_OFF)}) OR contains(text, chr(0)))"
_ODD = "(length(text) - length(replace(text, '\"', ''))) % 2 = 1"


def temporary(engine: Engine, name: str, select: str) -> None:
    """Compute a table that lives in memory as far as it fits: three times faster to write than one in the database."""
    engine.rows(f"CREATE OR REPLACE TEMP TABLE {name} AS {select}")


def number_lines(engine: Engine, path: str, key: str) -> str:
    """Keep all lines of `path`, a table function of lines; returns a SELECT of n, counted from 0, and text."""
    table = f"ingest_lines_{key}"
    temporary(engine, table, f"SELECT text FROM {path}")
    # Within a transaction row numbers do not begin at 0.
    ((first,),) = engine.rows(f"SELECT coalesce(min(rowid), 0) FROM {table}")
    return f"(SELECT rowid - {first} AS n, text FROM {table})"


def flawed_lines(lines: str, longest: int = LONGEST) -> str:
    """SELECT of line, flaw and text for `lines`, as number_lines gives them."""
    return f"(SELECT n + 1 AS line, {_line_flaw(longest)} AS flaw, {shown('text')} AS text FROM {lines})"


def shown(text: str) -> str:
    """A line as it was, without our marks."""
    unmarked = f"CASE WHEN starts_with({text}, {literal(TOO_LONG[0])}) THEN substr({text}, 3) ELSE {text} END"
    return _returned(unmarked)


def _returned(text: str) -> str:
    return f"replace({text}, {literal(RETURN)}, chr(13))"


def _line_flaw(longest: int = LONGEST) -> str:
    return f"""CASE WHEN starts_with(text, {literal(TOO_LONG)}) THEN 'line longer than {longest >> 20} MB'
        WHEN starts_with(text, {literal(CUT_OFF)}) THEN 'cut off where the file ends'
        WHEN contains(text, chr(0)) THEN 'NUL byte' END"""


class Records:
    """The records of one damaged delimited file, as tables on the engine named after `key`."""

    def __init__(self, engine: Engine, key: str, sniff: Sniff) -> None:
        self.engine = engine
        self.above = max(sniff.layout.above - 1, 0)
        self.key = key
        self.sniff = sniff
        self.lines = ""
        self.odd = f"ingest_odd_{key}"
        self.pairs = f"ingest_pairs_{key}"
        self.spans = f"ingest_spans_{key}"
        self.inside = f"ingest_inside_{key}"

    def plan(self, source: str, mapping: dict[str, str], only: Only = ALL_LINES) -> Plan:
        """Read `source`, a table function of whole lines, and find its records."""
        self.lines = number_lines(self.engine, source, self.key)
        self._find_spans()
        cells = "cells[{}]"
        head = f"line, flaw, {shown('text')} AS text, {whole(self.sniff.cells, cells)} AS whole"
        condition = only.sql(lambda column: self.sniff.sql(column, cells.format))
        raw, left_out = chosen(f"{head}, {named(mapping, self.sniff, cells)}", f"({self._cut()})", condition)
        return Plan(raw, mapping, numbered=True, left_out=left_out)

    def _cut(self) -> str:
        """SELECT of line, flaw, text and cells of every record."""
        texts = f"""SELECT n + {1 + self.above} AS line, {_returned("text")} AS text FROM {self.lines}
            WHERE trim(text) <> '' AND n > ({self._header()}) AND n NOT IN (SELECT n FROM {self.inside})
            UNION ALL SELECT lo + {1 + self.above}, {_returned("text")} FROM {self.spans}"""
        cut = f"SELECT line, text, {self._cells('text')} AS cells FROM ({texts})"
        return f"SELECT line, text, cells, {self._flaw()} AS flaw FROM ({cut})"

    def _header(self) -> str:
        return f"SELECT min(n) FROM {self.lines} WHERE trim(text) <> ''"

    def _flaw(self) -> str:
        n = len(self.sniff.cells)
        return f"""CASE WHEN {_MARKED} THEN {_line_flaw()}
            WHEN cells IS NULL AND {_ODD} THEN 'quote never closed'
            WHEN cells IS NULL THEN 'broken quoting'
            WHEN len(cells) < {n} THEN 'too few columns'
            WHEN len(cells) > {n} AND NOT (len(cells) = {n + 1} AND cells[{n + 1}] = '') THEN 'too many columns' END"""

    def _cells(self, text: str) -> str:
        """SQL: the values of a record as a list, NULL if its quotes make no sense."""
        d = re.escape(self.sniff.delimiter)
        value = f' *"(?:[^"]|"")*" *| *[^" {d}][^{d}\\n]*| *'
        joined = f"{literal(self.sniff.delimiter)} || {text}"
        bare = "trim(c, ' ')"
        unquoted = f"replace(substr({bare}, 2, length({bare}) - 2), '\"\"', '\"')"
        freed = f"""CASE WHEN starts_with({bare}, '"') THEN {unquoted} ELSE c END"""
        split = f"regexp_extract_all({joined}, {literal(f'{d}({value})')}, 1)"
        return f"""CASE WHEN NOT contains({text}, '"') THEN string_split({text}, {literal(self.sniff.delimiter)})
            WHEN regexp_full_match({joined}, {literal(f"(?:{d}(?:{value}))+")})
            THEN list_transform({split}, lambda c: {freed}) END"""

    def _fits(self, text: str) -> str:
        n = len(self.sniff.cells)
        return f"coalesce(len({self._cells(text)}) = {n}, false)"

    def _find_spans(self) -> None:
        odd = f"SELECT n, text FROM {self.lines} WHERE contains(text, '\"') AND {_ODD} AND NOT {_MARKED}"
        ((count,),) = self.engine.rows(f"SELECT count(*) FROM ({odd})")
        if count < 2:
            temporary(self.engine, self.spans, "SELECT NULL::BIGINT AS lo, NULL::BIGINT AS hi, '' AS text LIMIT 0")
            temporary(self.engine, self.inside, "SELECT NULL::BIGINT AS n LIMIT 0")
            return
        self._pair(odd, strict=False)
        ((consistent, some),) = self.engine.rows(
            f"""SELECT coalesce(bool_and(ok) FILTER (WHERE k % 2 = 1), true) AND count(*) % 2 = 0, count(*) > 0
            FROM {self.pairs}"""
        )
        if some and not consistent:
            self._pair(f"{odd} AND NOT {self._fits('text')}", strict=True)
        # In a run of pairs that overlap (1-2, 2-3, 3-4) every other one is meant, counted from the first.
        runs = f"SELECT *, k - row_number() OVER (ORDER BY k) AS run FROM {self.pairs} WHERE ok"
        chosen = f"SELECT *, row_number() OVER (PARTITION BY run ORDER BY k) AS place FROM ({runs})"
        temporary(self.engine, self.spans, f"SELECT lo, hi, text FROM ({chosen}) WHERE place % 2 = 1")
        temporary(
            self.engine,
            self.inside,
            f"SELECT l.n FROM {self.lines} l ASOF JOIN {self.spans} s ON l.n >= s.lo WHERE l.n <= s.hi",
        )

    def _pair(self, odd: str, strict: bool) -> None:
        """Each odd line with the next one: the text from one to the other, and whether that is one record."""
        numbered = f"SELECT row_number() OVER (ORDER BY n) AS k, n, text FROM ({odd})"
        temporary(
            self.engine,
            self.odd,
            f"""SELECT k, n AS lo, lead(n) OVER (ORDER BY k) AS hi, lead(text) OVER (ORDER BY k) AS closing
            FROM ({numbered})""",
        )
        whole_line = f"l.n > o.lo AND {self._fits('l.text')}" if strict else "false"
        # The lines before the next odd one; the sum stops a stray quote from gathering half the file.
        gathered = f"""SELECT o.k, string_agg(coalesce(l.text, ''), chr(10) ORDER BY l.n) AS text,
            bool_or({whole_line}) AS swallows
            FROM {self.lines} l ASOF JOIN (SELECT * FROM {self.odd} WHERE hi - lo < {FARTHEST}) o ON l.n >= o.lo
            WHERE l.n < o.hi GROUP BY o.k HAVING sum(coalesce(length(l.text), 0)) < {LONGEST}"""
        temporary(
            self.engine,
            self.pairs,
            f"""SELECT k, lo, hi, text, coalesce(NOT swallows AND {self._fits("text")}, false) AS ok FROM (
            SELECT k, lo, hi, g.text || chr(10) || closing AS text, swallows
            FROM {self.odd} LEFT JOIN ({gathered}) g USING (k))""",
        )
