"""Options that cannot be used are refused at once, in the language of the process, with what can be used."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

import salebot_uiscom as su
from salebot_uiscom.effects import Wait
from salebot_uiscom.errors import OptionError, SalebotError
from salebot_uiscom.messages import message_of

WRONG: list[tuple[dict[str, Any], str]] = [
    ({"timezone": "bad"}, "SB901"),
    ({"timezone": ""}, "SB901"),
    ({"timezone": None}, "SB901"),
    ({"timezone": "../etc/passwd"}, "SB901"),
    ({"lang": "de"}, "SB903"),
    ({"clock": 5}, "SB904"),
    ({"settings": ["uiscom"]}, "SB910"),
    ({"settings": "uiscom"}, "SB910"),
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
    assert str(caught.value) == message_of(code).text(lang, {"got": value, "name": type(value).__name__})


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


@pytest.mark.parametrize("lang", ["ru", "en"])
def test_settings_that_nobody_reads_are_refused_with_the_nearest_plugin(
    lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SALEBOT_UISCOM_LANG", lang)
    for settings, told in (
        ({"uiscm": {"api_key": "K"}}, {"ru": "возможно, uiscom;", "en": "perhaps uiscom is meant;"}),
        ({"api_key": "K"}, {"ru": "загружены: uiscom", "en": "loaded: uiscom"}),
    ):
        with pytest.raises(OptionError) as caught:
            su.Interpreter(entry_points=False, settings=settings)
        assert caught.value.code == "SB909"
        assert told[lang] in str(caught.value)
        assert repr(next(iter(settings))) in str(caught.value)


def test_settings_of_a_plugin_that_is_loaded_are_taken() -> None:
    settings = {"uiscom": {"api_key": "K"}}
    assert su.Interpreter(entry_points=False, settings=settings).settings == settings
    assert su.Interpreter(entry_points=False, settings={"uiscom": lambda: {}}).settings["uiscom"]() == {}


def test_a_misspelt_setting_of_a_plugin_is_told_when_the_interpreter_is_made() -> None:
    with pytest.raises(ValueError, match=r"api_kee.*api_key"):
        su.Interpreter(entry_points=False, settings={"uiscom": {"api_kee": "K"}})


async def _answer(effect: Any) -> int:
    return 1


@pytest.mark.parametrize(
    "wrong", [{"x": _answer}, {"x": 1}, {Wait: 1}, {int: _answer}, [Wait], _answer], ids=lambda wrong: repr(wrong)[:20]
)
@pytest.mark.parametrize("option", ["handlers", "async_handlers"])
def test_performers_of_effects_that_cannot_be_used_are_refused(option: str, wrong: Any) -> None:
    with pytest.raises(OptionError, match=option) as caught:
        su.Interpreter(plugins=(), entry_points=False, **{option: wrong})
    assert caught.value.code == "SB911"


@pytest.mark.parametrize(
    ("variables", "code"),
    [([1], "SB906"), ("abc", "SB906"), (5, "SB906"), ({5: 1}, "SB907"), ({"$clients": [1]}, "SB912"),
     ({"$clients": {"5": 1}}, "SB912")],
)  # fmt: skip
def test_variables_that_are_none_are_refused(variables: Any, code: str) -> None:
    interpreter = su.Interpreter(plugins=(), entry_points=False)
    for run in (
        lambda: su.evaluate("x = 1", variables),
        lambda: su.compile("x = 1").run(variables),
        lambda: su.render("#{x}", variables),
        lambda: su.check_condition("x", variables),
        lambda: interpreter.run(interpreter.compile("x = 1"), variables),
        lambda: asyncio.run(interpreter.arun(interpreter.compile("x = 1"), variables)),
    ):
        with pytest.raises(OptionError) as caught:
            run()
        assert caught.value.code == code


def test_an_expression_refuses_what_is_no_dict() -> None:
    with pytest.raises(OptionError) as caught:
        su.compile_expression("a + 1").evaluate([1])
    assert caught.value.code == "SB906"
    with pytest.raises(su.CalculatorError) as failed:
        su.compile_expression("a + 1").evaluate({5: 1})
    assert failed.value.code == "SB301"


@pytest.mark.parametrize("program", ["x = 1", 5, None])
def test_only_what_is_compiled_is_run(program: Any) -> None:
    interpreter = su.Interpreter(plugins=(), entry_points=False)
    for run in (lambda: interpreter.run(program), lambda: asyncio.run(interpreter.arun(program))):
        with pytest.raises(OptionError, match="compile") as caught:
            run()
        assert caught.value.code == "SB908"
