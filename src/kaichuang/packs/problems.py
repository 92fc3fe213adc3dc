"""What is wrong with a pack: where it stands, what it is in Chinese and English, what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A place in a file, lines and columns from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake or doubt."""

    mark: Mark
    code: str
    zh: str
    en: str
    suggestion: str | None = None
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f" → {self.suggestion}" if self.suggestion else ""
        return f"{self.mark}: {self.severity}[{self.code}] {self.zh} | {self.en}{hint}"


class PackErrors(Exception):
    """A pack that cannot be used; ``problems`` holds everything that is wrong, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.mark, p.code)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like the one written, if any is close."""
    found = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return found[0] if found else None


def relative(path: Path, root: Path) -> str:
    """The file's name as shown: relative to the pack's folder's parent."""
    return path.relative_to(root.parent).as_posix()
