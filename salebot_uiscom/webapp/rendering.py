"""Templates of the pages. Everything that is put into one is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .words import WORDS

FOLDER = Path(__file__).parent
LANGUAGES = ("ru", "en")


class Renderer:
    def __init__(self) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        text = self._templates.get_template(template).render(values)
        # Halves of surrogate pairs can be stored, but not sent.
        return text.encode("utf-8", "replace").decode()


def is_word(key: object) -> bool:
    return key in WORDS
