"""Hashes and encodings (reference: functions-core.md 3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from urllib.parse import quote_from_bytes

from ..errors import Fault
from .registry import Text, function
from .sizes import bounded

HASHES = "kalkulyator/matematicheskie-funkcii"
STRINGS = "kalkulyator/dlya-raboty-so-strokami"

HMAC_TYPES = ("sha256", "md5", "sha512", "sha1")

_ESCAPED_BYTES = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_TELEGRAM = str.maketrans({char: "\\" + char for char in "_*[]()~`>#+-=|{}.!"})


def _bytes(text: str) -> bytes:
    """UTF-8 of a text; JSON can smuggle in halves of characters, which have none."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Fault(
            "SB310",
            text_ru="в тексте есть половина символа (\\ud800…\\udfff)",
            text_en="the text holds half a character",
        ) from None


@function(page=HASHES)
def md5(text: Text) -> str:
    """Хеш MD5 текста.

    Примеры:
        md5("Hello world")  # 3e25960a79dbc69b674cd4ec67a72c62
        md5(12345)  # 827ccb0eea8a706c4c34a16891f84e7b
    English:
        MD5 of the text in UTF-8, lower-case hexadecimal.
    """
    return hashlib.md5(_bytes(text), usedforsecurity=False).hexdigest()


@function(page=HASHES)
def sha1(text: Text) -> str:
    """Хеш SHA-1 текста.

    Примеры:
        sha1("Hello world")  # 7b502c3a1f48c8609ae212cdfb639dee39673f5e
        sha1("Привет")  # 2805ae8e7e12f182135f92fb90843bb1080d3be8
    English:
        SHA-1 of the text in UTF-8, lower-case hexadecimal.
    """
    return hashlib.sha1(_bytes(text), usedforsecurity=False).hexdigest()


@function(page=HASHES)
def sha256(text: Text) -> str:
    """Хеш SHA-256 текста.

    Примеры:
        sha256("Hello world")  # 64ec88ca00b268e5ba1a35678a1b5316d212f4f366b2477232534a8aeca37f3c
    English:
        SHA-256 of the text in UTF-8, lower-case hexadecimal.
    """
    return hashlib.sha256(_bytes(text)).hexdigest()


@function(page=HASHES)
def hmac_hexdigest(secret_key: Text, msg: Text, hash_type: Text) -> str:
    """Подпись HMAC сообщения: `hash_type` — sha256, md5, sha512 или sha1.

    Примеры:
        hmac_hexdigest('key', 'The quick brown fox jumps over the lazy dog', 'md5')  # 80070713463e7749b90c2dc24911e275
        hmac_hexdigest('key', 'm', 'sha3')  # ошибка value
    Ошибки:
        value — другой вид хеша.
    English:
        HMAC of a message as lower-case hexadecimal; the type is sha256, md5, sha512 or sha1.
    """
    if hash_type not in HMAC_TYPES:
        raise Fault("SB314", expected=", ".join(HMAC_TYPES), got=hash_type)
    return hmac.digest(_bytes(secret_key), _bytes(msg), hash_type).hex()


@function("base64", page=STRINGS)
def base64_encode(str: Text) -> str:
    """Текст в кодировке Base64.

    Примеры:
        base64("Привет")  # 0J/RgNC40LLQtdGC
        base64("Hello world")  # SGVsbG8gd29ybGQ=
    Ошибки:
        limit — результат длиннее 1 000 000 символов.
    English:
        Base64 of the text in UTF-8: standard alphabet with padding.
    """
    return bounded(base64.b64encode(_bytes(str)).decode("ascii"))


@function("base64decode", aliases=("base64_decode",), page=STRINGS)
def base64_decode(str: Text) -> str:
    """Текст из кодировки Base64; знаков `=` на конце может не хватать.

    Примеры:
        base64decode("SGVsbG8gd29ybGQ=")  # Hello world
        base64decode("SGVsbG8gd29ybGQ")  # Hello world
        base64decode("###")  # ошибка value
    Ошибки:
        value — это не Base64 или внутри не текст UTF-8.
    English:
        Decodes Base64 text; missing padding is tolerated.
    """
    missing = -len(str) % 4
    try:
        return base64.b64decode(str + "=" * missing, validate=True).decode()
    except ValueError:
        raise Fault("SB310", text_ru="это не текст в кодировке Base64", text_en="this is no Base64 of a text") from None


@function(page=STRINGS)
def urlencode(str: Text) -> str:
    """Текст для подстановки в ссылку: всё, кроме латинских букв, цифр и `-._~`, заменяется на `%XX`.

    Примеры:
        urlencode("Ivan Ivanovich")  # Ivan%20Ivanovich
        urlencode("Anna&Maria")  # Anna%26Maria
        urlencode("а/b?c=1")  # %D0%B0%2Fb%3Fc%3D1
    Ошибки:
        limit — результат длиннее 1 000 000 символов.
    English:
        Percent-encoding of everything but ASCII letters, digits and `-._~`.
    """
    return bounded(quote_from_bytes(_bytes(str), safe=""))


@function(page=STRINGS)
def urldecode(str: Text) -> str:
    """Текст из ссылки: `%XX` превращается в символы.

    `+` остаётся плюсом, испорченные последовательности остаются как есть.

    Примеры:
        urldecode("Ivan%20Ivanovich")  # Ivan Ivanovich
        urldecode("1+1%")  # 1+1%
    English:
        Decodes percent-encoding; `+` and broken sequences stay as they are.
    """
    return _ESCAPED_BYTES.sub(_decode_run, str)


def _decode_run(match: re.Match[str]) -> str:
    """Characters of a run of `%XX`; bytes that are no UTF-8 keep their spelling."""
    run = match[0]
    encoded = bytes.fromhex(run.replace("%", ""))
    text = encoded.decode(errors="surrogateescape")
    if text.isascii():
        return text
    parts = []
    offset = 0
    for char in text:
        if "\udc80" <= char <= "\udcff":
            parts.append(run[3 * offset : 3 * offset + 3])
            offset += 1
        else:
            parts.append(char)
            offset += len(char.encode())
    return "".join(parts)


@function(page=STRINGS)
def tg_escape(str: Text) -> str:
    r"""Текст для разметки Telegram: перед каждым служебным символом ставится обратная косая черта.

    Служебные символы: `_ * [ ] ( ) ~` обратный апостроф `> # + - = | { } . !`; сама косая черта не меняется.

    Примеры:
        tg_escape("привет, мир: 5")  # привет, мир: 5
        tg_escape('https://ya.ru/a-b')  # https://ya\.ru/a\-b
    Ошибки:
        limit — результат длиннее 1 000 000 символов.
    English:
        Puts a backslash before every character that Telegram's markup reserves.
    """
    return bounded(str.translate(_TELEGRAM))
