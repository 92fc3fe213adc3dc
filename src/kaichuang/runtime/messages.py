"""Finds the translatable strings of a context in its Python files and templates.

On Python's own parser and Django's template lexer, so that extraction needs no GNU tools and
refuses what xgettext would silently misread.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
_PLURAL = {"ngettext", "ngettext_lazy"}
_CONTEXT = {"pgettext", "pgettext_lazy"}
_CONTEXT_PLURAL = {"npgettext", "npgettext_lazy"}
_ALL = _SINGULAR | _PLURAL | _CONTEXT | _CONTEXT_PLURAL
_STRING = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_IN_TEMPLATE = re.compile(
    rf"\b(gettext|ngettext|pgettext|npgettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)\s*(?:,\s*count\s*)?\)",
    re.DOTALL,
)
_TEMPLATES = {".html", ".txt", ".typ", ".xml"}
_SKIPPED = {"__pycache__", "static", "locale", "node_modules", "migrations", "assets"}

Key = tuple[str, str, str]


@dataclass
class Found:
    """Strings by (context, text, plural) with the files that use them, and what cannot be translated."""

    places: dict[Key, set[str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, key: Key, place: str) -> None:
        """Note one use of a string."""
        self.places.setdefault(key, set()).add(place)


def extract(folder: Path) -> Found:
    """All strings of the context in `folder`; contexts nested in it are their own."""
    found = Found()
    for file in _sources(folder, folder):
        text = file.read_text("utf-8")
        place = file.relative_to(folder).as_posix()
        if file.suffix == ".py":
            _python(text, place, found)
        elif "{%" in text or "{{" in text:
            _template(text, place, found)
    return found


def _sources(folder: Path, root: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.is_dir():
            nested = entry != root and (entry / "apps.py").exists()
            if entry.name not in _SKIPPED and not nested:
                yield from _sources(entry, root)
        elif entry.suffix == ".py" or entry.suffix in _TEMPLATES:
            yield entry


def _python(text: str, place: str, found: Found) -> None:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and (name := _called(node.func)) in _ALL:
            count = 1 + (name in _PLURAL) + (name in _CONTEXT) + 2 * (name in _CONTEXT_PLURAL)
            values = [_literal(argument) for argument in node.args[:count]]
            if len(values) < count or None in values:
                # `gettext(variable)` looks up what another call has declared; an f-string never matches.
                if any(isinstance(argument, ast.JoinedStr) for argument in node.args[:count]):
                    found.problems.append(
                        f"{place}:{node.lineno} {name}() 不能用 f-string / takes no f-string"
                    )
            else:
                found.add(_key(name, [value or "" for value in values]), place)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _template(text: str, place: str, found: Found) -> None:
    from django.utils.translation.template import templatize

    for match in _IN_TEMPLATE.finditer(templatize(text, origin=place)):
        values = ast.literal_eval(f"[{match.group(2)}]")
        found.add(_key(match.group(1), values), place)


def _key(name: str, values: list[str]) -> Key:
    if name in _CONTEXT:
        return values[0], values[1], ""
    if name in _CONTEXT_PLURAL:
        return values[0], values[1], values[2]
    if name in _PLURAL:
        return "", values[0], values[1]
    return "", values[0], ""
