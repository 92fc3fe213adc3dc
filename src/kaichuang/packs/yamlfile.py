"""YAML with places: the data of a file and, for every node, the line and column where it stands.

The reading is that of YAML 1.2: only ``true`` and ``false`` are truth values, decimals stay exact, days are days.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from .problems import Mark, Problem

Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Path_ = tuple[str | int, ...]

_INT = re.compile(r"^[-+]?[0-9]+$")
_DECIMAL = re.compile(r"^[-+]?[0-9]*\.[0-9]+$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_PLAIN: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class YamlFile:
    """A file's data and the places of its nodes, by path (``("measures", 0, "amount")``)."""

    name: str
    data: Any = None
    marks: dict[Path_, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def mark(self, path: Path_) -> Mark:
        """The place of the node at ``path``, or of the nearest node above it."""
        while path not in self.marks and path:
            path = path[:-1]
        return self.marks.get(path, Mark(self.name))


def read_yaml(path: Path, name: str) -> YamlFile:
    """Read one file; syntax errors and repeated keys end up in ``problems``."""
    found = YamlFile(name)
    try:
        loader = Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        mark = Mark(name, at.line + 1, at.column + 1) if at else Mark(name)
        what = error.problem or str(error)
        found.problems.append(Problem(mark, "yaml", f"YAML 写法有误：{what}", f"YAML cannot be read: {what}"))
        return found
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        found.problems.append(Problem(Mark(name), "yaml", f"无法读取：{error}", f"cannot be read: {error}"))
        return found
    if node is not None:
        found.data = _build(found, node, ())
    return found


def _build(found: YamlFile, node: yaml.Node, path: Path_) -> Any:
    found.marks[path] = Mark(found.name, node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_build(found, child, (*path, at)) for at, child in enumerate(node.value)]
    data: dict[Hashable, Any] = {}
    assert isinstance(node, yaml.MappingNode)
    for key_node, child in node.value:
        key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
        place = (*path, key)
        if key in data:
            mark = Mark(found.name, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found.problems.append(Problem(mark, "repeated", f"键“{key}”重复", f"the key “{key}” is repeated"))
        data[key] = _build(found, child, place)
        if not isinstance(child, (yaml.MappingNode, yaml.SequenceNode)):
            continue
        found.marks[place] = Mark(found.name, key_node.start_mark.line + 1, key_node.start_mark.column + 1)
    return data


def _scalar(node: yaml.ScalarNode) -> Any:
    text: str = node.value
    if node.style not in (None, ""):
        return text
    if text in _PLAIN:
        return _PLAIN[text]
    if _INT.match(text):
        return int(text)
    if _DECIMAL.match(text):
        return Decimal(text)
    if _DAY.match(text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            return text
    return text
