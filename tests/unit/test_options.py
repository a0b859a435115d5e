"""Options that cannot be used are refused at once, in the language of the process, with what can be used."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom.errors import OptionError, SalebotError
from salebot_uiscom.messages import message_of

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"timezone": "bad"}, "SB901"),
    ({"timezone": ""}, "SB901"),
    ({"timezone": None}, "SB901"),
    ({"timezone": "../etc/passwd"}, "SB901"),
    ({"lang": "de"}, "SB903"),
    ({"clock": 5}, "SB904"),
]


@pytest.mark.parametrize(("options", "code"), WRONG)
@pytest.mark.parametrize("lang", ["ru", "en"])
def test_an_interpreter_refuses_an_option_when_it_is_made(
    options: dict[str, Any], code: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", lang)
    with pytest.raises(OptionError) as caught:
        su.Interpreter(plugins=(), entry_points=False, **options)
    assert caught.value.code == code
    assert isinstance(caught.value, SalebotError)
    (value,) = options.values()
    assert str(caught.value) == message_of(code).text(lang, {"got": value})


@pytest.mark.parametrize("now", [5, "2026-03-02", datetime(2026, 3, 2)])
def test_a_run_refuses_a_moment_that_is_none(now: Any) -> None:
    interpreter = su.Interpreter(plugins=(), entry_points=False)
    with pytest.raises(OptionError) as caught:
        interpreter.run(interpreter.compile("x = 1"), now=now)
    assert caught.value.code == "SB902"
    assert interpreter.run(interpreter.compile("x = 1"), now=datetime.now(UTC)).variables == {"x": 1}


@pytest.mark.parametrize("now", [5, "yesterday", datetime(2026, 3, 2)])
def test_the_verbs_refuse_a_moment_that_is_none(now: Any) -> None:
    with pytest.raises(OptionError) as caught:
        su.evaluate("x = 1", now=now)
    assert caught.value.code == "SB902"


@pytest.mark.parametrize("verb", [su.evaluate, su.render, su.check_condition])
def test_the_verbs_refuse_a_language_that_nobody_speaks(verb: Any) -> None:
    with pytest.raises(OptionError) as caught:
        verb("x = 1", lang="fr")
    assert caught.value.code == "SB903"
    with pytest.raises(OptionError, match="fr"):
        su.compile("x = 1").run(lang="fr")


@pytest.mark.parametrize("given", [5, None, b"x = 1", ["x = 1"]])
@pytest.mark.parametrize("verb", [su.evaluate, su.render, su.check_condition])
def test_what_is_no_text_is_refused_with_what_is_expected(
    verb: Any, given: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", "en")
    with pytest.raises(TypeError, match=f"a text .str. is needed.*not {type(given).__name__}") as caught:
        verb(given)
    assert isinstance(caught.value, OptionError)


@pytest.mark.parametrize("given", [5, None, b"x = 1"])
def test_compiling_what_is_no_text_is_refused(given: Any) -> None:
    interpreter = su.Interpreter(plugins=(), entry_points=False)
    for verb in (
        su.compile,
        su.compile_expression,
        interpreter.compile,
        interpreter.compile_template,
        interpreter.compile_condition,
    ):
        with pytest.raises(TypeError, match="str"):
            verb(given)
