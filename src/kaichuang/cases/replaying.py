"""Recompute decisions from a file alone: no database, and no pack but the one inside where there is one."""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kaichuang.packs.freeze import FORMAT, Tampered
from kaichuang.packs.freeze import replay as ask_again
from kaichuang.packs.loader import load_pack
from kaichuang.packs.problems import PackErrors
from kaichuang.packs.rulebook import rulebook
from kaichuang.rules.measures import Rulebook

_MOST_BYTES = 512 * 1024 * 1024


class Broken(Exception):
    """A file that cannot be replayed; the text says why."""


@dataclass(frozen=True, slots=True)
class Again:
    """One frozen answer asked again."""

    path: str
    pack: str
    as_of: str
    results: tuple[str, ...]
    """What came out now: a line for each measure."""
    differences: tuple[str, ...]
    """Results that came out differently."""
    rules: tuple[str, ...]
    """Rules and figures that are not as they were: only where the pack inside was not used."""


@dataclass(frozen=True)
class Replayed:
    """What a file holds. `damaged` names files that do not fit the manifest."""

    answers: tuple[Again, ...]
    damaged: tuple[str, ...] = field(default=())


def replay_file(path: Path) -> Replayed:
    """A dossier (ZIP) or one frozen answer (JSON). Raises `Broken`."""
    if zipfile.is_zipfile(path):
        return _dossier(path)
    try:
        document = json.loads(path.read_bytes())
    except ValueError as error:
        raise Broken("不是 ZIP，也不是 JSON / neither a ZIP nor JSON") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Broken(f"不是冻结的答复 / not a frozen answer ({FORMAT})")
    return Replayed((_again(path.name, document, _book_here(document)),))


def _dossier(path: Path) -> Replayed:
    with zipfile.ZipFile(path) as archive:
        if sum(one.file_size for one in archive.infolist()) > _MOST_BYTES:
            raise Broken("文件过大 / too large")
        files = {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    if "manifest.json" not in files or "pack.json" not in files:
        raise Broken("不是一户一档 / not a dossier")
    damaged = tuple(_damaged(files))
    book = _book_inside(files)
    answers = [
        _again(name, json.loads(content), book)
        for name, content in sorted(files.items())
        if name.endswith("-answer.json")
    ]
    return Replayed(tuple(answers), damaged)


def _damaged(files: Mapping[str, bytes]) -> list[str]:
    listed = {one["path"]: one["sha256"] for one in json.loads(files["manifest.json"])["files"]}
    found = [f"缺少 / missing: {name}" for name in sorted(listed.keys() - files.keys())]
    found += [
        f"未列入清单 / not in the manifest: {name}"
        for name in sorted(files.keys() - listed.keys() - {"manifest.json"})
    ]
    found += [
        f"内容与校验值不符 / changed: {name}"
        for name in sorted(listed.keys() & files.keys())
        if hashlib.sha256(files[name]).hexdigest() != listed[name]
    ]
    return found


def _book_inside(files: Mapping[str, bytes]) -> Rulebook:
    """The rules that are in the file, compiled from there."""
    about = json.loads(files["pack.json"])
    with tempfile.TemporaryDirectory(prefix="kaichuang-replay-") as folder:
        root = Path(folder).resolve()
        for name, content in files.items():
            if not name.startswith("pack/"):
                continue
            target = (root / name.removeprefix("pack/")).resolve()
            if not target.is_relative_to(root):
                raise Broken(f"路径越界 / leaves its folder: {name}")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        try:
            return rulebook(load_pack(root / Path(str(about["id"])).name))
        except (PackErrors, OSError, KeyError) as error:
            raise Broken(f"政策包无法读取 / the pack cannot be read: {error}") from error


def _book_here(document: Mapping[str, Any]) -> Rulebook:
    """The rules of this installation, the same or a newer version: differences are shown."""
    try:
        return rulebook(load_pack(str(document["pack"]["id"])))
    except (PackErrors, OSError, LookupError) as error:
        raise Broken(f"本机没有政策包 / no such pack here: {document['pack']['id']}") from error


def _again(path: str, document: Mapping[str, Any], book: Rulebook) -> Again:
    try:
        found = ask_again(document, book)
    except Tampered as error:
        raise Broken(f"{path}: 内容被改动过 / it was changed") from error
    except (ValueError, KeyError, TypeError, ArithmeticError) as error:
        raise Broken(f"{path}: {error}") from error
    results = tuple(
        f"{id_}: {found.answers[id_].status} {found.answers[id_].as_dict()['payable'] or '-'}"
        for id_ in document["measures"]
        if id_ in found.answers
    )
    pack = document["pack"]
    return Again(
        path,
        f"{pack['id']} {pack['version']}",
        str(document["as_of"]),
        results,
        tuple(map(str, found.results)),
        tuple(map(str, found.rules)),
    )
