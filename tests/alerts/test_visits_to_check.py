"""Which visits an analyst looks at first, and why."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from onlooker.alerts.visits_to_check import SHOWN, Pointer, seen
from onlooker.engines.duck import DuckEngine
from onlooker.engines.missing_tables import make_missing
from onlooker.schema.tables import CONTEXT

COLUMNS = (
    "agent_id, day, customer_id, first_us, last_us, events, exports, reveals, ticket_customers, any_gap, own_gap, "
    "colleagues, explanation, strength, asserted_by"
)


@pytest.fixture
def engine() -> Iterator[DuckEngine]:
    with DuckEngine(memory="500MB", threads=1) as opened:
        opened.table(
            "visits",
            f"""SELECT * FROM (VALUES
            ('ann', 20, 'ticketed',  0,        0, 1, 0, 0, 1, NULL::INT, NULL::INT, 0, 'ticket', 'strong', NULL),
            ('ann', 20, 'worked',    0,        0, 3, 0, 0, 1, NULL,      NULL,      0, 'worked', 'weak', NULL),
            ('ann', 20, 'idle',      0,        0, 1, 0, 0, 1, 47,        NULL,      0, 'unexplained', 'none', NULL),
            ('ann', 20, 'never met', 0, 61000000, 1, 0, 0, 1, NULL,      NULL,      0, 'unexplained', 'none', NULL),
            ('ann', 20, 'in work',   0,        0, 2, 0, 1, 1, 2,         9,         2, 'unexplained', 'none', NULL),
            ('ann', 20, 'exported',  0,        0, 2, 2, 0, 9, 2,         9,         2, 'mismatch', 'none', NULL),
            ('ann', 20, 'shared',    0,        0, 1, 0, 0, 1, 2,         9,         2, 'shared', 'strong', NULL),
            ('ann', 21, 'next day',  0,        0, 1, 0, 0, 1, 2,         9,         2, 'unexplained', 'none', NULL),
            ('o''neil', 20, 'c''1',  0,        0, 1, 0, 0, 1, 2,         9,         2, 'continued', 'weak', NULL)
            ) v({COLUMNS})""",
        )
        yield opened


def test_the_least_explained_come_first_and_say_why(engine: DuckEngine) -> None:
    found = seen(engine, [("ann", 20)])[("ann", 20)].first
    assert len(found) == SHOWN
    assert [(visit.customer_id, visit.why) for visit in found] == [
        ("exported", "its ticket does not explain it; 2 exports"),
        ("in work", "nothing explains it; 1 reveal"),
        ("idle", "nothing explains it; nobody had seen the customer for 47 days; a single glance at a customer new to "
                 "the agent"),
        ("never met", "nothing explains it; nobody had seen the customer in the 84 days before; a single glance at a "
                      "customer new to the agent"),
        ("worked", "only the agent's own work explains it"),
    ]  # fmt: skip
    assert (found[3].first_seen, found[3].last_seen, found[3].date) == (
        "1970-01-01T00:00:00Z", "1970-01-01T00:01:01Z", "1970-01-21",
    )  # fmt: skip


def test_quotes_in_ids_are_only_quotes(engine: DuckEngine) -> None:
    wanted = [("o'neil", 20), ("'; DROP TABLE visits; --", 20)]
    assert {key: [v.customer_id for v in saw.first] for key, saw in seen(engine, wanted).items()} == {
        ("o'neil", 20): ["c'1"]
    }
    assert engine.rows("SELECT count(*) FROM visits") == [(9,)]


def test_visits_are_counted_by_explanation(engine: DuckEngine) -> None:
    found = seen(engine, [("ann", 20), ("ann", 22)])
    assert {key: saw.explained for key, saw in found.items()} == {
        ("ann", 20): {"ticket": 1, "worked": 1, "unexplained": 3, "mismatch": 1, "shared": 1}
    }
    assert seen(engine, []) == {}


@pytest.mark.parametrize(
    ("explanation", "strength", "asserted_by", "said"),
    [
        ("ticket", "strong", None, "under a ticket"),
        ("ticket", "weak", None, "under a ticket that the agent opened"),
        ("ticket", "strong", "mia", "under a ticket"),
        ("sample", "strong", "zoe", "in a review sample or a project, for which zoe stands"),
        ("sample", "weak", "mia", "in a review sample or a project, asserted by mia (manager or same team)"),
        (
            "mismatch",
            "none",
            "ann",
            "its ticket does not explain it; a sample or a project, asserted by the agent or nobody (ann)",
        ),
    ],
)
def test_whose_word_it_is_is_said(
    engine: DuckEngine, explanation: str, strength: str, asserted_by: str | None, said: str
) -> None:
    changed = {"explanation": explanation, "strength": strength, "asserted_by": asserted_by}
    values = ", ".join(f"CAST({'NULL' if v is None else repr(v)} AS VARCHAR) AS {name}" for name, v in changed.items())
    engine.table("visits", f"SELECT * REPLACE ({values}) FROM visits WHERE customer_id = 'shared'")
    saw = seen(engine, [("ann", 20)])[("ann", 20)]
    assert [(visit.why, visit.asserted_by) for visit in saw.first] == [(said, asserted_by or "")]
    assert saw.interested == ({} if strength == "strong" else {explanation: 1})


def test_what_a_rule_is_about_comes_first_whatever_explains_it(engine: DuckEngine) -> None:
    make_missing(engine, CONTEXT)
    about = Pointer("customer_id = 'ticketed' OR exports > 0", "looked for", [("ann", 20)])
    found = seen(engine, [("ann", 20), ("ann", 21)], [about])
    assert [visit.why.split(";")[0] for visit in found["ann", 20].first[:3]] == [
        "looked for", "looked for", "nothing explains it",
    ]  # fmt: skip
    assert [visit.customer_id for visit in found["ann", 20].first[:2]] == ["exported", "ticketed"]
    assert found["ann", 21].first[0].why.startswith("nothing explains it")
