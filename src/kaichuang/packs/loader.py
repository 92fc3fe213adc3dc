"""From a folder of YAML files to a pack. All problems are found before any is reported."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from .problems import Mark, PackErrors, Problem, relative
from .schema import Sections
from .schema.documents import Document, PackInfo
from .validation import problems_of
from .yamlfile import Path_, YamlFile, read_yaml

VOCABULARY = (
    "subjects", "evidence", "suppliers", "facts", "collections", "groupings", "totals", "conditions", "vocabularies",
    "workflows",
)  # fmt: skip
"""Sections that a pack inherits from the packs it uses."""
_KEYS = {"subjects": "code", "evidence": "code", "suppliers": "code", "facts": "code", "collections": "code",
         "groupings": "code", "totals": "code"}  # fmt: skip


def key_of(section: str, item: Any) -> str | None:
    """The identifier of an item of a section, where its items have one."""
    found = getattr(item, _KEYS.get(section, "id"), None)
    return found if isinstance(found, str) else None


@dataclass
class Pack:
    """A loaded pack: its own sections joined with the vocabulary of the packs it uses."""

    folder: Path
    info: PackInfo
    own: Sections
    all: Sections
    """Own sections, with inherited vocabulary before them."""
    uses: tuple[Pack, ...] = ()
    files: Mapping[str, YamlFile] = field(default_factory=dict)
    origins: dict[tuple[str, str], tuple[YamlFile, Path_]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The pack's identifier, which is its folder's name."""
        return self.info.id

    @property
    def version(self) -> str:
        """The version that its authors gave it."""
        return self.info.version

    @cached_property
    def hash(self) -> str:
        """SHA-256 of what the pack means: all sections but its tests, of itself and of the packs it uses."""
        content = self.all.model_dump(mode="json", by_alias=True, exclude={"tests"})
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def main(self) -> Document | None:
        """The document that gives the pack its validity."""
        return next((document for document in self.own.documents if document.id == self.info.main), None)

    def mark(self, section: str, key: str, *path: str | int) -> Mark:
        """Where something stands: ``mark("measures", "NH-M4", "conditions", 0, "test")``."""
        if (section, key) in self.origins:
            file, base = self.origins[section, key]
            return file.mark((*base, *path))
        for used in self.uses:
            if (section, key) in used.origins:
                return used.mark(section, key, *path)
        return Mark(f"{self.folder.name}/pack.yaml")


def find_pack(name: str | Path, *, roots: tuple[Path, ...] = ()) -> Path:
    """The folder of a pack given by path or by id (looked up in ``roots`` and in ``./packs``)."""
    direct = Path(name)
    places = [direct, *(root / str(name) for root in roots), Path("packs") / str(name)]
    places += [parent / "packs" / str(name) for parent in Path(__file__).resolve().parents]
    for place in places:
        if place.is_dir() and any(place.glob("*.yaml")):
            return place
    raise PackErrors(
        [Problem(Mark(str(name)), "absent", f"没有找到政策包“{name}”", f"no pack “{name}” was found")]
    )


def load_pack(folder: str | Path) -> Pack:
    """Read a pack by path or id. Raises ``PackErrors`` with everything that is wrong with its form."""
    root = find_pack(folder).resolve()
    files = _read(root)
    problems = [problem for file in files.values() for problem in file.problems]
    sections: list[tuple[YamlFile, Sections]] = []
    for file in files.values():
        if file.data is None:
            continue
        try:
            sections.append((file, Sections.model_validate(file.data)))
        except ValidationError as error:
            problems.extend(problems_of(error, file))
    if problems:
        raise PackErrors(problems)
    own, origins, repeated = _join(sections)
    if own.pack is None:
        problems.append(
            Problem(Mark(f"{root.name}/pack.yaml"), "pack", "缺少 pack 一节", "the section pack is missing")
        )
    elif own.pack.id != root.name:
        mark = _first(origins, "pack", root)
        zh = f"包的 id“{own.pack.id}”应与文件夹名“{root.name}”相同"
        problems.append(Problem(mark, "id", zh, "the pack's id is its folder's name", root.name))
    problems.extend(repeated)
    if own.pack is None or problems:
        raise PackErrors(problems)
    uses = tuple(load_pack(root.parent / name) for name in own.pack.uses)
    return Pack(root, own.pack, own, _inherit(own, uses), uses, files, origins)


def _read(root: Path) -> Mapping[str, YamlFile]:
    states = ((path, path.stat()) for path in sorted(root.rglob("*.yaml")))
    return _parsed(root, tuple((path, state.st_mtime_ns, state.st_size) for path, state in states))


@lru_cache(maxsize=32)
def _parsed(root: Path, states: tuple[tuple[Path, int, int], ...]) -> Mapping[str, YamlFile]:
    """Parsing is nearly all of the loading, and files seldom change under a running process."""
    names = {relative(path, root): path for path, _changed, _size in states}
    return MappingProxyType({name: read_yaml(path, name) for name, path in names.items()})


def _first(origins: dict[tuple[str, str], tuple[YamlFile, Path_]], section: str, root: Path) -> Mark:
    for (name, _), (file, path) in origins.items():
        if name == section:
            return file.mark(path)
    return Mark(f"{root.name}/pack.yaml")


def _join(
    files: list[tuple[YamlFile, Sections]],
) -> tuple[Sections, dict[tuple[str, str], tuple[YamlFile, Path_]], list[Problem]]:
    joined: dict[str, Any] = {}
    origins: dict[tuple[str, str], tuple[YamlFile, Path_]] = {}
    problems: list[Problem] = []

    def place(section: str, key: str, file: YamlFile, path: Path_) -> None:
        if (section, key) in origins:
            first = origins[section, key][0].mark(origins[section, key][1])
            zh, en = f"“{key}”已在 {first} 定义", f"“{key}” is already defined at {first}"
            problems.append(Problem(file.mark(path), "repeated", zh, en))
        origins[section, key] = (file, path)

    for file, found in files:
        for section in found.model_fields_set:
            value = getattr(found, section)
            if section == "pack":
                if value is not None:
                    place(section, "pack", file, (section,))
                    joined[section] = value
            elif isinstance(value, dict):
                for key, item in value.items():
                    place(section, key, file, (section, key))
                    joined.setdefault(section, {})[key] = item
            else:
                for at, item in enumerate(value):
                    place(section, key_of(section, item) or f"{file.name}#{at}", file, (section, at))
                joined[section] = (*joined.get(section, ()), *value)
    return Sections.model_construct(**{**_empty(), **joined}), origins, problems


def _empty() -> dict[str, Any]:
    return {
        name: field.get_default(call_default_factory=True) for name, field in Sections.model_fields.items()
    }


def _inherit(own: Sections, uses: tuple[Pack, ...]) -> Sections:
    merged = {name: getattr(own, name) for name in Sections.model_fields}
    for section in VOCABULARY:
        inherited: tuple[Any, ...] = ()
        for used in uses:
            inherited = (*inherited, *getattr(used.all, section))
        mine = {key_of(section, item) for item in merged[section]}
        merged[section] = (
            *(item for item in inherited if key_of(section, item) not in mine),
            *merged[section],
        )
    return Sections.model_construct(**merged)
