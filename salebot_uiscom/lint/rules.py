"""The rules of the checker with an example each: the table that `docs/checks.md` and the tests read.

An example is a calculator field unless `where` says otherwise: `message`, `compare`, or `bot` (blocks and arrows of a
bot file). `bad` must give the code, `good` must give nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass

CALCULATOR, MESSAGE, COMPARE, BOT = "calculator", "message", "compare", "bot"


@dataclass(frozen=True, slots=True)
class Rule:
    """`fixable`: `fix_field` knows what to write instead. `severity`: error = the line cannot do what it says."""

    code: str
    bad: str
    good: str
    where: str = CALCULATOR
    severity: str = "warning"
    fixable: bool = False


_ANSWER = """[[block]]
id = 1
kind = "start"
condition = "привет"
message = "Как вас зовут?"
[[block]]
id = 2
kind = "state"
message = "Спасибо, #{{имя}}"
[[arrow]]
id = 1
from = 1
to = 2
input = "имя"
{}
"""
_BLOCK = """[[block]]
id = 1
kind = "start"
{}
"""
_EVENT = 'condition = "{} Пропущенный"\nmatch = "exact"\nmessage = "Мы перезвоним"'
_CONSTANT = '[constants]\n"срок" = 5\n'
_BODY = """condition = "Uiscom_event Пропущенный"
match = "exact"
calc = 'call_id = uiscom_request["call_session_id"]'"""
_ASKED = 'compare = "message_from_outside == 0"'

_LONG = " + ".join(["цена"] * 240)
_LONG_CONDITION = " and ".join(f"цена != {number}" for number in range(100, 162))

RULES: tuple[Rule, ...] = (
    Rule("SB701", "a = 1\n/* цена\nb = 2", "a = 1\n/* цена */\nb = 2"),
    Rule("SB702", "x = round(5.5", "x = round(5.5)", severity="error"),
    Rule("SB703", "x = concat(“а”, “б”)", 'x = concat("а", "б")', fixable=True),
    Rule("SB704", 'город = "Москва "', 'город = "Москва"'),
    Rule("SB705", "x = round(#{цена}, 2)", "x = round(цена, 2)", fixable=True),
    Rule("SB706", "Здравствуйте, #{имя!", "Здравствуйте, #{имя}!", MESSAGE),
    Rule("SB707", "Здравствуйте, #{}!", "Здравствуйте, #{имя}!", MESSAGE),
    Rule("SB708", "Здравствуйте, #{имя клиента}!", "Здравствуйте, #{имя_клиента}!", MESSAGE),
    Rule("SB709", 'x = if(a = 5, "да", "нет")', 'x = if(a == 5, "да", "нет")', severity="error", fixable=True),
    Rule("SB710", "x = кщгтв(5.5)", "x = round(5.5)", severity="error", fixable=True),
    Rule("SB711", "рrice = 100", "price = 100"),
    Rule("SB712", "price = 100\nсумма = prise - скидка", "price = 100\nсумма = price - 10"),
    Rule("SB713", "round = 5\nx = round(2.5)", "цена = 5\nx = round(2.5)"),
    Rule("SB714", 'name = "Иван"', 'client.name = "Иван"'),
    Rule("SB715", _CONSTANT + _BLOCK.format('condition = "a"\ncalc = "срок = 6"\nmessage = "#{срок}"'),
         _CONSTANT + _BLOCK.format('condition = "a"\ncalc = "срок2 = 6"\nmessage = "#{срок2}"'), BOT),
    Rule("SB716", _BLOCK.format('condition = "a"\ncalc = "цена = 5"\nmessage = "#{цено}"'),
         _BLOCK.format('condition = "a"\ncalc = "цена = 5"\nmessage = "#{цена}"'), BOT),
    Rule("SB717", "Итог = 1\nитог = 2", "итог = 1\nитог_дня = 2"),
    Rule("SB718", "а" * 450 + " = 1", "а = 1"),
    Rule("SB719", "x = раунд(2.5)", "x = round(2.5)"),
    Rule("SB720", 'x = if(a > 5 and a < 3, "да", "нет")', 'x = if(a > 3 and a < 5, "да", "нет")'),
    Rule("SB721", 'x = if(a != 1 or a != 2, "да", "нет")', 'x = if(a != 1 and a != 2, "да", "нет")'),
    Rule("SB722", 'x = if(город == "", "нет", город)', 'x = if(город == None, "нет", город)', fixable=True),
    Rule("SB723", 'x = if(a == 1 or 2, "да", "нет")', 'x = if(a == 1 or a == 2, "да", "нет")'),
    Rule("SB724", 'x = if(a == 1 or a == 1, "да", "нет")', 'x = if(a == 1 or a == 2, "да", "нет")'),
    Rule("SB725", 'x = if(a == 1, "да", "да")', 'x = if(a == 1, "да", "нет")'),
    Rule("SB726", "x = 5 / 0", "x = 5 / 2", severity="error"),
    Rule("SB727", "x = a == 1 и b == 2", "x = a == 1 and b == 2"),
    Rule("SB730", "x = 0451 + 1", 'x = concat("0451", "1")'),
    Rule("SB731", "phone = 8-900-123-45-67", 'phone = "8-900-123-45-67"', fixable=True),
    Rule("SB732", "x = 12345678901234567890 / 3", 'x = "12345678901234567890"'),
    Rule("SB733", 'd = {"а": 1, "а": 2}', 'd = {"а": 1, "б": 2}'),
    Rule("SB734", "x = [1, 2][2]", "x = [1, 2][1]"),
    Rule("SB735", 'x = findall("(а", s)', 'x = findall("а", s)', severity="error"),
    Rule("SB736", 'x = findall("(а+)+б", s)', 'x = findall("а+б", s)'),
    Rule("SB737", 'x = addDays("2026-03-02", 1)', 'x = addDays("02.03.2026", 1)'),
    Rule("SB738", "x = 2,5 + 1", "x = 2.5 + 1"),
    Rule("SB740", "round(5.5)", "x = round(5.5)"),
    Rule("SB741", 'Готово #{set_client_var(client_id, "а", 1)}', "Готово", MESSAGE),
    Rule("SB742", 'b = callback(5, "а")\nc = callback(5, "а")', 'b = callback(5, "а")'),
    Rule("SB750", "r = uiscom_employee_call(client_phone, virtual_phone, 25)",
         "r = uiscom_employee_call(virtual_phone, client_phone, 25)"),
    Rule("SB751", 'r = uiscom_employee_call("78001002752", "8 900 123", 25)',
         'r = uiscom_employee_call("78001002752", phone, 25)'),
    Rule("SB752", 'r = uiscom_employee_call("78001002752", phone, "Иванов")',
         'r = uiscom_employee_call("78001002752", phone, 2339292)'),
    Rule("SB753", 'r = uiscom_offline_messages("Заявка", "", -1)', 'r = uiscom_offline_messages("Заявка", 80913, -1)'),
    Rule("SB760", f"x = if(цена > 1, {_LONG}, 0)", "x = if(цена > 1, цена, 0)"),
    Rule("SB761", _LONG_CONDITION, "цена != 100", COMPARE),
    Rule("SB770", _ANSWER.format(""), _ANSWER.format(_ASKED), BOT),
    Rule("SB771", _BLOCK.format(_EVENT.format("Uiscom_events")), _BLOCK.format(_EVENT.format("Uiscom_event")), BOT),
    Rule("SB772", _BLOCK.format('condition = "a"\n[[block]]\nid = 2\nkind = "state"'),
         _BLOCK.format('condition = "a"'), BOT),
    Rule("SB773", _BLOCK.format('message = "а"'), _BLOCK.format('condition = "а"\nmessage = "б"'), BOT),
    Rule("SB774", "#{готово}", "готово", COMPARE),
    Rule("SB775", "[variables]\nsave_webhook = 1\n" + _BLOCK.format(_BODY),
         "[constants]\nsave_webhook = 1\n" + _BLOCK.format(_BODY), BOT),
)  # fmt: skip
BY_CODE = {rule.code: rule for rule in RULES}
