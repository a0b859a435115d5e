"""Texts: telephony."""

from . import Message

MESSAGES: dict[str, Message] = {}
