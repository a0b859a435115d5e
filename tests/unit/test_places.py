"""Names of places in errors: our own words in the language of the reader, those of authors as they are."""

from __future__ import annotations

import pytest

import salebot_uiscom as su
from salebot_uiscom.host.botfile import parse_bot
from salebot_uiscom.host.check import check_bot
from salebot_uiscom.source import place_in


@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("калькулятор", "calculator"),
        ("блок 7 «Заявка», калькулятор", "block 7 «Заявка», calculator"),
        ("блок 7 «Запрос, калькулятор и блок», сообщение", "block 7 «Запрос, калькулятор и блок», message"),
        ("bot.toml, блок 1, calc", "bot.toml, block 1, calc"),
        ("стрелка 3 (1→2), переменная для сравнения", "arrow 3 (1→2), variable to compare"),
        ("блок цен.txt", "блок цен.txt"),
        ("message()", "message()"),
        ("", ""),
    ],
)
def test_our_own_words_are_translated(russian: str, english: str) -> None:
    assert place_in("en", russian) == english
    assert place_in("ru", russian) == russian


def test_an_error_names_its_place_in_the_language_of_its_text() -> None:
    (error,) = su.evaluate("x = 1 / 0", lang="en").errors
    assert str(error).startswith("calculator, 1:")
    assert str(error.in_language("ru")).startswith("калькулятор, 1:")


def test_a_function_that_is_not_here_is_told_with_its_block_in_both_languages() -> None:
    bot = parse_bot('[[block]]\nid = 5\nkind = "start"\nname = "Платёж"\ncondition = "a"\ncalc = "x = amo_add(1)"\n')
    interpreter = su.Interpreter(entry_points=False)
    (finding,) = check_bot(bot, interpreter)
    interpreter.close()
    assert finding.message.startswith("блок 5 «Платёж»: функция amo_add")
    assert finding.in_language("en").message.startswith("block 5 «Платёж»: function amo_add")
