"""What a chart shows, as data: it is drawn by ECharts and always also written as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kaichuang.kit.problems import type_str

KINDS = ("bar", "bar-horizontal", "stacked", "line", "area", "pie", "ring")


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values beside the categories of the chart; None is a gap. `kind` lets one series be a line among bars."""

    label: type_str
    values: Sequence[int | float | None]
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`title` says what is seen, `unit` in what; `decimals` are written. `target` draws a line at a value."""

    title: type_str
    categories: Sequence[type_str]
    series: Sequence[Series]
    kind: str = "bar"
    unit: type_str = ""
    decimals: int = 0
    target: float | None = None
    target_label: type_str = ""
    height: str = "medium"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"chart kind {self.kind!r}: one of {', '.join(KINDS)}")
        if self.height not in {"small", "medium", "large"}:
            raise ValueError(f"height {self.height!r}: small, medium or large")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(
                    f"series {series.label} has {len(series.values)} of {len(self.categories)} values"
                )

    def data(self) -> dict[str, Any]:
        """What the script needs, as JSON values."""
        return {
            "title": str(self.title),
            "kind": self.kind,
            "categories": [str(name) for name in self.categories],
            "series": [
                {"label": str(one.label), "values": list(one.values), "kind": one.kind} for one in self.series
            ],
            "unit": str(self.unit),
            "decimals": self.decimals,
            "target": self.target,
            "targetLabel": str(self.target_label),
        }

    def rows(self) -> list[tuple[str, list[int | float | None]]]:
        return [
            (str(name), [one.values[index] for one in self.series])
            for index, name in enumerate(self.categories)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionMap:
    """Values of regions by administrative code. `source` is the address of a GeoJSON whose features carry `id`.

    `approval` is the map's 审图号: a public site may only show an approved map.
    """

    title: type_str
    source: str
    values: dict[str, int | float]
    names: dict[str, str] = field(default_factory=dict)
    unit: type_str = ""
    decimals: int = 0
    approval: str = ""

    def data(self) -> dict[str, Any]:
        return {
            "title": str(self.title),
            "kind": "map",
            "source": self.source,
            "values": self.values,
            "names": self.names,
            "unit": str(self.unit),
            "decimals": self.decimals,
        }
