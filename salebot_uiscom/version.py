"""The version as a literal: `--version` answers before anything else is imported."""

__version__ = "0.1.0"
