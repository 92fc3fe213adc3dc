"""Pydantic's findings as problems with file, line, column and a suggestion, in Chinese and English."""

from __future__ import annotations

import types
import typing
from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from .problems import Problem, nearest
from .schema import Sections
from .yamlfile import Path_, YamlFile

_WORDS: dict[str, tuple[str, str]] = {
    "missing": ("缺少“{key}”", "“{key}” is missing"),
    "extra_forbidden": ("这里没有“{key}”这一项", "there is no “{key}” here"),
    "string_type": ("“{key}”应为文字(数字请加引号)", "“{key}” must be text (quote numbers)"),
    "int_type": ("“{key}”应为整数", "“{key}” must be a whole number"),
    "int_parsing": ("“{key}”应为整数", "“{key}” must be a whole number"),
    "bool_type": ("“{key}”应为 true 或 false", "“{key}” must be true or false"),
    "bool_parsing": ("“{key}”应为 true 或 false", "“{key}” must be true or false"),
    "tuple_type": ("“{key}”应为列表(每项前加 - )", "“{key}” must be a list"),
    "dict_type": ("“{key}”应为键值对", "“{key}” must be a mapping"),
    "model_type": ("“{key}”应为键值对", "“{key}” must be a mapping"),
    "model_attributes_type": ("“{key}”应为键值对", "“{key}” must be a mapping"),
    "too_short": ("“{key}”不能为空", "“{key}” must not be empty"),
    "string_too_short": ("“{key}”不能为空", "“{key}” must not be empty"),
    "too_long": ("“{key}”太长，至多 {max_length} 项", "“{key}” has more than {max_length} entries"),
    "string_too_long": ("“{key}”太长，至多 {max_length} 字", "“{key}” is longer than {max_length} letters"),
    "greater_than_equal": ("“{key}”不能小于 {ge}", "“{key}” is at least {ge}"),
    "less_than_equal": ("“{key}”不能大于 {le}", "“{key}” is at most {le}"),
    "string_pattern_mismatch": ("“{key}”的写法不对：{input}", "“{key}” has the wrong form: {input}"),
    "literal_error": ("“{key}”不能是 {input}", "“{key}” cannot be {input}"),
    "union_tag_invalid": ("没有这种 kind:{input}", "no such kind: {input}"),
    "union_tag_not_found": ("缺少“kind”", "“kind” is missing"),
}
_PATTERNS = {
    "^[a-z][a-z0-9_]*$": "小写字母、数字、下划线 | lower case: my_name",
    "^[A-Za-z][A-Za-z0-9_-]*$": "字母开头 | NH-M4",
    r"^[A-Z]+ \S+$": "NH 三(二)",
}


def problems_of(error: ValidationError, file: YamlFile) -> list[Problem]:
    """Every finding, at its place in the file."""
    return [_problem(dict(detail), file) for detail in error.errors(include_url=False)]


def _problem(detail: dict[str, Any], file: YamlFile) -> Problem:
    kind, location = str(detail["type"]), tuple(detail["loc"])
    place = _place(location, file)
    key = str(location[-1]) if location else file.name
    given = detail.get("input")
    shown = str(given) if isinstance(given, (str, int)) else type(given).__name__
    if kind in ("value_error", "test_kind"):
        zh, _, en = str(detail["msg"]).removeprefix("Value error, ").partition(" | ")
        return Problem(file.mark(place), kind, zh, en or zh, _advice(kind, key, detail))
    zh, en = _WORDS.get(kind, ("“{key}”不合要求:" + detail["msg"], "“{key}”: " + detail["msg"]))
    if kind.startswith("union_tag"):
        shown = str(detail.get("ctx", {}).get("tag", shown))
    words = {**detail.get("ctx", {}), "key": key, "input": shown}
    return Problem(file.mark(place), kind, zh.format(**words), en.format(**words), _advice(kind, key, detail))


def _place(location: tuple[Any, ...], file: YamlFile) -> Path_:
    """The path of a finding in the file: pydantic's location without the names of union members."""
    path: Path_ = ()
    data = file.data
    for part in location:
        if (isinstance(data, dict) and part in data) or (isinstance(data, list) and isinstance(part, int)):
            path, data = (*path, part), data[part]
    return path


def _advice(kind: str, key: str, detail: dict[str, Any]) -> str | None:
    context = detail.get("ctx", {})
    if kind == "extra_forbidden":
        if (detail.get("input") is None and not key.isidentifier()) or not key.isascii():
            return "花括号里的半角逗号会断开文字：请用全角逗号，或给文字加引号 | quote text with a comma inside {…}"
        return nearest(key, known_keys())
    if kind in ("literal_error", "union_tag_invalid"):
        expected = str(context.get("expected") or context.get("expected_tags") or "")
        options = [word.strip().strip("'") for word in expected.replace(" or ", ",").split(",")]
        given = str(context.get("tag") or detail.get("input"))
        return nearest(given, options) or expected
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(str(context.get("pattern")))
    return None


@cache
def known_keys() -> frozenset[str]:
    """All keys of all parts of a pack."""
    keys: set[str] = set()
    seen: set[Any] = set()

    def visit(annotation: Any) -> None:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            if annotation in seen:
                return
            seen.add(annotation)
            for name, field in annotation.model_fields.items():
                keys.add(field.alias or name)
                visit(field.annotation)
        elif isinstance(annotation, types.UnionType) or typing.get_origin(annotation) is not None:
            for part in typing.get_args(annotation):
                visit(part)

    visit(Sections)
    return frozenset(keys)
