"""Broken code that the language stores as text is told, where it breaks and how it is written; ordinary text is not."""

from __future__ import annotations

import pytest

import salebot_uiscom as su
from salebot_uiscom.lint import check_bot_text, check_field

CATALOG = su.Interpreter(entry_points=False).catalog

BROKEN = [
    # right side, severity, the marked piece, what the text names, what the cure names
    ("(1 + 2", "error", "(", "скобка ( не закрыта", "допишите )"),
    ("1 + 2)", "error", ")", "лишняя скобка )", "уберите )"),
    ("(цена + 2", "error", "(", "скобка ( не закрыта", ")"),
    ("((1 + 2) * 3", "error", "(", "скобка ( не закрыта", ")"),
    ("(1 + 2]", "error", "]", "открыта скобка (", "скобкой )"),
    ("arr[0", "error", "[", "скобка [ не закрыта", "]"),
    ("arr[0]]", "error", "]", "лишняя скобка ]", "]"),
    ("arr[0)]", "error", ")", "лишняя скобка )", ")"),
    ("arr[1:3]", "error", ":", "среза", "array_slice"),
    ('d["a"', "error", "[", "скобка [ не закрыта", "]"),
    ('d["a]', "error", '"a]', 'кавычка " открыта', '"'),
    ("round(arr[0)", "error", "[", "скобка [ не закрыта", "]"),
    ("{'a' = 1}", "error", "=", "=", "{"),
    ("{a: 1}", "error", "a", "ключ a без кавычек", '"a"'),
    ("{a = 1}", "error", "=", "=, а не двоеточие", '"ключ"'),
    ('{"a" 1}', "error", '"a" 1', "двоеточия", "ключ"),
    ('{"a", "b"}', "error", '"a"', "двоеточия", "ключ"),
    ('{"a": 1 "b": 2}', "error", '"b"', 'не хватает запятой перед "b"', "запятую"),
    ("[1;2;3]", "error", ";", "; вместо запятой", "запятой"),
    ("[1,2,]", "error", ",", "лишняя запятая перед ]", "последнего"),
    ("[1,,2]", "error", ",", "две запятые", "None"),
    ("[1 2]", "error", "2", "не хватает запятой перед 2", "запятую"),
    ("round(5.5;1)", "error", ";", "; вместо запятой", "запятой"),
    ("max(1, 2 3)", "error", "3", "не хватает запятой перед 3", "запятую"),
    ("not 5", "error", "not ", "отрицания not", "!="),
    ("not готово", "error", "not ", "отрицания not", "!="),
    ("!готово", "warning", "!", "отрицания !", "!="),
    ("not (готово)", "error", "not ", "отрицания not", "!="),
    ("7 // 2", "error", "//", "//", "floor"),
    ("цена // 2", "error", "//", "//", "floor"),
    ("a ? 1 : 2", "warning", "?", "выбор", "if(a, 1, 2)"),
    ("цена > 5 ? 'да' : 'нет'", "error", "?", "выбор", "if(цена > 5, 'да', 'нет')"),
    ("'да' if цена > 5 else 'нет'", "error", "if", "выбор", "if(цена > 5, 'да', 'нет')"),
    ("'a'.upper()", "error", ".upper", ".upper", "upper(x)"),
    ("'a'.toUpperCase()", "error", ".toUpperCase", "точку", "upper(x)"),
    ("цена.toFixed(2)", "error", ".toFixed", "точку", "round(x, …)"),
    ("re.findall('[0-9]+', s)", "error", "re.findall", "re.", "findall(…)"),
    ("math.sqrt(цена)", "error", "math.sqrt", "math.", "sqrt(…)"),
    ("d['b'].c", "error", ".c", ".c", 'd["c"]'),
    ("1; y = 2", "error", ";", "вторая команда", "следующей строке"),
    ("цена.length", "warning", ".length", ".length", "len(x)"),
    ("да; y = 2", "warning", ";", "вторая команда", "следующей строке"),
    ("5;", "error", ";", "точка с запятой", "уберите"),
    ('"да";', "error", ";", "точка с запятой", "уберите"),
    ('"a" "b"', "warning", '"b"', "+", '"a" + "b"'),
    ('"Привет, " готово', "warning", "готово", "+", '"a" + "b"'),
    ("цена =< 5", "error", "=<", "=<", "<="),
    ("if(цена => 5, 1, 2)", "error", "=>", "=>", ">="),
    ("if(цена <> 5, 1, 2)", "error", "<>", "<>", "!="),
    ("if(цена == 1, b = 2, b = 3)", "error", "if(цена == 1, b = 2, b = 3)", "не записывают", "b = if(цена == 1, 2, 3)"),
    ("if(цена === 5, 1, 2)", "error", "===", "===", "=="),
    ("if(цена > 5 & готово, 1, 2)", "error", "&", "&", "and"),
    ("цена = 5", "error", "=", "==", "=="),
    ("цена * * 2", "error", "* *", "два знака", "лишний"),
    ("(5 + ) * 2", "error", ")", "не хватает значения", "допишите"),
    ("[x * 2 for x in arr]", "error", "for", "циклов", "sum_array"),
    ("'a' in цена", "warning", "in", "слова in", "contains"),
    ('f"Привет, {имя}"', "error", "f", "приставки f", "#{имя}"),
    ("(price_usd * 2", "warning", "(", "скобка ( не закрыта", ")"),
    ("(цена", "warning", "(", "скобка ( не закрыта", ")"),
    ("round 5.5)", "error", "5.5", "( после round", "round(…)"),
    ('concat("a, "b")', "error", '"', "нет пары", "с чертой"),
    ('"a" + b"', "error", '"', "нет пары", "с чертой"),
    ('if(цена == 1) "да" else "нет"', "error", '"да"', "выбор", 'if(цена == 1, "да", "нет")'),
    ('{"a" => 1}', "error", "=>", "а не двоеточие", "ключ"),
    ('d.get("a")', "error", ".get", ".get", "get(x, …)"),
    ("arr.length", "warning", ".length", ".length", "len(x)"),
    ('"a" & "b"', "warning", "&", "+", '"a" + "b"'),
    ("[(1, 2), (3, 4)]", "error", "(1, 2)", "круглые", "[1, 2]"),
    ("max((1, 2), 3)", "error", "(1, 2)", "круглые", "[1, 2]"),
    ("цена is None", "warning", "is", "слова is", "=="),
    ('"a" in "abc"', "warning", "in", "слова in", "contains"),
    (".5 + 1", "error", ".5", "с точки", "0.5"),
    ("цена × 2", "warning", "×", "×", "пишут *"),
    ("${цена}", "warning", "${цена}", "подставляет", "#{имя}"),
    ("{{цена}}", "warning", "{{цена}}", "подставляет", "#{имя}"),
    ("date_add(current_date; 5)", "warning", ";", "; вместо запятой", "addDays"),
    ("foo(1, 2", "error", "(", "скобка ( не закрыта", ")"),
]
KNOWN = ["цена", "готово"]


