"""A frozen answer asked again: is it whole, and does it still come out the same?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, ValidationError

from kaichuang.entitlement.models import Calculation
from kaichuang.entitlement.queries.books import compiled
from kaichuang.kit.problems import Problem, Refused
from kaichuang.packs.freeze import FORMAT, Replay, Tampered, replay
from kaichuang.policy.models import PackVersion

MOST_BYTES = 2 * 1024 * 1024
Cell = bool | int | str | dict[str, str] | None


class _Pack(BaseModel):
    id: str
    version: str
    hash: str


class _Outcome(BaseModel):
    model_config = ConfigDict(extra="allow")
    id: str
    value: Cell


class _Result(BaseModel):
    model_config = ConfigDict(extra="allow")
    status: str
    amount: str | None
    payable: str | None
    allowed: bool | None
    budget: str | None
    outcomes: list[_Outcome]


class _Frozen(BaseModel):
    """The shape of a frozen answer; what is written in it is checked by its digest and by the rules."""

    model_config = ConfigDict(extra="allow")
    format: str
    pack: _Pack
    as_of: str
    measures: list[str]
    settings: dict[str, Cell]
    facts: dict[str, Cell]
    tables: dict[str, list[dict[str, Cell]] | None]
    figures: dict[str, Cell]
    definitions: dict[str, str]
    results: dict[str, _Result]
    digest: str


@dataclass(frozen=True)
class Again:
    """The answer of then, asked of the version of then and of the one in force now."""

    document: Mapping[str, Any]
    version: PackVersion
    then: Replay
    now: Replay | None
    current: PackVersion | None
    kept: Calculation | None
    """The result that this platform kept with this digest, if it did."""


def read_document(content: bytes) -> dict[str, Any]:
    """A frozen answer as uploaded. Raises ``Refused`` saying what it is instead."""
    try:
        plain = json.loads(content, parse_float=_no_float)
    except (ValueError, RecursionError) as error:
        raise Refused(
            Problem("not_json", _("不是有效的 JSON 文件，请上传本平台下载的结果文件。"), field="file")
        ) from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise Refused(Problem("format", _("不是本平台的测算结果文件。"), field="file"))
    try:
        _Frozen.model_validate(plain)
    except ValidationError as error:
        first = ".".join(str(part) for part in error.errors()[0]["loc"])
        message = _("文件内容不完整：%(where)s。") % {"where": first}
        raise Refused(Problem("shape", message, field="file")) from error
    return plain


def ask_again(document: Mapping[str, Any]) -> Again:
    """Raises ``Refused`` for a document that was touched, or whose pack nobody here has adopted."""
    rows = PackVersion.objects.filter(pack=document["pack"]["id"]).select_related("programme__place")
    version = rows.filter(sha256=document["pack"]["hash"]).order_by("id").first()
    if version is None:
        message = _("结果所用的政策包“%(id)s %(version)s”未在本平台启用，无法重算。") % document["pack"]
        raise Refused(Problem("unknown_pack", message, field="file"))
    kept = (
        Calculation.objects.filter(digest=document["digest"]).select_related("version").order_by("id").first()
    )
    owner = kept.version.programme_id if kept else version.programme_id
    current = rows.filter(programme_id=owner, is_current=True).exclude(sha256=version.sha256).first()
    try:
        then = replay(document, compiled(version)[1])
        now = replay(document, compiled(current)[1]) if current is not None else None
    except Tampered as error:
        message = _("文件内容与校验值不符：下载后被改动过。")
        raise Refused(Problem("tampered", message, field="file")) from error
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        message = _("文件中的数据无法重算：%(why)s。") % {"why": str(error)[:200]}
        raise Refused(Problem("facts", message, field="file")) from error
    return Again(document, version, then, now, current, kept)


def _no_float(text: str) -> Any:
    raise ValueError(f"a frozen answer holds no floats: {text}")
