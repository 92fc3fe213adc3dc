"""What checking a report finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kaichuang.rules.lang.types import Value

MIN_EXPLANATION = 10
"""Letters that an explanation needs at least: “核实无误” is none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or needs a reason. `id` names the check; an explanation is kept under it."""

    id: str
    kind: Literal["block", "explain"]
    message: str
    cells: tuple[str, ...]
    explanation: str = ""
    clause: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it keeps the report from being signed."""
        return self.kind == "block" or len(self.explanation.strip()) < MIN_EXPLANATION

    @property
    def is_empty(self) -> bool:
        """Whether a cell has only not been filled in yet."""
        return self.id.startswith("empty:")

    @property
    def key(self) -> str:
        """The id as part of an HTML name."""
        return self.id.replace(":", "-").replace(".", "-")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report worked through: the value of every cell (None: unknown), findings, cells that have to be entered."""

    values: Mapping[str, Value]
    findings: tuple[Finding, ...]
    editable: frozenset[str]
    unreadable: Mapping[str, str] = field(default_factory=dict)

    @property
    def open(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.is_open)

    @property
    def is_sound(self) -> bool:
        return not self.open

    def of_cell(self, name: str) -> list[Finding]:
        return [finding for finding in self.findings if name in finding.cells]