@pytest.mark.parametrize(("right", "severity", "marked", "text", "cure"), BROKEN, ids=[row[0] for row in BROKEN])
def test_broken_code_is_told_at_its_place_with_a_cure(
    right: str, severity: str, marked: str, text: str, cure: str
) -> None:
    (finding,) = check_field(f"x = {right}", CATALOG, known=KNOWN)
    assert (finding.code, finding.severity) == ("SB702", severity)
    assert finding.source.text[finding.span.start : finding.span.end] == marked
    assert text in finding.message
    assert cure in finding.hint
    english = finding.in_language("en")
    assert not any("а" <= char.lower() <= "я" for char in english.message.replace(right, "").replace(marked, ""))
    assert english.hint != finding.hint


@pytest.mark.parametrize("right", [row[0] for row in BROKEN])
def test_broken_code_is_stored_as_typed(right: str) -> None:
    outcome = su.evaluate(f"x = {right}", {"цена": 2, "готово": "True"})
    assert (outcome.variables["x"], outcome.errors) == (right, [])


ORDINARY = """
Привет, как дела?
г. Москва (центр)
10:30
12.05.2024
:)
;)
a) первый b) второй
а) первый; б) второй
1) первый 2) второй
https://ya.ru/?a=1&b=2
https://ya.ru/путь/(2024)
http://site.ru/index.php?id=5;x=2
+7 (900) 444-33-22
8 (900) 444-33-22
8(900)4443322
Цена: 5 руб. (со скидкой)
"цитата" автора
"Война и мир" и «Анна Каренина»
ООО "Ромашка"
ООО "Ромашка" (Москва)
Кафе 'Луна', ул. Мира, 5
да/нет
and/or
5 + 5 друзей
2+2=4
ivan.petrov@mail.ru
@username
#хэштег
/start
*важно*
_курсив_
Спасибо!
!важно
Спасибо)
Спасибо :)))
Имя: Иван; Фамилия: Петров
Да; нет; не знаю
10%
100 %
-10% на всё
скидка -10% (до 31.12)
от 5 до 10 шт.
5-10 дней
10:00-18:00
10:00 - 18:00
пн-пт 9:00-18:00, сб 10:00-15:00
1/2 стакана
50/50
№ 5
№5 (новый)
1,5 л
1 000 000 ₽
$100
100$
C++
C#
Wi-Fi
Disney+
18+
T-shirt (XL)
iPhone 15 Pro (256 GB)
Hello, world!
Hello world (again)
Mr. Smith & Co.
Иван & Мария
Tom & Jerry
не 5
not found
не готов
Rock'n'roll
Д'Артаньян
it's fine
don't worry (be happy)
5" монитор
монитор 24"
Есть вопрос? Пиши: да или нет
Хотите? Да: 1, нет: 2
а? б : в
было => стало
a -> b
x < y > z друзья
<b>жирный</b>
<a href="https://ya.ru">ссылка</a>
[ссылка](https://ya.ru)
[5 минут]
[важно]
Сноска [1
(см. ниже
(центр города)
(центр города
(Москва + Питер
{имя}, здравствуйте
{Внимание: скидка}
{тег}
1. Первый
1. Первый; 2. Второй
Иванов И.И.
и т.д.
file.txt
www.site.com
ya.ru(тест)
С уважением, Иван.
Вопрос: ответ = да
Итого = 500 руб
E = mc²
a = b
y = x и z
Товар|Цена
Красный | Синий
красный, синий (тёмный)
55.7, 37.6
(55.7, 37.6)
(10-15)
10-15)
(8-900-123-45-67
12.05.2024)
заказ №12/5-А
ул. Ленина, д. 5/2, кв. 10
I'm "the best"
"да" или "нет"
Промокод "ЛЕТО" (скидка)
промо#{имя}
#{имя}, здравствуйте!
Заказ #{номер} (#{дата})
#{d}.#{m}.2021
#{имя}@mail.ru
Кто? Что? Где?
...
…
— Привет! — сказал он
SELECT * FROM users
C:\\Program Files\\app
😀 (смайл)
Готово;
if only (maybe)
если да (или нет)
10×15
10 × 15
10 – 15
Москва – Питер
цена — 5 рублей
.NET
.5 л
this is fine
made in China
Ромашка — "лучшая"
set menu (new)
float valve (d=15)
boys' club
{{ Привет }} всем
""".strip().splitlines()


