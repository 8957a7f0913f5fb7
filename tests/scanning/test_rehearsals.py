"""What a run says of rehearsals that could not be."""

from onlooker.scanning.rehearsals import about_rehearsals


def test_what_could_not_be_rehearsed_is_said_where_it_was_wanted():
    (young,) = about_rehearsals({}, True, 20)
    (few,) = about_rehearsals({20_500: {}, 20_528: {"customers": 1.2}}, True, 90)
    assert young.startswith("Not rehearsed yet: the log has 20 days")
    assert few.startswith("Not rehearsed on 2026-02-16: fewer than 12 people")
    assert list(about_rehearsals({}, False, 20)) == []
