"""Columns in stages: each stage reads what earlier stages added.  Shared by the engines that add columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from kaichuang.rules.lang.nodes import Node

Formula = TypeVar("Formula")


class Stages(Generic[Formula]):
    """Puts formulas into the first stage in which all they read is there.

    While a formula is written, ``read`` notes what it reads.  A part that should be a column of its own (because it is
    needed twice, or because the engine is faster that way) is given to ``part``.
    """

    def __init__(self, named: Callable[[Formula, str], Formula]) -> None:
        self.steps: list[list[Formula]] = []
        self._named = named
        self._stage_of: dict[str, int] = {}
        self._parts: dict[Node, str] = {}
        self._depth = 0
        self._count = 0

    def read(self, slot: str) -> None:
        """Note that the formula being written reads a slot."""
        self._depth = max(self._depth, self._stage_of.get(slot, 0))

    def define(self, slot: str, write: Callable[[], Formula]) -> None:
        """Write a slot's formula and put it into its stage."""
        self._depth = 0
        self._place(slot, write())

    def part(self, write: Callable[[], Formula], node: Node | None = None) -> str:
        """The name of a column that holds a part.

        With a ``node`` the part is written from nothing but that node, and the same node is computed once; without one
        it may use what has been read so far.
        """
        if node is not None and node in self._parts:
            self.read(self._parts[node])
            return self._parts[node]
        outer = self._depth
        if node is not None:
            self._depth = 0
        formula = write()
        self._count += 1
        slot = f"#{self._count}"
        self._place(slot, formula)
        if node is not None:
            self._parts[node] = slot
        self._depth = outer
        self.read(slot)
        return slot

    def _place(self, slot: str, formula: Formula) -> None:
        while len(self.steps) <= self._depth:
            self.steps.append([])
        self.steps[self._depth].append(self._named(formula, slot))
        self._stage_of[slot] = self._depth + 1
