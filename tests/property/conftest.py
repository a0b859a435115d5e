"""Profiles of hypothesis and the path to the oracle.

`make test` runs the profile `quick`; SALEBOT_UISCOM_NIGHTLY=1 makes the same tests long, `-m nightly` runs further ones.
"""

import os
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent / "oracle"):
    sys.path.insert(0, str(folder))

_COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("quick", max_examples=300, derandomize=True, **_COMMON)
settings.register_profile("nightly", max_examples=4000, **_COMMON)
settings.load_profile("nightly" if os.environ.get("SALEBOT_UISCOM_NIGHTLY") else "quick")
