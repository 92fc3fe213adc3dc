"""What the journal calls things, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.booking.workflow import BOOKINGS

_ACTIONS = {
    "book": _("预约"),
    "offer": _("候补递补"),
    "cut_short": _("要求提前结束"),
    "strike": _("记录失约"),
    "declare_outage": _("登记停用"),
    "end_outage": _("恢复使用"),
}


def action_label(action: str) -> str:
    """The name of a move or another entry about a booking."""
    known = {step.name: step.label for step in BOOKINGS} | _ACTIONS
    return str(known.get(action, action))
