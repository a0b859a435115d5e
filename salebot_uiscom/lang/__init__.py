"""The calculator language: text → statements and expressions → Python code → values."""
