"""What a stranger puts into a text neither acts on a terminal nor tells a phone; the rest stays readable."""

import json
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import salebot_uiscom as su
from salebot_uiscom.foreign import EXAMPLE, escaped, indented, mask, one_line, visible

ATTACKS = [
    ("\x1b[2J\x1b]52;c;aGk=\x07x", "␛[2J␛]52;c;aGk=␇x"),
    ("\x9b2J", "<U+009B>2J"),
    ("да\u202eтен", "да<U+202E>тен"),
    ("a\u2066b\u200bc\ufeffd", "a<U+2066>b<U+200B>c<U+FEFF>d"),
    ("a\rb\x7f\x00", "a␍b␡␀"),
    ("a\u2028b\x85c", "a<U+2028>b<U+0085>c"),
    ("\U000e0041", "<U+E0041>"),
    ("\ud83d", "<U+D83D>"),
]
READABLE = ["две\nстроки\tи знак", "👨‍👩‍👧 ☎️ №5 — «да»", "a\xa0b"]


@pytest.mark.parametrize(("text", "shown"), ATTACKS)
def test_signs_that_act_are_shown(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize("text", READABLE)
def test_ordinary_texts_stay(text):
    assert visible(text) == text


def test_every_acting_sign_of_unicode_is_shown():
    acting = [
        chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    ]
    assert [char for char in acting if visible(char) == char] == ["\t", "\n", "\u200d"]


def test_lines():
    assert visible("a\r\nb") == "a\nb"
    assert one_line("a\r\nb\tc\x1b") == "a b c␛"
    assert indented("бот: a\nклиент: b", 4) == "бот: a\n    клиент: b"


@given(st.text())
@example("\x9b\u202e\U000e0041\ud83d")
def test_escaped_json_is_the_same_json_and_acts_on_nothing(text):
    written = escaped(json.dumps({"a": text}, ensure_ascii=False))
    assert json.loads(written) == json.loads(json.dumps({"a": text}))
    assert visible(written) == written


SPELLINGS = [
    "79004443322", "+79004443322", "89004443322", "9004443322", "8 900 444 33 22", "+7 (900) 444-33-22",
    "8(900)444-33-22", "8-900-444-33-22", "8.900.444.33.22", "+7.900.444.3322", "8/900/444-33-22", "+7 900 444–33–22",
    "+7\xa0900\xa0444\u201133\u201122", "7 [900] 444 33 22", "8 900 4443322", "8 (900) 44 43 322", "8900 444 3322",
    "+7\u200b9004443322", "7️⃣9️⃣0️⃣0️⃣4️⃣4️⃣4️⃣3️⃣3️⃣2️⃣2️⃣", "٧٩٠٠٤٤٤٣٣٢٢", "７９００４４４３３２２",
]  # fmt: skip
AROUND = [
    "{}", "тел.{}", "{}.", "x{}y", "«{}»", '{{"phone": "{}"}}', "2026-03-02 10:15:00 {}", "{} 2026-03-02 10:15",
    "10:15:00  {}", "02.03.2026 {}", "2026-03-02 {}", "sb-7c0e2287-4d0b-4289-a65c-447901344332 {}", "127.0.0.1 {}",
    "{} и {}", "например {}", "12345678.50 {}", "{} 1 000 000.50", "https://example.org/?p={}&x=1", "2026-03-02T10:15:{}",
]  # fmt: skip


def digits(text):
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


@pytest.mark.parametrize("spelt", SPELLINGS)
@pytest.mark.parametrize("around", AROUND)
def test_no_phone_survives_however_it_is_spelt(spelt, around):
    text = around.format(*[spelt] * around.count("{}"))
    assert "9004443" not in digits(mask(text))
    assert "…" in mask(text)


# As people of several countries write a phone; every # is any digit.
FORMS = [
    "+7 9## ###-##-##", "8 (9##) ###-##-##", "8 9## ### ## ##", "79#########", "+79#########", "8-9##-###-##-##",
    "8.9##.###.##.##", "+7(4##)###-##-##", "8 (4####) #-##-##", "+375 29 ###-##-##", "+380 ## ### ## ##", "+998 ## ### ## ##",
    "+49 1## #######", "0## / ########", "+44 7### ######", "+44 (0)20 #### ####", "(2##) ###-####", "2##-###-####",
    "2##.###.####", "+1 2## ### ####", "+48 ### ### ###", "+86 1## #### ####", "+33 6 ## ## ## ##", "06.##.##.##.##",
    "+971 50 ### ####", "+972-50-###-####", "+90 5## ### ## ##",
]  # fmt: skip
PHONES = st.builds(
    lambda form, tail: "".join(tail.pop() if sign == "#" else sign for sign in form),
    st.sampled_from(FORMS),
    st.lists(st.sampled_from("0123456789"), min_size=11, max_size=11),
)
BESIDE = st.lists(
    st.sampled_from(
        ["2026-03-02 10:15:00", "7c0e2287-4d0b-4289-a65c-447900444332", "1500.00", "да", ":", " ", "\n", "5", "10:15", ", ",
         "02.03.2026", "127.0.0.1", "+", "-", "(", "T", "http://", "id="]
    )
    | st.text(max_size=5),
    max_size=5,
).map("".join)  # fmt: skip


@given(BESIDE, PHONES, BESIDE)
def test_no_phone_of_any_country_survives_in_any_text(before, phone, after):
    assert phone not in mask(before + phone + after)


def test_phones_glued_to_a_moment_are_hidden():
    for text in ("2026-03-02 10:15:48 123 456 789", "10:15:00.900 444 33 22", "2026-03-02 10:15+48123456789"):
        assert "…" in mask(text)


@pytest.mark.parametrize(
    "text",
    [
        '"date_time": "2026-03-02 10:15:00"',
        '"external_id": "sb-7c0e2287-4d0b-4289-a65c-447900444332"',
        "17  2026-03-02 10:15:00+03:00  1001",
        "at 2026-03-02 10:15:59.123 and 2026-03-02T10:15:00.123456+00:00",
        "02.03.2026 10:01 → блок 2",
        "с 2026-03-02 по 2026-03-09, 2026-03-02 - 2026-03-09",
        "2026-03-02 17 звонков",
        "итого 12 000 000.50 ₽ или 12345678.50",
        "call_session_id 500000099",
        "connect 192.168.100.200:8000",
        f"номер — это ровно 11 цифр, первая 7, например {EXAMPLE}; получено 5",
        f"such as {EXAMPLE}; got 5",
    ],
)
def test_what_is_no_phone_stays(text):
    assert mask(text) == text


def test_the_example_is_hidden_where_it_is_somebodys_phone():
    assert mask(f"клиент {EXAMPLE}") == "клиент 79…67"


def test_first_and_last_digits_stay():
    assert mask("79004443322, +7 (900) 444-33-23") == "79…22, +79…23"


def test_a_printed_outcome_shows_variables_and_errors_and_no_phone():
    shown = repr(su.evaluate("a = '79004443322'\nb = rond(1)"))
    assert shown.startswith("Outcome(variables={'a': '79…22'}, errors=['")
    assert "2:5: SB201" in shown
