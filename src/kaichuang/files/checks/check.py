"""All that is wrong with an upload, at once."""

from __future__ import annotations

import zipfile
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from kaichuang.files.checks.types import FILE_TYPES, FileType
from kaichuang.kit.problems import Problem

MAX_NAME = 255
_CONTAINERS = {"docx", "xlsx", "pptx", "ofd", "zip"}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def check_size(size: int, *, name: str) -> list[Problem]:
    """Neither empty nor beyond the installation's limit."""
    if size == 0:
        return [_problem("empty", name, _("文件是空的。请检查后重新选择。"))]
    if size > settings.MAX_UPLOAD_BYTES:
        limit = settings.MAX_UPLOAD_BYTES // (1024 * 1024)
        return [
            _problem(
                "too_large", name, _("文件超过 %(limit)d MB 的上限。请压缩或拆分后上传。") % {"limit": limit}
            )
        ]
    return []


def check_file(path: Path, *, name: str) -> tuple[FileType | None, list[Problem]]:
    """The type that the bytes show, and every problem; the name alone is never believed."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    found = next((kind for kind in FILE_TYPES if kind.recognise(path)), None)
    if found is None:
        return None, [_problem("type_unknown", name, _unknown(path))]
    if found.key == "csv" and extension == "txt":
        found = next(kind for kind in FILE_TYPES if kind.key == "txt")
    problems = [_problem(problem.code, name, str(problem)) for problem in found.check(path)]
    if extension not in found.extensions:
        message = _("扩展名与内容不符：内容是 %(label)s。请改用扩展名 .%(extension)s。")
        values = {"label": found.label, "extension": found.extensions[0]}
        problems.append(_problem("type_mismatch", name, message % values))
    if found.key not in _CONTAINERS and found.key not in {"csv", "txt"} and zipfile.is_zipfile(path):
        problems.append(_problem("polyglot", name, _("文件尾部附带了压缩包，已拒收。请重新导出后上传。")))
    if len(name) > MAX_NAME:
        problems.append(_problem("name_too_long", name, _("文件名过长。请缩短后上传。")))
    return found, problems


def _unknown(path: Path) -> str:
    with path.open("rb") as stream:
        head = stream.read(8)
    if head == _OLD_OFFICE:
        return _(
            "不支持旧版 Office 格式（doc、xls、ppt）或加密的 Office 文档。请另存为 docx、xlsx 或 pptx 后上传。"
        )
    labels = "、".join(dict.fromkeys(extension for kind in FILE_TYPES for extension in kind.extensions))
    return _("不支持这种文件。可以上传：%(labels)s。") % {"labels": labels}


def _problem(code: str, name: str, message: str) -> Problem:
    return Problem(code, f"{name[:60]}：{message}", field=name)
