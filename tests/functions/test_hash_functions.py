"""Hashes and encodings (functions-core.md 3)."""

from __future__ import annotations

import time
from typing import Any

import pytest
from call_core import Caller
from hypothesis import given
from hypothesis import strategies as st

from salebot_uiscom.functions import hashes as module

call = Caller(module)
UNICODE = st.text(st.characters(exclude_categories=["Cs"]))

TABLE: list[tuple[str, tuple[Any, ...], Any]] = [
    ("md5", (None,), "d41d8cd98f00b204e9800998ecf8427e"),
    ("md5", (12345.0,), "827ccb0eea8a706c4c34a16891f84e7b"),
    ("md5", ("\ud800",), "error value"),
    ("md5", (), "error arity"),
    ("sha1", (12345,), "8cb2237d0679ca88db6464eac60da96345513964"),
    ("sha256", (12345,), "5994471abb01112afcc18159f6cc74b4f511b99806da59b3caf5a9c173cacfc5"),
    (
        "hmac_hexdigest",
        ("key", "The quick brown fox jumps over the lazy dog", "sha1"),
        "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9",
    ),
    (
        "hmac_hexdigest",
        ("key", "The quick brown fox jumps over the lazy dog", "sha512"),
        "b42af09057bac1e2d41708e48a902e09b5ff7f12ab428a4fe86653c73dd248fb"
        "82f948a549f7b791a5b41915ee4d1ec3935357e4e2317250d0372afa2ebeeb3a",
    ),
    (
        "hmac_hexdigest",
        ("ключ", "сообщение", "sha256"),
        "ffd502332c126c0ce770304a67e56027530b13e5f02f1d3e87677865eb25eb7f",
    ),
    ("hmac_hexdigest", ("key", "m", ""), "error value"),
    ("hmac_hexdigest", ("key", "m", "shake_128"), "error value"),
    ("hmac_hexdigest", ("key", "m"), "error arity"),
    ("base64", (12345,), "MTIzNDU="),
    ("base64", (None,), ""),
    ("base64", ("\ud800",), "error value"),
    ("base64", ("x" * 800_000,), "error limit"),
    ("base64decode", ("",), ""),
    ("base64decode", ("MTIzNDU",), "12345"),
    ("base64decode", ("A",), "error value"),
    ("base64decode", ("SGVsbG8=====",), "error value"),
    ("base64decode", ("SG Vs",), "error value"),
    ("base64decode", ("Привет",), "error value"),
    ("base64decode", ("/w==",), "error value"),
    ("base64_decode", ("MTIz",), "123"),
    ("urlencode", ("AZaz09-._~",), "AZaz09-._~"),
    ("urlencode", ("*+!'()",), "%2A%2B%21%27%28%29"),
    ("urlencode", ("\ud800",), "error value"),
    ("urlencode", ("я" * 200_000,), "error limit"),
    ("urldecode", ("a%2Gb%",), "a%2Gb%"),
    ("urldecode", ("%ff%D0%B0%d0",), "%ffа%d0"),
    ("urldecode", ("%20%e2%82%ac%e2%82",), " €%e2%82"),
    ("urldecode", ("%ED%A0%80",), "%ED%A0%80"),
    ("urldecode", ("a+b",), "a+b"),
    ("tg_escape", ("_*[]()~`>#+-=|{}.!",), "\\_\\*\\[\\]\\(\\)\\~\\`\\>\\#\\+\\-\\=\\|\\{\\}\\.\\!"),
    ("tg_escape", ("\\",), "\\"),
    ("tg_escape", ("." * 600_000,), "error limit"),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), TABLE, ids=range(len(TABLE)))
def test_table(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    assert call.outcome(name, *arguments) == expected


@pytest.mark.parametrize(("example", "expected"), call.examples())
def test_example_of_the_documentation(example: str, expected: str) -> None:
    assert call.run_example(example) == expected


@given(UNICODE)
def test_base64_round_trip_with_and_without_padding(text: str) -> None:
    encoded = call("base64", text)
    assert call("base64decode", encoded) == text
    assert call("base64decode", encoded.rstrip("=")) == text


@given(UNICODE)
def test_url_round_trip(text: str) -> None:
    assert call("urldecode", call("urlencode", text)) == text


@given(st.text(st.sampled_from("%0123456789abcdefF+ я")))
def test_urldecode_takes_any_text(text: str) -> None:
    decoded = call("urldecode", text)
    assert len(decoded) <= len(text)
    assert decoded.encode().decode() == decoded


@given(UNICODE)
def test_escaped_text_without_backslashes_is_the_text(text: str) -> None:
    plain = text.replace("\\", "")
    assert call("tg_escape", plain).replace("\\", "") == plain


@pytest.mark.parametrize("text", ["%ff" * 333_333, "%D0" * 333_333, "%" * 1_000_000, "я" * 1_000_000])
@pytest.mark.parametrize("name", ["md5", "base64decode", "urlencode", "urldecode", "tg_escape"])
def test_a_million_characters_take_linear_time(name: str, text: str) -> None:
    start = time.perf_counter()
    outcome = call.outcome(name, text)
    assert time.perf_counter() - start < 2
    assert isinstance(outcome, str)
