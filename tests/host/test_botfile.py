"""Reading bot files: everything wrong is told at once, each with its line."""

import pytest

from salebot_uiscom.host.botfile import BotFileError, examine_bot, load_bot, parse_bot
from salebot_uiscom.rehearsal import open_stage, rehearse

GOOD = """
[project]
id = 7
timezone = "Asia/Vladivostok"

[constants]
virtual_phone = "78001002752"

[[channel]]
type = 6
group = "wa1"

[[employee]]
email = "head@example.org"
call_method = "uiscom"
virtual_phone = "78001002752"
uis_employee_id = "2339292"

[uiscom]
api_key = "KEY"
anything = { nested = true }

[[block]]
id = 1
kind = "start"
condition = "Uiscom_event Пропущенный"
match = "exact"
calc = '''
a = 1
b = [1,
2]
'''
message = "Здравствуйте"

[block.request]
url = "https://example.org/#{client_id}"
save = { town = "data|0|town" }

[[block]]
id = 2
kind = "state"

[[arrow]]
id = 1
from = 1
to = 2
delay = 0
"""


def codes(text):
    return [(finding.code, finding.line) for finding in examine_bot(text)[1]]


def block(extra, kind="start"):
    return f'[[block]]\nid = 1\nkind = "{kind}"\n{extra}\n'


def test_whole_file_becomes_records():
    bot = parse_bot(GOOD)
    assert bot.project.id == 7
    assert bot.timezone.key == "Asia/Vladivostok"
    assert bot.constants == {"virtual_phone": "78001002752"}
    assert bot.channels[0].group == "wa1"
    assert bot.employees[0].for_card().telephony == {"virtual_phone": "78001002752", "uis_employee_id": "2339292"}
    assert bot.settings == {"uiscom": {"api_key": "KEY", "anything": {"nested": True}}}
    assert bot.blocks[0].calc == "a = 1\nb = [1,\n2]\n"
    assert bot.blocks[0].request.save == {"town": "data|0|town"}
    assert (bot.arrows[0].source, bot.arrows[0].target, bot.arrows[0].delay) == (1, 2, 0)
    assert bot.blocks[1].priority == 10
    assert bot.arrows[0].cancel_timers


def test_settings_of_plugins_are_not_shown():
    assert "KEY" not in repr(parse_bot(GOOD))


