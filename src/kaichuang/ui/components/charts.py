"""chart: figures as a picture, with the same figures as a table for those who cannot see or script it.

Props: `data` (a `ui.charts.Chart`) · `id` (when a page has several charts of one title).
region_map: figures on a map. Props: `data` (a `ui.charts.RegionMap`) · `id`.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.templatetags.static import static
from django.utils.html import json_script
from django.utils.safestring import SafeString

from kaichuang.ui.assets import CHARTS
from kaichuang.ui.charts import Chart, RegionMap
from kaichuang.ui.components.core import component, from_template


@component()
def chart(data: Chart, *, id: str = "") -> SafeString:
    """A chart and its table."""
    return _render("chart", id or _id(data.title), data, {"rows": data.rows(), "height": data.height})


@component()
def region_map(data: RegionMap, *, id: str = "") -> SafeString:
    """A map and its table."""
    rows = sorted(data.values.items(), key=lambda pair: -pair[1])
    named = [(data.names.get(code, code), value) for code, value in rows]
    return _render("region_map", id or _id(data.title), data, {"rows": named})


def _render(template: str, id: str, data: Any, extra: dict[str, Any]) -> SafeString:
    values = {
        "id": id,
        "chart": data,
        "json": json_script(data.data(), f"{id}-data"),
        "library": static(CHARTS),
    }
    return from_template(template, {**values, **extra})


def _id(title: Any) -> str:
    return f"chart-{hashlib.blake2b(str(title).encode(), digest_size=5).hexdigest()}"
