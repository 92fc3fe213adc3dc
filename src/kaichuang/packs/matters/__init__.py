"""Matters of packs: completed from their measures, what they ask the applicant for, and whether they can work."""

from __future__ import annotations

from .asked import asked_names, extra_names, is_asked, names_read
from .check import check_matters, matter_flaws
from .complete import files_of

__all__ = [
    "asked_names", "check_matters", "extra_names", "files_of", "is_asked", "matter_flaws", "names_read",
]  # fmt: skip
