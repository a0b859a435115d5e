"""Are the libraries of the extra `server` here?"""

from __future__ import annotations

from importlib.util import find_spec

from ..errors import SalebotError
from ..messages import language, message_of

#: Module → its package on the index.
NEEDED = {
    "starlette": "starlette",
    "uvicorn": "uvicorn[standard]",
    "jinja2": "jinja2",
    "argon2": "argon2-cffi",
    "itsdangerous": "itsdangerous",
}


class MissingExtra(SalebotError):
    """A library of the extra is not installed; the text says what to install."""


def missing() -> list[str]:
    """Packages of the extra that are not installed."""
    return [package for module, package in NEEDED.items() if find_spec(module) is None]


def require() -> None:
    """Raises:
    MissingExtra: something is missing.
    """
    lacking = missing()
    if lacking:
        message, lang = message_of("SB650"), language()
        text = message.text(lang, {"text_packages": ", ".join(lacking)})
        raise MissingExtra(f"{text}: {message.hint(lang, {})}")