def test_the_table_of_ordinary_texts_is_large() -> None:
    assert len(set(ORDINARY)) == len(ORDINARY) >= 100


@pytest.mark.parametrize("right", ORDINARY)
def test_ordinary_text_is_let_be(right: str) -> None:
    assert [str(item) for item in check_field(f"x = {right}", CATALOG)] == []


FILLED = """
#{имя})
#{имя};
[#{имя} #{город}]
[#{имя}] #{город}
{#{имя}}
(#{имя} #{город})
#{имя} (#{город})
#{дата}-#{город})
#{имя}!
Спасибо!
Спасибо, имя!
имя -> город
имя.txt
www.имя.ru
имя (город)
имя город
имя, город
имя? Да: нет
город; имя
""".strip().splitlines()


@pytest.mark.parametrize("right", FILLED)
def test_text_with_names_that_have_values_is_let_be(right: str) -> None:
    known = ["имя", "город", "дата", "Спасибо", "www", "Да", "нет"]
    assert [str(item) for item in check_field(f"x = {right}", CATALOG, known=known)] == []


def test_the_calculator_of_a_bot_is_told_the_same() -> None:
    bot = "[[block]]\nid = 1\nkind = \"start\"\ncondition = \"а\"\ncalc = '''\nx = (1 + 2\ny = Привет (всем)\n'''\n"
    assert [(item.code, item.line, item.column) for item in check_bot_text(bot, CATALOG)] == [("SB702", 6, 5)]
