"""Every component in every state: the design page shows them, a test renders them."""

from __future__ import annotations

from kaichuang.ui.examples.registry import EXAMPLES, GROUPS, Chapter, Example, chapters

__all__ = ["EXAMPLES", "GROUPS", "Chapter", "Example", "chapters"]
