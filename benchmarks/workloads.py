"""What is evaluated: each workload in several wordings, so that nothing is tuned to one of them.

A wording has the text in the calculator language, the same by hand in Python, and what other engines are given. Engines
that speak Python take `python`; the rest have a text of their own or sit the wording out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Variables = dict[str, Any]
SETS = 16
ZONE = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class Wording:
    """Args:
    name: `W1a`: workload and letter.
    goal: times hand-written Python.
    text: in the calculator language.
    by_hand: the same in Python; a script writes into the variables.
    one: variables of set number i.
    engines: dialect → text (`python`, `jinja`, `cel`, `arithmetic` of py-expression-eval, `zen`, `lua`).
    results: variables of a script that an engine which cannot fill a dict returns instead.
    renew: new texts for every round.
    """

    name: str
    what: str
    goal: float
    text: str
    by_hand: Callable[[Variables], Any]
    one: Callable[[int], Variables]
    engines: dict[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    is_script: bool = False
    renew: bool = False

    def sets(self) -> list[Variables]:
        return [self.one(index) for index in range(SETS)]


# ---------------------------------------------------------------- W1: arithmetic


def price(v: Variables) -> Any:
    return (v["price"] * v["count"] - v["discount"]) * 1.2 + v["delivery"] / 2


def element(v: Variables) -> Any:
    return (v["first"] + v["cart"][1]) * v["rate"]


def balance(v: Variables) -> Any:
    return v["баланс"] - v["цена"] * v["количество"] * (1 - v["скидка"] / 100)


# ---------------------------------------------------------------- W2: ten nested conditions


def step(v: Variables) -> Any:
    n = v["n"]
    return (
        1 if n >= 1000 else 2 if n >= 900 else 3 if n >= 800 else 4 if n >= 700 else 5 if n >= 600 else
        6 if n >= 500 else 7 if n >= 400 else 8 if n >= 300 else 9 if n >= 200 else 10 if n >= 100 else 11
    )  # fmt: skip


CITIES = ("Москва", "Казань", "Пермь", "Самара", "Томск", "Уфа", "Омск", "Тула", "Сочи", "Тверь")


def city(v: Variables) -> Any:
    city = v["city"]
    return (
        1 if city == "Москва" else 2 if city == "Казань" else 3 if city == "Пермь" else 4 if city == "Самара" else
        5 if city == "Томск" else 6 if city == "Уфа" else 7 if city == "Омск" else 8 if city == "Тула" else
        9 if city == "Сочи" else 10 if city == "Тверь" else 0
    )  # fmt: skip


def rooms(v: Variables) -> Any:
    return (
        (((((((((10 if v["d"] < 9 else 9) if v["c"] < 8 else 8) if v["b"] < 9 else 7) if v["a"] < 9 else 6)
        if v["d"] > 1 else 5) if v["c"] > 1 else 4) if v["b"] != 5 else 3) if v["a"] != 6 else 2)
        if v["b"] > 0 else 1) if v["a"] > 0 else 0
    )  # fmt: skip


def nested(tests: list[str], values: list[str], last: str) -> str:
    """`if(…, …, if(…))` of the calculator language."""
    text = last
    for test, value in zip(reversed(tests), reversed(values), strict=True):
        text = f"if({test}, {value}, {text})"
    return text


def ternary(tests: list[str], values: list[str], last: str) -> str:
    """`… ? … : …` of CEL and ZEN."""
    text = last
    for test, value in zip(reversed(tests), reversed(values), strict=True):
        text = f"({test} ? {value} : {text})"
    return text


def python_chain(tests: list[str], values: list[str], last: str) -> str:
    return " else ".join(f"{value} if {test}" for test, value in zip(tests, values, strict=True)) + f" else {last}"


def lua_chain(tests: list[str], values: list[str], last: str) -> str:
    return " or ".join(f"{test} and {value}" for test, value in zip(tests, values, strict=True)) + f" or {last}"


def chain_engines(tests: list[str], values: list[str], last: str) -> dict[str, str]:
    return {
        "python": python_chain(tests, values, last),
        "jinja": python_chain(tests, values, last),
        "cel": ternary(tests, values, last),
        "zen": ternary(tests, values, last),
        "lua": lua_chain(tests, values, last),
        "arithmetic": nested(tests, values, last),
    }


_STEPS = ([f"n >= {n}" for n in range(1000, 0, -100)], [str(n) for n in range(1, 11)], "11")
_CITIES = ([f'city == "{name}"' for name in CITIES], [str(n) for n in range(1, 11)], "0")
_ROOMS = (
    "if(a > 0, if(b > 0, if(a != 6, if(b != 5, if(c > 1, if(d > 1, if(a < 9, if(b < 9, if(c < 8, if(d < 9, 10, 9), 8), "
    "7), 6), 5), 4), 3), 2), 1), 0)"
)

# ---------------------------------------------------------------- W3: texts


def letter(v: Variables) -> Any:
    return ("Привет, " + v["name"] + "! Заказ " + v["order_no"] + " готов") == "нет"


def full_name(v: Variables) -> Any:
    return v["name"] + " " + v["surname"] != "Иван Петров" and v["city"] == "Казань"


def total(v: Variables) -> Any:
    return "К оплате: " + str(v["total"]) + " руб., " + v["name"] == "К оплате: 105 руб., Иван"


# ---------------------------------------------------------------- W4: working hours


def hours(v: Variables) -> Any:
    return 9 <= v["hour"] < 18 and v["day"] != 6 and v["day"] != 7 and v["holiday"] == 0 and v["open"] == "да"


def minutes(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def times(v: Variables) -> Any:
    return 540 <= minutes(v["clock"]) <= 1080 and v["day"] != 6 and v["day"] != 7 and v["holiday"] == 0


def now(v: Variables) -> Any:
    moment = datetime.now(ZONE)
    return 9 <= moment.hour < 18 and moment.isoweekday() != 6 and moment.isoweekday() != 7 and v["holiday"] == 0


# ---------------------------------------------------------------- W5: a script of twelve statements


def cart(v: Variables) -> None:
    v["cart"] = [100, 250.5, 300]
    v["total"] = v["cart"][0] + v["cart"][1] + v["cart"][2]
    v["client_d"] = {"name": v["who"], "level": 3}
    v["rate"] = 0.9 if v["client_d"]["level"] >= 3 else 1
    v["sum_"] = v["total"] * v["rate"]
    v["label"] = "Сумма: " + str(v["sum_"])
    v["size"] = len(v["label"])
    v["cart"][1] = v["size"]
    v["avg"] = v["sum_"] / 3
    v["rounded"] = round(v["avg"], 2)
    v["text_"] = v["label"] + " / " + str(v["rounded"])
    v["flag"] = v["rounded"] > 100 and v["size"] > 5


CART = """cart = [100, 250.5, 300]
total = cart[0] + cart[1] + cart[2]
client_d = {"name": who, "level": 3}
rate = if(client_d["level"] >= 3, 0.9, 1)
sum_ = total * rate
label = "Сумма: " + sum_
size = len(label)
cart[1] = size
avg = sum_ / 3
rounded = round(avg, 2)
text_ = label + " / " + rounded
flag = rounded > 100 and size > 5"""

CART_PYTHON = """cart = [100, 250.5, 300]
total = cart[0] + cart[1] + cart[2]
client_d = {"name": who, "level": 3}
rate = 0.9 if client_d["level"] >= 3 else 1
sum_ = total * rate
label = "Сумма: " + str(sum_)
size = len(label)
cart[1] = size
avg = sum_ / 3
rounded = round(avg, 2)
text_ = label + " / " + str(rounded)
flag = rounded > 100 and size > 5"""

CART_LUA = """
local cart = {100, 250.5, 300}
local total = cart[1] + cart[2] + cart[3]
local client_d = {name = who, level = 3}
local rate = client_d.level >= 3 and 0.9 or 1
local sum_ = total * rate
local label = "Сумма: " .. sum_
local size = #label
cart[2] = size
local avg = sum_ / 3
local rounded = math.floor(avg * 100 + 0.5) / 100
local text_ = label .. " / " .. rounded
local flag = rounded > 100 and size > 5
return text_, flag"""


def order(v: Variables) -> None:
    v["goods"] = ["чай", "кофе", "сахар"]
    v["prices"] = {"чай": 120, "кофе": 340, "сахар": 80}
    v["chosen"] = v["goods"][v["number"]]
    v["cost"] = v["prices"][v["chosen"]]
    v["kinds"] = len(v["goods"])
    v["sum_"] = v["cost"] * v["kinds"]
    v["discount"] = 10 if v["sum_"] > 300 else 0
    v["total"] = v["sum_"] - v["sum_"] * v["discount"] / 100
    v["caps"] = v["who"].upper()
    v["greeting"] = "Здравствуйте, " + v["caps"] + "!"
    v["prices"]["чай"] = v["total"]
    v["room"] = len(v["greeting"]) + 1


ORDER = """goods = ["чай", "кофе", "сахар"]
prices = {"чай": 120, "кофе": 340, "сахар": 80}
chosen = goods[number]
cost = prices[chosen]
kinds = arr_len(goods)
sum_ = cost * kinds
discount = if(sum_ > 300, 10, 0)
total = sum_ - sum_ * discount / 100
caps = upper(who)
greeting = concat("Здравствуйте, ", caps, "!")
prices["чай"] = total
room = len(greeting) + 1"""

ORDER_PYTHON = """goods = ["чай", "кофе", "сахар"]
prices = {"чай": 120, "кофе": 340, "сахар": 80}
chosen = goods[number]
cost = prices[chosen]
kinds = len(goods)
sum_ = cost * kinds
discount = 10 if sum_ > 300 else 0
total = sum_ - sum_ * discount / 100
caps = who.upper()
greeting = "Здравствуйте, " + caps + "!"
prices["чай"] = total
room = len(greeting) + 1"""

# ---------------------------------------------------------------- S1: arithmetic on texts


def text_price(v: Variables) -> Any:
    return (float(v["price"]) * float(v["count"]) - float(v["discount"])) * 1.2


def text_balance(v: Variables) -> Any:
    cost = float(v["price"]) * float(v["count"])
    held = float(v["balance"])
    return held - cost if held >= cost else 0


_TEXT_PRICE_ENGINES = {
    "python": "(float(price) * float(count) - float(discount)) * 1.2",
    "jinja": "(price|float * count|float - discount|float) * 1.2",
    "cel": "(double(price) * double(count) - double(discount)) * 1.2",
    "zen": "(number(price) * number(count) - number(discount)) * 1.2",
    "lua": "(price * count - discount) * 1.2",
}


def fresh(text: str) -> str:
    """An equal text that is a new object."""
    return "".join(list(text))


WORDINGS: tuple[Wording, ...] = (
    Wording(
        "W1a", "arithmetic", 1.3, "(price*count - discount)*1.2 + delivery/2", price,
        lambda i: {"price": 10 + i, "count": 3, "discount": 5.5, "delivery": 7},
        {
            "python": "(price*count - discount)*1.2 + delivery/2",
            "jinja": "(price*count - discount)*1.2 + delivery/2",
            "cel": "(double(price)*double(count) - discount)*1.2 + double(delivery)/2.0",
            "zen": "(price*count - discount)*1.2 + delivery/2",
            "lua": "(price*count - discount)*1.2 + delivery/2",
            "arithmetic": "(price*count - discount)*1.2 + delivery/2",
        },
    ),
    Wording(
        "W1b", "arithmetic with an element", 1.3, "(first + cart[1]) * rate", element,
        lambda i: {"first": 1 + i, "cart": [1, 2 + i], "rate": 1.5},
        {
            "python": "(first + cart[1]) * rate",
            "jinja": "(first + cart[1]) * rate",
            "cel": "double(first + cart[1]) * rate",
            "zen": "(first + cart[1]) * rate",
            "lua": "(first + cart[1]) * rate",
        },
    ),
    Wording(
        "W1c", "arithmetic, Russian names", 1.3, "баланс - цена*количество*(1 - скидка/100)", balance,
        lambda i: {"баланс": 1000.5, "цена": 17.25, "количество": 1 + i, "скидка": 5},
        {
            "python": "баланс - цена*количество*(1 - скидка/100)",
            "jinja": "баланс - цена*количество*(1 - скидка/100)",
            "zen": "баланс - цена*количество*(1 - скидка/100)",
            "arithmetic": "баланс - цена*количество*(1 - скидка/100)",
        },
    ),
    Wording(
        "W2a", "ten nested if, numbers", 1.3, nested(*_STEPS), step,
        lambda i: {"n": 70 * i}, chain_engines(*_STEPS),
    ),
    Wording(
        "W2b", "ten nested if, texts", 1.3, nested(*_CITIES), city,
        lambda i: {"city": (*CITIES, "Орёл")[i % 11]}, chain_engines(*_CITIES),
    ),
    Wording(
        "W2c", "ten nested if, four variables, inwards", 1.3, _ROOMS, rooms,
        lambda i: {"a": i % 10, "b": (i * 3) % 10, "c": (i * 7) % 9, "d": 2 + i % 9},
        {"arithmetic": _ROOMS},
    ),
    Wording(
        "W3a", "text built and compared", 1.6,
        '("Привет, " + name + "! Заказ " + order_no + " готов") == "нет"', letter,
        lambda i: {"name": "Иван", "order_no": f"A1{i}"},
        {
            "python": '("Привет, " + name + "! Заказ " + order_no + " готов") == "нет"',
            "jinja": '("Привет, " + name + "! Заказ " + order_no + " готов") == "нет"',
            "cel": '("Привет, " + name + "! Заказ " + order_no + " готов") == "нет"',
            "zen": '("Привет, " + name + "! Заказ " + order_no + " готов") == "нет"',
            "lua": '("Привет, " .. name .. "! Заказ " .. order_no .. " готов") == "нет"',
            "arithmetic": '("Привет, " || name || "! Заказ " || order_no || " готов") == "нет"',
        },
    ),
    Wording(
        "W3b", "texts joined, two comparisons", 1.6,
        'name + " " + surname != "Иван Петров" and city == "Казань"', full_name,
        lambda i: {"name": ("Иван", "Анна")[i % 2], "surname": "Петров", "city": ("Казань", "Пермь")[i % 3 == 0]},
        {
            "python": 'name + " " + surname != "Иван Петров" and city == "Казань"',
            "jinja": 'name + " " + surname != "Иван Петров" and city == "Казань"',
            "cel": 'name + " " + surname != "Иван Петров" && city == "Казань"',
            "zen": 'name + " " + surname != "Иван Петров" and city == "Казань"',
            "lua": 'name .. " " .. surname ~= "Иван Петров" and city == "Казань"',
        },
    ),
    Wording(
        "W3c", "a number inside a text", 1.6,
        '"К оплате: " + total + " руб., " + name == "К оплате: 105 руб., Иван"', total,
        lambda i: {"total": 100 + i, "name": "Иван"},
        {
            "python": '"К оплате: " + str(total) + " руб., " + name == "К оплате: 105 руб., Иван"',
            "jinja": '("К оплате: " ~ total ~ " руб., " ~ name) == "К оплате: 105 руб., Иван"',
            "cel": '"К оплате: " + string(total) + " руб., " + name == "К оплате: 105 руб., Иван"',
            "zen": '"К оплате: " + string(total) + " руб., " + name == "К оплате: 105 руб., Иван"',
            "lua": '"К оплате: " .. total .. " руб., " .. name == "К оплате: 105 руб., Иван"',
        },
    ),
    Wording(
        "W4a", "working hours, numbers", 1.4,
        'hour >= 9 and hour < 18 and day != 6 and day != 7 and holiday == 0 and open == "да"', hours,
        lambda i: {"hour": 8 + i % 12, "day": 1 + i % 7, "holiday": int(i % 5 == 4), "open": "да"},
        {
            "python": 'hour >= 9 and hour < 18 and day != 6 and day != 7 and holiday == 0 and open == "да"',
            "jinja": 'hour >= 9 and hour < 18 and day != 6 and day != 7 and holiday == 0 and open == "да"',
            "cel": 'hour >= 9 && hour < 18 && day != 6 && day != 7 && holiday == 0 && open == "да"',
            "zen": 'hour >= 9 and hour < 18 and day != 6 and day != 7 and holiday == 0 and open == "да"',
            "lua": 'hour >= 9 and hour < 18 and day ~= 6 and day ~= 7 and holiday == 0 and open == "да"',
            "arithmetic": 'hour >= 9 and hour < 18 and day != 6 and day != 7 and holiday == 0 and open == "да"',
        },
    ),
    Wording(
        "W4b", "working hours, times as texts", 1.4,
        "clock >= '9:00' AND clock <= '18:00' AND day != 6 AND day != 7 AND holiday == 0", times,
        lambda i: {"clock": f"{7 + i % 13:02}:{i * 3:02}", "day": 1 + i % 7, "holiday": int(i % 5 == 4)},
    ),
    Wording(
        "W4c", "working hours, the clock itself", 1.4,
        "current_time >= '9:00' and current_time < '18:00' and weekday != 6 and weekday != 7 and holiday == 0", now,
        lambda i: {"holiday": i % 2},
    ),
    Wording(
        "W5a", "script: cart", 1.4, CART, cart, lambda i: {"who": "Иван"},
        {"python": CART_PYTHON, "lua": CART_LUA}, ("text_", "flag"), is_script=True,
    ),
    Wording(
        "W5b", "script: order", 1.4, ORDER, order, lambda i: {"who": "Иван", "number": i % 3},
        {"python": ORDER_PYTHON}, is_script=True,
    ),
    Wording(
        "S1a", "arithmetic on texts", 1.3, "(price*count - discount)*1.2", text_price,
        lambda i: {"price": str(10 + i), "count": "3", "discount": "5.5"}, _TEXT_PRICE_ENGINES,
    ),
    Wording(
        "S1b", "texts in a condition", 1.3, "if(balance >= price*count, balance - price*count, 0)", text_balance,
        lambda i: {"price": "7.5", "count": str(1 + i), "balance": "60"},
        {
            "python": "float(balance) - float(price)*float(count) "
            "if float(balance) >= float(price)*float(count) else 0",
            "jinja": "balance|float - price|float*count|float if balance|float >= price|float*count|float else 0",
            "zen": "number(balance) >= number(price)*number(count) "
            "? number(balance) - number(price)*number(count) : 0",
            "lua": "balance + 0 >= price*count and balance - price*count or 0",
        },
    ),
    Wording(
        "S1c", "texts just read (new objects)", 1.3, "(price*count - discount)*1.2", text_price,
        lambda i: {"price": fresh(str(10 + i)), "count": fresh("3.0"), "discount": fresh("5.5")}, renew=True,
    ),
)  # fmt: skip
