"""Where the third-party files lie that `kaichuang assets install` fetches; one place for all names."""

from __future__ import annotations

STYLES = "vendor/tabler/tabler.min.css"
ICONS = "vendor/icons/icons.svg"
CHARTS = "vendor/echarts/echarts.min.js"
HTMX = "django_htmx/htmx-2.min.js"
