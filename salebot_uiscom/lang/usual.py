"""Names that functions have elsewhere (Python, JavaScript, Excel, plain Russian) → what this language has for it."""

from __future__ import annotations

from collections.abc import Container, Iterable

from ..scope import BUILT_IN
from .suggest import nearest

_TABLE = """
sum сумма сумм total: sum_array
join implode textjoin объединить соединить: massive_to_text concat
massivetotext arraytotext tostr listtostr: massive_to_text
concatenate сцепить сцеп glue: concat
length size длина длстр strlen: len arr_len
arraylen arraylength listlen кол количество: arr_len
count countif счет счетесли: count_occurrences arr_len
str string tostring text текст: concat
char chr format sprintf template: concat
num number tonumber parsefloat tofloat decimal число значен: float
parseint toint tointeger integer целое цел: int
isnumeric isdigit isnumber есличисло: is_int is_float
now datetime gettime: current_time current_date get_datetime
today getdate curdate сегодня дата: current_date
time curtime сейчас время: current_time
tomorrow завтра: next_day
timestamp unixtime: timestamp
dateadd adddate adddays timedelta plusdays добавитьдни: addDays
datediff dateдиф разндат daysbetween: compareDate
dateformat formatdate strftime strptime parsedate todate: convert_datetime
addhours addhour addtime timeadd: addMinutes
addmonths edate датамес: addMonth
addyears: addYear
weekday dayofweek деньнед деньнедели: weekday_date
uppercase toupper touppercase ucase прописн верхний: upper
lowercase tolower tolowercase lcase строчн нижний: lower
capfirst ucfirst сзаглавной: capitalize
propercase titlecase пропнач: title
trim trimstart trimend lstrip rstrip сжпробелы обрезать: strip
replaceall strreplace substitute sub resub regexreplace заменить подставить замена: replace
find search match matchall test regex regexp refindall research найти поиск: findall contains
includes include has in like содержит: contains in_array
indexof strpos position поискпоз: index
haskey containskey keyexists естьключ: exist_key
substr mid left right slice substringof пстр левсимв правсимв: substring
slice slicearray arrayslice sublist: array_slice
split explode tokenize разделить: splitter
randint randomint rand randrange randombetween случмежду случайное слчис случ: random
choice sample randomchoice pick выбрать: select_random
shuffle перемешать: shuffle_massive
sorted order orderby sortby сортировка сортировать сорт: sort sort_by_value
push add pushback добавить: append
pop removeat splice delete удалить: del remove
unique distinct uniq set уник: remove_duplicates
keys dictkeys getkeys objectkeys ключи: dict_keys_to_array
values dictvalues getvalues objectvalues значения: dict_values_to_array
startwith beginswith начинается: startswith
endwith кончается: endswith
ceiling roundup окрвверх округлвверх: ceil
trunc fix rounddown окрвниз округлвниз: floor
округл округлить tofixed: round
power степень: pow
модуль absolute: abs
корень squareroot: sqrt
maximum макс максимум: max
minimum мин минимум: min
ln log10: log
factorial факт: fac
iif если iff ifelse when switch choose выбор: if
ifempty isnull isempty isblank isnone coalesce ifnull nvl естьnull еслиошибка: if
urlencoded encodeuri encodeuricomponent quote: urlencode
decodeuri decodeuricomponent unquote: urldecode
btoa b64encode base64encode: base64
atob b64decode: base64_decode
hash hashmd5: md5
hmac: hmac_hexdigest
fetch get httpget httprequest curl request requests: requests_get
post httppost: requests_post
sendmessage send отправить print echo alert: message
call phonecall makecall позвонить звонок: uiscom_employee_call
normalizephonenumber formatphone: normalizePhone
sleep wait delay settimeout ждать: callback
есть_ключ: exist_key
"""

#: Words that objects of other languages have behind a dot.
METHODS = frozenset(
    "upper lower toUpperCase toLowerCase trim strip split replace replaceAll join append push pop find findall index "
    "indexOf includes startswith endswith startsWith endsWith keys values items get length len format count sort map "
    "filter slice substring substr toFixed round capitalize title insert remove extend reverse search match sub "
    "strftime toString".split()
)


def _key(name: str) -> str:
    return name.casefold().replace("_", "").replace("ё", "е")


_MEANT: dict[str, list[str]] = {}
for _line in _TABLE.strip().splitlines():
    _names, _, _ours = _line.partition(":")
    for _name in _names.split():
        _MEANT.setdefault(_key(_name), []).extend(_ours.split())


def usual_functions(name: str, functions: Container[str]) -> list[str]:
    """What a function of this name elsewhere is called here: functions that exist, or built-in variables; at most three.

    A name that exists is none of these: it is what it says.
    """
    if name in functions:
        return []
    meant = [ours for ours in _MEANT.get(_key(name), ()) if ours in functions or ours in BUILT_IN or ours == "if"]
    return list(dict.fromkeys(meant))[:3]


def like(name: str, functions: Iterable[str]) -> list[str]:
    """Functions that the author of an unknown name may have meant: by its meaning elsewhere, else by its letters."""
    known = [*functions, "if"]
    return usual_functions(name, known) or nearest(name, known)


__all__ = ["METHODS", "like", "usual_functions"]
