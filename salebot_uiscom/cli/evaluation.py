"""`eval`: calculate a text and print what it gave. Knows nothing of click, so that it starts at once."""

from __future__ import annotations

import os
import sys
from typing import Any

from ..foreign import escaped, visible

DONE, WRONG, MISUSED = 0, 1, 2


class Request:
    """What to calculate. `text` None: read it from the standard input."""

    def __init__(
        self,
        text: str | None = None,
        variables: dict[str, Any] | None = None,
        now: str | None = None,
        as_json: bool = False,
    ) -> None:
        self.text, self.variables, self.now, self.as_json = text, variables or {}, now, as_json


class Misused(Exception):
    """An argument that cannot be used; the text says why."""


def simple(argv: list[str]) -> Request | None:
    """Read plain arguments without click. None: something else stands there, let click read it."""
    request = Request()
    texts: list[str] = []
    words = iter(argv)
    for word in words:
        if word == "--json":
            request.as_json = True
        elif word in ("--set", "--now"):
            value = next(words, None)
            if value is None:
                return None
            if word == "--now":
                request.now = value
            else:
                try:
                    name, assigned = variable(value)
                except Misused:
                    return None
                request.variables[name] = assigned
        elif word.startswith("-") and word != "-":
            return None
        else:
            texts.append(word)
    if len(texts) > 1:
        return None
    request.text = texts[0] if texts and texts[0] != "-" else None
    return request


def variable(text: str) -> tuple[str, Any]:
    """`цена=5` → name and value. What is JSON counts as JSON (`5`, `"5"`, `true`, `[1, 2]`), anything else as text.

    Raises:
        Misused: there is no `=`, or no name before it.
    """
    import json

    name, separator, value = text.partition("=")
    name = name.strip()
    if not separator or not name:
        raise Misused(text)
    try:
        parsed = json.loads(value, parse_constant=_no_number)
    except ValueError:
        return name, value
    # A long row of digits is a phone or an id as a bot would hold it, and so is a number that is not written shortest.
    return name, value if isinstance(parsed, float | int) and json.dumps(parsed) != value.strip() else parsed


def _no_number(word: str) -> Any:
    raise ValueError(word)


def run(request: Request) -> int:
    """Calculate and print. The exit status: 0, 1 when something was wrong in the text, 2 for an impossible moment."""
    from ..messages import language

    lang = language()
    try:
        text = request.text if request.text is not None else read_input()
    except UnicodeDecodeError:
        print(NOT_UTF8[lang], file=sys.stderr)
        return WRONG
    try:
        context = context_of(request.now, lang)
    except ValueError as error:
        print(f"--now: {error}", file=sys.stderr)
        return MISUSED
    text = text.rstrip("\r\n")
    variables, errors, value = calculate(text, request.variables, context, as_field=request.as_json)
    findings = became_text(text, variables, lang)
    if request.as_json:
        _print_json(variables, errors, findings, _value(text, request.variables, context))
    else:
        for found in (*errors, *findings):
            print(visible(str(found)), file=sys.stderr)
        if value is not NO_VALUE:
            _print(shown(value))
        else:
            for name, item in variables.items():
                _print(f"{name} = {shown(item, quoted=True)}")
    return WRONG if errors else DONE


NOT_UTF8 = {
    "ru": "стандартный ввод не в UTF-8; сохраните текст в этой кодировке",
    "en": "the standard input is not UTF-8; save the text as such",
}


def read_input() -> str:
    """All of the standard input.

    Raises:
        UnicodeDecodeError: it is not UTF-8.
    """
    return sys.stdin.read()


def _print(text: str) -> None:
    """On a terminal nothing in the text steers it; a file or a program gets the text as it is."""
    print(visible(text) if sys.stdout.isatty() else text)


NO_VALUE = object()  # of statements, and of an expression that failed


def calculate(
    text: str, variables: dict[str, Any], context: Any, *, as_field: bool = False
) -> tuple[dict[str, Any], list[Any], Any]:
    """Variables afterwards, diagnostics, and the value (or `NO_VALUE`).

    `as_field`: the text is a calculator field in any case, as for `su.evaluate`; else a bare expression has a value.
    """
    from ..errors import CalculatorError
    from ..functions.pages import built_in_catalog
    from ..lang import shelf
    from ..lang.program import Calculation, Program
    from ..scope import Scope
    from ..source import Source

    if shelf.VARIABLE not in os.environ:
        shelf.keep_programs(shelf.user_directory())
    source, catalog, scope, kept = Source(text, "eval"), built_in_catalog(), Scope.of(variables), shelf.current()
    calculation = None if as_field else Calculation(source, catalog, kept)
    if calculation is None or not calculation.is_expression:
        outcome = Program(source, catalog, kept=kept).run_in(scope, context)
        return outcome.variables, outcome.errors, NO_VALUE
    try:
        value = calculation.run_in(scope, context)
    except CalculatorError as error:
        return scope.flat(), list(error.errors), NO_VALUE
    return scope.flat(), [], value


def _value(text: str, variables: dict[str, Any], context: Any) -> Any:
    """Of an expression, beside what the text is as a calculator field."""
    from ..lang.program import ASSIGNS

    return NO_VALUE if ASSIGNS.match(text) else calculate(text, variables, context)[2]


_IMPOSSIBLE = {
    "ru": "«{}» — не время; пишут так: 2026-03-02 10:15, а с часовым поясом так: 2026-03-02T10:15:00+03:00",
    "en": "“{}” is no moment; write 2026-03-02 10:15, or with an offset 2026-03-02T10:15:00+03:00",
}


_SLIPS = {"SB702", "SB703", "SB709", "SB710", "SB719", "SB727", "SB738"}


def became_text(text: str, variables: dict[str, Any], lang: str) -> list[Any]:
    """Warnings about right sides that look like expressions and were stored as text, as the language wants it.

    The checker is loaded only when a value stands in the text as typed.
    """
    texts = [item for item in variables.values() if isinstance(item, str) and item]
    if not any(f"={item}" in text or f"= {item}" in text for item in texts):
        return []
    from ..functions.pages import built_in_catalog
    from ..lint import check_field
    from ..source import Source

    found = check_field(text, built_in_catalog(), source=Source(text, "eval"), lang=lang)
    return [one for one in found if one.code in _SLIPS]


def moment_of(text: str, zone: Any, lang: str) -> Any:
    """What `--now` says, as a `datetime`; `zone` is meant where the text names none.

    Raises:
        ValueError: it is no moment; the text tells how one is written.
    """
    from datetime import datetime

    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ValueError(_IMPOSSIBLE[lang].format(text)) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def context_of(now: str | None, lang: str) -> Any:
    from ..context import Context

    context = Context(lang=lang)
    if now is None:
        return context
    moment = moment_of(now, context.timezone, lang)
    return Context(now=moment, timezone=moment.tzinfo, lang=lang)


def _print_json(variables: dict[str, Any], errors: list[Any], findings: list[Any], value: Any) -> None:
    import json

    answer: dict[str, Any] = {"variables": variables, "errors": [error.to_dict() for error in errors]}
    if findings:
        answer["findings"] = [{"severity": one.severity, **one.to_dict()} for one in findings]
    if value is not NO_VALUE:
        answer["value"] = value
    print(escaped(json.dumps(answer, ensure_ascii=False, default=shown)))


def shown(value: Any, quoted: bool = False) -> str:
    """A value as the language writes it; a text inside a list of variables in quotes."""
    from ..values import to_text

    if quoted and isinstance(value, str):
        import json

        return json.dumps(value, ensure_ascii=False)
    return to_text(value) if value is not None else "None"
