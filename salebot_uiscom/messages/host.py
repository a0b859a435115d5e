"""Texts: host."""

from . import Message

MESSAGES: dict[str, Message] = {}
