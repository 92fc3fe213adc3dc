"""Names of the sections of packs, as readers see them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str

_USES: dict[str, type_str] = {
    "measures": _("政策措施"),
    "targets": _("发展目标"),
    "schemes": _("认定"),
    "sheets": _("评价表"),
    "vouchers": _("创新券"),
    "loans": _("贷款"),
    "funds": _("基金"),
    "sanctions": _("处理"),
    "layouts": _("空间布局"),
    "matters": _("办理事项"),
    "budgets": _("预算"),
    "readings": _("条文解读"),
    "stacking": _("叠加规则"),
    "forms": _("表单"),
}
USE_ICONS = {
    "measures": "coins",
    "targets": "target",
    "schemes": "certificate",
    "sheets": "clipboard-check",
    "vouchers": "ticket",
    "loans": "building-bank",
    "funds": "report-money",
    "sanctions": "gavel",
    "layouts": "map-2",
    "matters": "clipboard-list",
    "budgets": "wallet",
    "readings": "bulb",
    "stacking": "stack-2",
    "forms": "file-text",
}


def use_label(section: str) -> type_str:
    """What kind of thing uses the clause."""
    return _USES.get(section, section)
