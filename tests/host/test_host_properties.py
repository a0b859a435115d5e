"""Whatever stands in a file, a condition or an address: an answer of ours, never an exception of somebody else's."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salebot_uiscom.host.botfile import examine_bot
from salebot_uiscom.host.matching import MATCH_TYPES, forbids, matches, similarity
from salebot_uiscom.host.outside import Origin, fetch, is_public
from salebot_uiscom.host.positions import find_places

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
TEXT = st.text(alphabet=st.sampled_from("абвё aб();|.*+?[]{}\\^$#-19\n"), max_size=30)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_damaged_bot_files_are_described(path):
    text = path.read_text("utf-8")
    dice = random.Random(path.stem)
    lines = text.splitlines()
    for _ in range(60):
        changed = list(lines)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(len(changed))
            changed[at] = dice.choice(
                ["", "[[block]]", "id = 'x'", "kind = 7", "x = [", "[arrow]", "'''",
                 changed[dice.randrange(len(changed))], changed[at][: dice.randrange(len(changed[at]) + 1)],
                 "delay = -1", "from = 999", "project = []"]
            )  # fmt: skip
        bot, found = examine_bot("\n".join(changed))
        for finding in found:
            assert 1 <= finding.line <= len(changed) + 1
            assert str(finding)
        assert bot is not None or found


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_has_places_inside_of_it(text):
    assert all(0 <= span.start <= span.end <= len(text) for span in find_places(text).values())


@given(TEXT, TEXT, st.sampled_from(MATCH_TYPES))
@settings(max_examples=500, deadline=None)
def test_matching_always_has_an_answer(condition, message, match):
    assert matches(condition, message, match) in (True, False)
    assert forbids(message, message, match)


@given(TEXT, TEXT)
@settings(deadline=None)
def test_similarity_is_symmetric_and_bounded(left, right):
    assert similarity(left, right) == similarity(right, left)
    assert 0 <= similarity(left, right) <= 1
    assert similarity(left, left) == 1


@given(st.ip_addresses(v=4))
def test_address_inside_another_one_is_judged_the_same(address):
    mapped = f"::ffff:{address}"
    assert is_public(mapped) == is_public(str(address))


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_address_of_a_script_never_escapes_as_another_exception(talk_engine, url):
    from salebot_uiscom.effects import TransportError
    from salebot_uiscom.host.outside import Resolve

    for start in ("", "http://", "https://example.org"):
        steps = fetch(Origin(talk_engine, 0.0), "GET", start + url)
        try:
            effect = next(steps)
        except TransportError:
            continue
        assert isinstance(effect, Resolve)
        steps.close()


@pytest.fixture(scope="module")
def talk_engine():
    class Bot:
        project = None

    class Engine:
        bot = Bot()

    return Engine()
