"""The component library; importing it declares every component."""

from kaichuang.ui.components import (
    badges,
    buttons,
    cards,
    charts,
    clause,
    feedback,
    forms,
    headers,
    history,
    icon,
    structure,
    table,
    values,
)
from kaichuang.ui.components.core import COMPONENTS, Component

__all__ = [
    "COMPONENTS",
    "Component",
    "badges",
    "buttons",
    "cards",
    "charts",
    "clause",
    "feedback",
    "forms",
    "headers",
    "history",
    "icon",
    "structure",
    "table",
    "values",
]
