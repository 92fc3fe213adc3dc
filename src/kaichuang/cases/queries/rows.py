"""Rows of the tables of an application: each keeps a key of its own, by which its papers stay with it.

The keys stand beside the rows in `answers["r"]`; a row keeps its key when others are added, removed or put before it.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from kaichuang.cases.models import Case
from kaichuang.packs.schema.matters import Matter

MARK = "row:"
"""What `Evidence.row` begins with where a paper belongs to a row."""
_KEY = re.compile(r"[0-9a-f]{8}")


def new_key() -> str:
    """A key that no other row has."""
    return secrets.token_hex(4)


def is_key(text: object) -> bool:
    """Whether a form or an address may have got it from us."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def mark_of(table: str, key: str) -> str:
    """How a paper names its row."""
    return f"{MARK}{table}:{key}"


def row_keys(case: Case, table: str) -> list[str]:
    """The keys of the rows that were told, in their order."""
    count = len(case.answers.get("t", {}).get(table, ()))
    kept: list[str] = case.answers.get("r", {}).get(table, [])
    return [kept[at] if at < len(kept) else f"{at:08x}" for at in range(count)]


def keep_keys(
    before: Mapping[str, Any], tables: Mapping[str, Sequence[Any]], given: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """A key for every row of the tables now told. `before` are the answers kept so far.

    `given` are keys that a form sent back with its rows. Without them a row that is the same as before keeps its key
    wherever it stands now, and then, from the top, the rows that changed keep those that are left.
    """
    return {code: _keys(code, rows, before, given.get(code, ())) for code, rows in tables.items()}


def _keys(code: str, rows: Sequence[Any], before: Mapping[str, Any], given: Sequence[str]) -> list[str]:
    if len(given) == len(rows) == len(set(given)) and all(is_key(key) for key in given):
        return list(given)
    old: list[Any] = list(before.get("t", {}).get(code, ()))
    kept: list[str] = before.get("r", {}).get(code, [])
    left = [(kept[at] if at < len(kept) else f"{at:08x}", row) for at, row in enumerate(old)]
    found: list[str | None] = []
    for row in rows:
        same = next((one for one in left if one[1] == row), None)
        if same is not None:
            left.remove(same)
        found.append(same[0] if same is not None else None)
    rest = [key for key, _row in left] if len(rows) == len(old) else []
    return [key or (rest.pop(0) if rest else new_key()) for key in found]


def label_of(matter: Matter, table: str, row: Mapping[str, Any]) -> str:
    """What people know a row by: the number by which claims are compared, else nothing."""
    names = [key.name for key in matter.keys if key.table == table]
    return next((str(row[name]) for name in names if row.get(name)), "")
