"""Lists of customer ids as people have them."""

import pytest

from onlooker.errors import UnusableInput, UsageError
from onlooker.investigate import read_ids


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("C1\nC2\nC1\n\n  C3 \n", ("C1", "C2", "C3")),
        ("customer_id\n007\n0042\n", ("007", "0042")),
        ("\ufeffAccount ID,name\r\nC1,x\r\nC2,y\r\n", ("C1", "C2")),
        ("reported\tcustomer\n2026-01-01\tC9\n", ("C9",)),
        ('customer_id,note\n"C,1","two\nlines"\n', ("C,1",)),
        ("only-one", ("only-one",)),
    ],
)
def test_ids_are_found(text, ids):
    assert read_ids(text.encode(), "list.csv") == ids


@pytest.mark.parametrize("text", ["", "\n \n", "customer_id\n"])
def test_a_list_without_an_id_is_unusable(text):
    with pytest.raises(UnusableInput, match=r"list\.csv: no customer id"):
        read_ids(text.encode(), "list.csv")


def test_columns_that_could_both_be_meant_or_none_are_told():
    with pytest.raises(UsageError, match="customer and account could each be"):
        read_ids(b"customer,account\n1,2\n", "list.csv")
    with pytest.raises(UsageError, match="none of its columns is known to hold customer ids: name, town"):
        read_ids(b"name,town\nx,y\n", "list.csv")
