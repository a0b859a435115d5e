"""Are the libraries of the extra `server` here?"""

from __future__ import annotations

import json
import sys
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

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


def command(extra: str = "server") -> str:
    """What to type to install an extra: from where this package itself came (PEP 610), else from the index."""
    source = "salebot-uiscom"
    try:
        origin = json.loads(distribution(source).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        origin = {}
    url = urlsplit(str(origin.get("url", "")))
    if url.scheme == "file":
        folder = Path(url2pathname(url.path))
        source = "." if folder == Path.cwd() else str(folder)
    python = Path(sys.executable)
    python = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
    return f"{python} -m pip install '{source}[{extra}]'"


def require() -> None:
    """Raises:
    MissingExtra: something is missing.
    """
    lacking = missing()
    if lacking:
        message, lang = message_of("SB650"), language()
        text = message.text(lang, {"text_packages": ", ".join(lacking)})
        raise MissingExtra(f"{text}: {message.hint(lang, {'text_command': command()})}")
