"""The table of texts: complete whoever asks first, and whoever asks meanwhile."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest

from salebot_uiscom import messages
from salebot_uiscom.messages import Message


@pytest.fixture
def unloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "_table", {})
    monkeypatch.setattr(messages, "_is_loaded", False)


@pytest.mark.usefixtures("unloaded")
def test_a_text_asked_for_while_another_thread_loads_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Message] = []
    original = importlib.import_module

    def import_and_be_asked(name: str) -> ModuleType:
        if name.endswith(".values"):
            monkeypatch.setattr(importlib, "import_module", original)
            # Half of the texts are there; what a second thread would do now:
            found.extend(map(messages.message_of, ("SB101", "UI222")))
        return original(name)

    monkeypatch.setattr(importlib, "import_module", import_and_be_asked)
    messages.message_of("SB301")
    assert found == [messages.message_of("SB101"), messages.message_of("UI222")]


@pytest.mark.usefixtures("unloaded")
def test_texts_of_a_plugin_that_come_first_do_not_hide_ours() -> None:
    messages.register_messages({"XX001": Message("value", "да", "yes")})
    assert messages.message_of("SB301").ru
    assert messages.message_of("XX001").en == "yes"


@pytest.mark.usefixtures("unloaded")
def test_a_code_of_ours_is_not_given_away() -> None:
    with pytest.raises(ValueError, match="SB301"):
        messages.register_messages({"SB301": Message("value", "нет", "no")})
