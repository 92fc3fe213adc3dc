"""Reads a policy document of any common shape into a clause tree, with every doubt as a warning."""

from __future__ import annotations

from kaichuang.policy.importing.document import parse_file, parse_text
from kaichuang.policy.importing.model import (
    Citation,
    Clause,
    ImportWarning,
    Metadata,
    ParsedDocument,
    Part,
    Piece,
    Responsible,
    Unplaced,
)
from kaichuang.policy.importing.reading import UnreadableFile

__all__ = [
    "Citation",
    "Clause",
    "ImportWarning",
    "Metadata",
    "ParsedDocument",
    "Part",
    "Piece",
    "Responsible",
    "Unplaced",
    "UnreadableFile",
    "parse_file",
    "parse_text",
]
