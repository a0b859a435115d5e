"""Texts: lint."""

from . import Message

MESSAGES: dict[str, Message] = {}
