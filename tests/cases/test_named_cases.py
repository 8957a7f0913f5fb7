"""A case is named by its id, the beginning of it, or its agent, in that order; what could be several is an error."""

import pytest

from onlooker.cases import Case
from onlooker.cases.named_cases import case_named
from onlooker.errors import UsageError


def case(name: str, agent: str, state: str = "open") -> Case:
    return Case(name, agent, state, "2026-03-01", "2026-03-01", (), ("2026-03-01",))  # type: ignore[arg-type]


KIM, LEE = case("case-aa11", "kim"), case("case-aa22", "lee")
OLD, OLDER = case("case-bb11", "kim", "closed"), case("case-bb22", "kim", "closed")
ODD = case("case-cc11", "case-aa11")
EVERY = (KIM, LEE, OLD, OLDER, ODD)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("case-aa11", KIM), ("case-aa2", LEE), ("aa2", LEE), (" bb22 ", OLDER), ("kim", KIM), ("Kim", KIM),
        ("lee", LEE),
        ("case-c", ODD),
    ],
)  # fmt: skip
def test_an_id_comes_before_its_beginning_and_that_before_an_agent(name, meant):
    assert case_named(name, EVERY) == meant


@pytest.mark.parametrize(("name", "cases"), [("aa", (KIM, LEE)), ("case-bb", (OLD, OLDER)), ("kim", (OLD, OLDER))])
def test_several_are_an_error_that_lists_them(name, cases):
    with pytest.raises(UsageError, match=f"{name} could be 2 cases") as told:
        case_named(name, [one for one in EVERY if one is not KIM or name != "kim"])
    assert [line.split()[0] for line in told.value.hint.splitlines()] == [one.id for one in cases]


@pytest.mark.parametrize("name", ["nobody", "", " ", "case-aa111"])
def test_none_is_an_error_that_says_where_to_look(name):
    with pytest.raises(UsageError, match="there is no case") as told:
        case_named(name, EVERY)
    assert "cases list --all" in told.value.hint
