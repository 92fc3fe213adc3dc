"""Which states of a workflow lead to which."""

from __future__ import annotations

from collections.abc import Iterable

from .schema.workflows import Workflow


def reachable(
    workflow: Workflow, states: Iterable[str], *, backwards: bool = False, without: str = ""
) -> set[str]:
    """The states that moves lead to (or from), the given ones among them; ``without`` leaves out moves by effect."""
    edges: list[tuple[str, str]] = []
    for move in workflow.moves:
        if without and without in move.does:
            continue
        edges += [(move.to, source) if backwards else (source, move.to) for source in move.from_]
    found = set(states)
    while new := {target for source, target in edges if source in found} - found:
        found |= new
    return found
