"""Letters and numbers of spreadsheet columns."""

import pytest
from call_data import call, kind_of
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("letters", "number"), [("A", 1), ("Z", 26), ("AA", 27), ("AB", 28), ("ZZ", 702), ("AAA", 703)]
)
def test_letters_and_numbers(letters, number):
    assert call("c2n", letters) == call("c2n", f" {letters.lower()} ") == number
    assert call("n2c", str(number)) == letters


def test_moving_along_the_columns():
    assert [call("addCols", "A", 2), call("add_cols", "Z", "1"), call("addCols", "AA", -1)] == ["C", "AA", "Z"]


@pytest.mark.parametrize(
    ("call_", "kind"),
    [
        (("c2n", ""), "value"),
        (("c2n", "7"), "value"),
        (("c2n", "А"), "value"),  # the Cyrillic letter
        (("c2n", "A" * 101), "value"),
        (("n2c", 0), "value"),
        (("n2c", 10**300), "value"),
        (("n2c", 1.5), "type"),
        (("addCols", "A", -1), "value"),
        (("addCols", "A", "два"), "type"),
    ],
)
def test_bad_input_is_reported_with_its_kind(call_, kind):
    assert kind_of(*call_) == kind


@given(st.integers(1, 10**12))
def test_numbers_come_back(number):
    assert call("c2n", call("n2c", number)) == number
