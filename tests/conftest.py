"""For all tests."""

import gc

from hypothesis import settings

# The same examples each time, and none of them is timed: a machine that is busy fails no test. New examples are found by
# `pytest tests/property -m nightly` and tests/property/fuzz.py.
settings.register_profile("tests", deadline=None, derandomize=True, database=None)
settings.load_profile("tests")


def pytest_collection_finish(session):
    """Thousands of cases stay to the end: collections of garbage need not look through them (a fifth of the time)."""
    gc.collect()
    gc.freeze()
