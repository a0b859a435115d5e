"""Rows of digits that Python itself refuses to read."""

from __future__ import annotations

import pytest

from salebot_uiscom.values import parse_whole, whole_text


@pytest.mark.parametrize("length", [4000, 4001, 7999, 8000, 8001, 12_001, 16_000, 20_003])
@pytest.mark.parametrize("sign", ["", "-"])
def test_long_rows_of_digits_are_read_as_they_are(length: int, sign: str) -> None:
    digits = sign + ("9081726354" * (length // 10 + 1))[:length]
    assert whole_text(parse_whole(digits)) == digits


def test_leading_zeros_do_not_count() -> None:
    assert parse_whole("0" * 8_000 + "12") == 12
