"""Makes `walker`, and what `tests/property` says about agreement, importable beside the tests that use them."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "property")]
