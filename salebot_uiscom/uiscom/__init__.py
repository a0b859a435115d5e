"""UISCOM telephony for bots: calls, offline messages, notifications, the handset of the client card.

plugin = UiscomPlugin({"api_key": "…"})          # or a callable, asked at every use
interpreter = su.Interpreter(plugins=[plugin])
"""

from .matching import Match, MatchStep, match_phone
from .plugin import UiscomPlugin
from .settings import SettingsError, UiscomSettings

__all__ = ["Match", "MatchStep", "SettingsError", "UiscomPlugin", "UiscomSettings", "match_phone"]
