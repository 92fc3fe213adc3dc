"""The rules that a programme has adopted, compiled from what was kept at adoption, never from the disk."""

from __future__ import annotations

import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from kaichuang.packs.loader import Pack, load_pack
from kaichuang.packs.problems import PackErrors, Problem
from kaichuang.packs.rulebook import rulebook
from kaichuang.packs.settings import BureauSettings, parse_settings
from kaichuang.places.models import Programme
from kaichuang.policy.models import PackVersion
from kaichuang.rules.measures import Rulebook, Settings

_KEPT = 24
_compiled: OrderedDict[str, tuple[Pack, Rulebook]] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Loaded:
    """One adopted version, ready to be asked, with the bureau's own settings."""

    version: PackVersion
    pack: Pack
    book: Rulebook
    chosen: BureauSettings
    ignored: tuple[Problem, ...] = field(default=())
    """Settings that no longer fit the pack: they are not in force, and the officer is told."""

    @property
    def settings(self) -> Settings:
        """What ``evaluate`` and ``run`` take as ``settings``."""
        return self.chosen.rules

    @property
    def programme(self) -> Programme:
        return self.version.programme


def current_versions(programme: Programme) -> list[PackVersion]:
    """The versions in force, without their content, in the order in which the packs were adopted."""
    rows = programme.pack_versions.filter(is_current=True).defer("content").select_related("programme__place")
    order = {pack: at for at, pack in enumerate(programme.packs)}
    return sorted(rows, key=lambda row: (order.get(row.pack, len(order)), row.pack))


def current(programme: Programme, pack: str = "") -> Loaded | None:
    """The rules of a programme; of the first pack when none is named. None where nothing was adopted."""
    for version in current_versions(programme):
        if pack in ("", version.pack):
            return loaded(version)
    return None


def all_current(programme: Programme) -> list[Loaded]:
    """Every pack of a programme."""
    return [loaded(version) for version in current_versions(programme)]


def loaded(version: PackVersion, settings: Mapping[str, Any] | None = None) -> Loaded:
    """A version with its settings, or with others that are only tried (``settings``)."""
    pack, book = compiled(version)
    document = version.settings if settings is None else settings
    chosen, ignored = read_settings(document, pack, book)
    return Loaded(version, pack, book, chosen, tuple(ignored))


def compiled(version: PackVersion) -> tuple[Pack, Rulebook]:
    """The pack and its rules: compiled once per content in each process."""
    with _lock:
        found = _compiled.get(version.sha256)
        if found is not None:
            _compiled.move_to_end(version.sha256)
            return found
    with unpacked(version) as pack:
        made = pack, rulebook(pack)
    with _lock:
        _compiled[version.sha256] = made
        if len(_compiled) > _KEPT:
            _compiled.popitem(last=False)
    return made


@contextmanager
def unpacked(version: PackVersion) -> Iterator[Pack]:
    """The pack as files again, for as long as the block runs."""
    root = Path(tempfile.mkdtemp(prefix="kaichuang-pack-"))
    try:
        for name, text in version.content.items():
            path = root / name
            if not path.resolve().is_relative_to(root.resolve()):
                raise ValueError(f"{name} leaves the pack")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        yield load_pack(root / version.pack)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def read_settings(
    document: Mapping[str, Any], pack: Pack, book: Rulebook
) -> tuple[BureauSettings, list[Problem]]:
    """The bureau's settings; single ones that do not fit the pack are left out and reported."""
    whole = {**document, "pack": pack.id}
    try:
        return parse_settings(whole, pack, book), []
    except PackErrors as errors:
        problems = list(errors.problems)
    kept: dict[str, Any] = {"pack": pack.id}
    for section in ("readings", "parameters", "sheets"):
        for name, value in dict(document.get(section) or {}).items():
            try:
                parse_settings({"pack": pack.id, section: {name: value}}, pack, book)
            except PackErrors:
                continue
            kept.setdefault(section, {})[name] = value
    return parse_settings(kept, pack, book), problems