def test_places_name_the_line_of_a_key():
    bot = parse_bot(GOOD)
    line = bot.source.position(bot.place("block", 0, "calc").start)[0]
    assert GOOD.splitlines()[line - 1].startswith("calc =")
    line = bot.source.position(bot.place("block", 0, "request", "save", "town").start)[0]
    assert GOOD.splitlines()[line - 1].startswith("save =")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[[block]\nid = 1", [("SB601", 1)]),
        ("[project]\nid = 1\nx = \n", [("SB601", 3)]),
        (block("mesage = 'x'"), [("SB602", 4)]),
        ("[[blocks]]\nid = 1", [("SB602", 1)]),
        (block("") + "[[blok]]\nid = 2", [("SB602", 5)]),
        (block("") + "[[test]]\nname = 't'\nsteps = [\n  { usr = 'a' },\n]", [("SB602", 8)]),
        (block("priority = 'x'"), [("SB603", 4)]),
        ("project = 5", [("SB603", 1)]),
        ("[[block]]\nid = 1", [("SB604", 1)]),
        (block("") + block(""), [("SB605", 6)]),
        (block("") + "[[arrow]]\nid = 1\nfrom = 1\nto = 10\ndelay = 0", [("SB606", 8)]),
        (block("condition = 'x'", "state"), [("SB607", 4)]),
        (block("compare = 'x == 1'", "close"), [("SB607", 4)]),
        (block("once = true", "not_state"), [("SB607", 4)]),
        (block("") + "[[arrow]]\nid = 1\nfrom = 1\nto = 1\ndelay = 0\ninput = 'x'", [("SB608", 10)]),
        (block("match = 'exat'"), [("SB609", 4)]),
        (block("", "begin"), [("SB609", 3)]),
        ("[[channel]]\ntype = 4\ngroup = ''", [("SB609", 2)]),
        (block("condition = '('\nmatch = 'regex'"), [("SB611", 4)]),
        (block("match = 'meaning'"), [("SB612", 4)]),
        ("[project]\ntimezone = 'Moscow'", [("SB614", 2)]),
        (block("", "not_state_if") + "[[arrow]]\nid = 1\nfrom = 1\nto = 1", [("SB616", 5)]),
        (block("") + "[[arrow]]\nid = 1\nfrom = 1\nto = 1\ninput = 'client_id'", [("SB620", 9)]),
        ("[constants]\n'моё имя' = 1", [("SB620", 2)]),
        (block("", "comment") + "[[arrow]]\nid = 1\nfrom = 1\nto = 1", [("SB621", 7), ("SB621", 8)]),
        (block("") + "[[arrow]]\nid = 1\nfrom = 1\nto = 1\ndate = 'завтра'", [("SB631", 9)]),
        (block(f"compare = '{'a' * 1001}'"), [("SB615", 4)]),
        ("[[employee]]\nemail = 'a@x'\n[[employee]]\nemail = 'A@x'", [("SB622", 4)]),
    ],
)
def test_mistakes_are_found_with_their_line(text, expected):
    assert codes(text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[block]\nid = 1", "заголовок не закрыт двумя скобками ]]"),
        ("[[block]]\nid = 1\nid = 2\n", "такой ключ в этой таблице уже есть"),
        ("[project]\ntimezone = Moscow", "здесь нет значения, которое понятно"),
        ('[project]\ntimezone = "Moscow\n', "кавычка не закрыта до конца строки"),
        ("[constants]\nимя = 1", "строка не похожа на «ключ = значение»"),
        ("[project]\n[project]", "такая таблица уже есть"),
        ("[[test]]\nsteps = [{user = 'a'", "таблица { … } не закрыта"),
    ],
)
def test_a_file_that_is_no_toml_is_explained_in_russian(text, told):
    with pytest.raises(BotFileError) as caught:
        parse_bot(text)
    [finding] = caught.value.diagnostics
    assert told in finding.message
    assert finding.hint
    assert told not in finding.in_language("en").message


def test_all_mistakes_are_told_at_once_with_a_way_out():
    with pytest.raises(BotFileError) as caught:
        parse_bot(block("mesage = 'x'\nmatch = 'exat'"), name="my.toml")
    text = str(caught.value)
    assert "my.toml, 4:1: SB602 неизвестный ключ mesage" in text
    assert "возможно, message?" in text
    assert "my.toml, 5:1: SB609 match: значение 'exat' не подходит" in text


MANY = """[project]
timezone = "Moscow"
idd = 1
[[employee]]
name = "Анна"
[[block]]
id = "x"
kind = "strat"
condition = "("
match = "regex"
[[block]]
id = 2
kind = "state"
condition = "а"
priority = "b"
[[arrow]]
id = 1
from = 1
date = "завтра"
[[arrow]]
id = 1
from = 2
to = 9
[[test]]
name = "т"
now = "завтра"
steps = [
  { usr = "а" },
]
"""


def test_what_cannot_be_read_hides_no_other_mistake():
    bot, found = examine_bot(MANY)
    assert bot is not None
    assert [(finding.line, finding.code) for finding in found] == [
        (2, "SB614"), (3, "SB602"), (4, "SB604"), (7, "SB603"), (8, "SB609"), (9, "SB611"), (14, "SB607"), (15, "SB603"),
        (16, "SB604"), (18, "SB606"), (19, "SB631"), (21, "SB605"), (23, "SB606"), (26, "SB673"), (28, "SB602"),
    ]  # fmt: skip
    with pytest.raises(BotFileError) as caught:
        parse_bot(MANY)
    assert len(caught.value.diagnostics) == len(found)


