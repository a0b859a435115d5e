"""The checker: findings about calculator fields and bot files that would otherwise show when a client writes.

    check_field(text, catalog)            findings of one field, `errors.Diagnostic`
    check_bot(path), check_bot_text(text) findings of a bot file
    fix_field(text, findings)             the text with the safe fixes carried out
    fix_bot(text, findings)               the same for the text of a bot file
    format_bot(text)                      calculator fields of a bot file formatted in place

Rules: `lint.rules` (with examples), texts: `messages.lint`, pages: `docs/checks.md`.
"""

from .bots import check_bot, check_bot_text, fix_bot, format_bot
from .checker import check_field, fix_field
from .rules import BY_CODE, RULES, Rule

__all__ = [
    "BY_CODE",
    "RULES",
    "Rule",
    "check_bot",
    "check_bot_text",
    "check_field",
    "fix_bot",
    "fix_field",
    "format_bot",
]
