"""Codes of specialities. A list of our own in the grain of county programmes; a pool may use further codes.

`register` lets a place add its own; unknown codes show as they are.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str

_SPECIALITIES: dict[str, type_str] = {
    "it": _("电子信息"),
    "machinery": _("先进制造"),
    "materials": _("新材料"),
    "biomed": _("生物医药"),
    "energy": _("新能源与节能环保"),
    "agriculture": _("现代农业"),
    "culture": _("文化创意"),
    "commerce": _("电子商务与现代服务"),
    "tourism": _("旅游"),
    "finance": _("财务与审计"),
    "investment": _("投资与金融"),
    "law": _("法律与知识产权"),
    "management": _("企业管理"),
    "incubation": _("创业孵化"),
}


def register(code: str, label: type_str) -> None:
    _SPECIALITIES[code] = label


def choices() -> list[tuple[str, type_str]]:
    return list(_SPECIALITIES.items())


def label_of(code: str) -> str:
    return str(_SPECIALITIES.get(code, code))


def labels_of(codes: list[str]) -> str:
    return "、".join(label_of(code) for code in codes)
