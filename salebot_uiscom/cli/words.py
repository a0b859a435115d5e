"""Russian and English of the command line. The language is decided before a module of commands is imported."""

from __future__ import annotations

import os

from ..messages import LANGUAGES, language


def say(ru: str, en: str) -> str:
    """The text in the language of this run."""
    return en if language() == "en" else ru


def choose_language(argv: list[str]) -> list[str]:
    """Take `--lang ru|en` out of the arguments, wherever it stands, and let it hold for this run.

    Raises:
        ValueError: `--lang` without a language, or with one that nobody speaks here.
    """
    rest: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--":
            return [*rest, word, *words]
        name, separator, value = word.partition("=")
        if name != "--lang":
            rest.append(word)
            continue
        chosen = value if separator else next(words, "")
        if chosen not in LANGUAGES:
            raise ValueError(chosen)
        os.environ["SALEBOT_UISCOM_LANG"] = chosen
    return rest