@pytest.mark.parametrize(
    ("test", "code", "told"),
    [
        ("now = 'завтра'\nsteps = [\n{ user = 'а' },\n]", "SB673", "2026-03-02 10:15"),
        ("client = { phone = '7' }\nsteps = [\n{ user = 'а' },\n]", "SB674", "platform_id"),
        ("client = { type = 'x' }\nsteps = [\n{ user = 'а' },\n]", "SB603", "client.type"),
        ("steps = []", "SB697", "ничего не проверяет"),
        ("", "SB697", "ничего не проверяет"),
        ("steps = [\n{ wait = '10 минут' },\n]", "SB673", "10 min"),
        ("steps = [\n{ user = 5 },\n]", "SB603", "user: ожидалось: текст в кавычках, получено 5"),
        ("steps = [\n{ expect = 7 },\n]", "SB603", "expect: ожидалось: текст или массив текстов, получено 7"),
        ("steps = [\n{ expect = ['а', 7] },\n]", "SB603", "expect"),
        ("steps = [\n{ position = 'x' },\n]", "SB603", "position: ожидалось: целое число от 0"),
        ("steps = [\n{ position = true },\n]", "SB603", "position"),
        ("steps = [\n{ position = 77 },\n]", "SB635", "77"),
        ("steps = [\n{ plans = 'y' },\n]", "SB603", "plans"),
        ("steps = [\n{ vars = 5 },\n]", "SB603", "vars: ожидалось: таблица"),
        ("steps = [\n{ silent = false },\n]", "SB603", "silent: ожидалось: true"),
        ("steps = [\n{ usr = 'а' },\n]", "SB602", "возможно, user?"),
        ("steps = [\n{ user = 'а', event = 'б' },\n]", "SB676", "user, event"),
        ("steps = [\n{ user = 'а', with = { a = 1 } },\n]", "SB698", "webhook, uis"),
        ("steps = [\n{ },\n]", "SB675", "user, event"),
    ],
)  # fmt: skip
def test_a_test_that_can_never_pass_is_an_error_and_the_bot_works_all_the_same(test, code, told):
    text = block("condition = 'а'") + f"[[test]]\nname = 'т'\n{test}\n"
    _, found = examine_bot(text)
    assert [(finding.code, finding.severity) for finding in found] == [(code, "error")]
    assert told in found[0].message + found[0].hint
    assert parse_bot(text).blocks
    (played,) = rehearse(parse_bot(text), open_stage)
    assert not played.passed


def test_similar_fuzzy_event_conditions_are_warned_about():
    text = "".join(
        f'[[block]]\nid = {number}\nkind = "start"\ncondition = "Uiscom_event {name} звонок"\n'
        for number, name in ((1, "Успешный"), (2, "Неуспешный"))
    )
    bot, found = examine_bot(text)
    assert bot is not None
    assert [(finding.code, finding.severity, finding.line) for finding in found] == [("SB613", "warning", 8)]
    assert codes(text.replace('звонок"', 'звонок"\nmatch = "exact"')) == []


def test_constants_are_limited():
    assert codes("[constants]\n" + "\n".join(f"a{n} = {n}" for n in range(51))) == [("SB615", 1)]
    for line, shown in (
        (f"{'a' * 101} = 1", "101 — больше предела 100"),
        (f"a = '{'x' * 5001}'", "5001 — больше предела 5000"),
    ):
        [finding] = examine_bot(f"[constants]\n{line}")[1]
        assert (finding.code, finding.line, shown in finding.message, bool(finding.hint)) == ("SB615", 2, True, True)


def test_file_is_read_with_any_line_ends_and_mark(tmp_path):
    path = tmp_path / "bot.toml"
    path.write_bytes("﻿".encode() + GOOD.replace("\n", "\r\n").encode())
    assert load_bot(path).blocks[0].calc == "a = 1\nb = [1,\n2]\n"


def test_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "bot.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BotFileError, match="SB601"):
        load_bot(path)


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        (1, 33, "стрелка ведёт к блоку 33, а такого блока нет"),
        (33, 1, "стрелка выходит из блока 33, а такого блока нет"),
    ],
)
def test_an_arrow_at_a_missing_block_lists_the_blocks(source, target, told):
    text = "".join(f'[[block]]\nid = {number}\nkind = "state"\n' for number in (1, 2, 10))
    _, found = examine_bot(f"{text}[[arrow]]\nid = 1\nfrom = {source}\nto = {target}\ndelay = 0\n")
    [finding] = found
    assert (finding.message, finding.hint) == (told, "есть блоки: 1, 2, 10")


def test_a_wrong_choice_lists_all_choices():
    _, found = examine_bot('[[block]]\nid = 1\nkind = "strat"\n')
    assert [finding.hint for finding in found] == ["можно: start, state, not_state, not_state_if, close, comment"]
