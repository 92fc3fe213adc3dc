"""The JSON Schema of a pack file. With the YAML extension of an editor it completes keys and marks mistakes."""

from __future__ import annotations

from typing import Any

from .schema import Sections

TITLE = "Kaichuang policy pack file"
HEADER = "# yaml-language-server: $schema=../schema.json"
"""First line of a pack file, so that the editor finds the schema (depth as the file's folder needs it)."""


def json_schema() -> dict[str, Any]:
    """The schema as a dictionary. Texts may be plain strings, expressions may be numbers."""
    schema = Sections.model_json_schema(by_alias=True, mode="validation")
    text = schema["$defs"]["Text"]
    schema["$defs"]["Text"] = {
        "anyOf": [{"type": "string"}, text],
        "description": text.pop("description", ""),
    }
    schema["title"] = TITLE
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return schema
