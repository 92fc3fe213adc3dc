"""The .po and .mo files of the contexts: merge, check, compile. On polib, without GNU tools."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib

from kaichuang.runtime.messages import Found, Key, extract

PACKAGE = Path(__file__).resolve().parents[1]
ENGLISH, TRADITIONAL = "en", "zh_Hant"
LANGUAGES = (ENGLISH, TRADITIONAL)
_PLURAL_FORMS = {ENGLISH: "nplurals=2; plural=(n != 1);", TRADITIONAL: "nplurals=1; plural=0;"}
_PLACEHOLDER = re.compile(r"%\([^)]+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sdif]|\{[^{}\s]*\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def contexts(root: Path = PACKAGE) -> list[Path]:
    """Folders that own strings: every Django app, and the package itself for all that is in none."""
    found = {root, *(file.parent for file in root.glob("**/apps.py"))}
    found |= {folder.parent for folder in root.glob("**/locale") if folder.is_dir()}
    return sorted(folder for folder in found if "node_modules" not in folder.parts)


def po_file(context: Path, language: str) -> Path:
    """Where the catalogue of a language lies."""
    return context / "locale" / language / "LC_MESSAGES" / "django.po"


def key_of(entry: polib.POEntry) -> Key:
    """The entry's identity as `messages` has it."""
    return entry.msgctxt or "", entry.msgid, entry.msgid_plural or ""


def merge(context: Path, language: str, found: Found) -> bool:
    """Bring a catalogue to the strings that the sources use. True when the file changed.

    English of a string that vanished is kept as an obsolete entry, and comes back with the string.
    """
    file = po_file(context, language)
    old = polib.pofile(str(file), wrapwidth=0) if file.exists() else polib.POFile()
    known = {key_of(entry): entry for entry in old}
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = _metadata(language)
    for key in sorted(found.places):
        catalogue.append(_entry(key, known.get(key), sorted(found.places[key]), language))
    if language == ENGLISH:
        for key, entry in sorted(known.items()):
            if key not in found.places and _translated(entry):
                entry.obsolete, entry.occurrences = True, []
                catalogue.append(entry)
    text = str(catalogue).rstrip("\n") + "\n"
    if not found.places and not file.exists():
        return False
    if file.exists() and file.read_text("utf-8") == text:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return True


def check(context: Path) -> Iterator[str]:
    """Everything that is wrong with a context's catalogues, in words."""
    found = extract(context)
    yield from (f"{context.name}: {problem}" for problem in found.problems)
    for language in LANGUAGES:
        where = f"{context.name}/{language}"
        file = po_file(context, language)
        if not file.exists():
            if found.places:
                yield f"{where}: 没有译文文件 / no catalogue for {len(found.places)} strings"
            continue
        entries = {key_of(entry): entry for entry in polib.pofile(str(file)) if not entry.obsolete}
        for key in sorted(found.places.keys() - entries.keys()):
            yield f"{where}: 源码有而译文无 / not in the catalogue: {key[1]!r} ({', '.join(sorted(found.places[key]))})"
        for key in sorted(entries.keys() - found.places.keys()):
            yield f"{where}: 译文有而源码无 / no longer in the sources: {key[1]!r}"
        for key in sorted(entries.keys() & found.places.keys()):
            yield from (
                f"{where}: {problem}: {key[1]!r}" for problem in _entry_problems(entries[key], language)
            )


def conflicts(folders: list[Path]) -> Iterator[str]:
    """English texts of one string that differ between contexts: Django would use only one of them."""
    seen: dict[Key, tuple[str, str]] = {}
    for folder in folders:
        file = po_file(folder, ENGLISH)
        for entry in polib.pofile(str(file)) if file.exists() else []:
            if entry.obsolete or not entry.msgstr:
                continue
            first, text = seen.setdefault(key_of(entry), (folder.name, entry.msgstr))
            if text != entry.msgstr:
                yield f"{entry.msgid!r}: {first} {text!r} ≠ {folder.name} {entry.msgstr!r}（用 / use pgettext）"


def compile_stale(context: Path) -> int:
    """Write the .mo of every catalogue that is newer than its .mo. Returns how many."""
    written = 0
    for file in sorted(context.glob("locale/*/LC_MESSAGES/*.po")):
        target = file.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= file.stat().st_mtime_ns:
            continue
        handle, aside = tempfile.mkstemp(prefix=".", suffix=".mo", dir=file.parent)
        os.close(handle)
        polib.pofile(str(file)).save_as_mofile(aside)
        os.chmod(aside, 0o644)
        os.replace(aside, target)
        written += 1
    return written


def stale(context: Path) -> list[Path]:
    """Catalogues whose .mo is missing or older."""
    return [
        file
        for file in sorted(context.glob("locale/*/LC_MESSAGES/*.po"))
        if not (target := file.with_suffix(".mo")).exists()
        or target.stat().st_mtime_ns < file.stat().st_mtime_ns
    ]


@cache
def _converter() -> object:
    from opencc import OpenCC

    # Standard traditional characters with the terms left as they are: words of law are not localised.
    return OpenCC("s2tw")


def traditional(text: str) -> str:
    """The text in traditional characters."""
    converted: str = _converter().convert(text)  # type: ignore[attr-defined]  # opencc has no types
    return converted


def _entry(key: Key, old: polib.POEntry | None, places: list[str], language: str) -> polib.POEntry:
    context, text, plural = key
    entry = polib.POEntry(msgctxt=context or None, msgid=text, occurrences=[(place, "") for place in places])
    if old is not None:
        entry.comment, entry.tcomment, entry.flags = old.comment, old.tcomment, [*old.flags]
    if plural:
        entry.msgid_plural = plural
        forms = 2 if language == ENGLISH else 1
        before = dict(old.msgstr_plural) if old is not None else {}
        entry.msgstr_plural = {form: before.get(form, "") for form in range(forms)}
        if language == TRADITIONAL and not entry.msgstr_plural[0]:
            entry.msgstr_plural = {0: traditional(plural)}
    else:
        entry.msgstr = old.msgstr if old is not None else ""
        if language == TRADITIONAL and not entry.msgstr:
            entry.msgstr = traditional(text)
    return entry


def _entry_problems(entry: polib.POEntry, language: str) -> Iterator[str]:
    if "fuzzy" in entry.flags:
        yield "译文待确认 / fuzzy"
    if not _translated(entry):
        yield "未翻译 / not translated"
        return
    originals = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
    wanted = {frozenset(_PLACEHOLDER.findall(original)) for original in originals}
    for text in _texts(entry):
        if frozenset(_PLACEHOLDER.findall(text)) not in wanted:
            yield f"占位符不一致 / placeholders differ in {text!r}"
        if text.startswith("\n") != entry.msgid.startswith("\n") or text.endswith(
            "\n"
        ) != entry.msgid.endswith("\n"):
            yield "首尾换行不一致 / line breaks at the ends differ"
        if language == ENGLISH and _HAN.search(text) and text == entry.msgid:
            yield "英文与中文相同 / English equals the Chinese"


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _translated(entry: polib.POEntry) -> bool:
    texts = _texts(entry)
    return bool(texts) and all(texts)


def _metadata(language: str) -> dict[str, str]:
    return {
        "Project-Id-Version": "kaichuang",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": _PLURAL_FORMS[language],
    }
