"""Lets the tests here import the generator and the reference beside them (importlib mode leaves them off the path)."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
