"""Periods and reports in words."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kaichuang.facts.models import Report


def period_words(period: str, starts_on: date, ends_on: date) -> str:
    """“2019年第1季度”."""
    if period == "year":
        return _("%(year)s年") % {"year": starts_on.year}
    if period == "quarter":
        return _("%(year)s年第%(quarter)s季度") % {
            "year": starts_on.year,
            "quarter": (starts_on.month + 2) // 3,
        }
    if period == "month":
        return _("%(year)s年%(month)s月") % {"year": starts_on.year, "month": starts_on.month}
    return _("%(start)s至%(end)s") % {"start": starts_on, "end": ends_on}


def period_of(report: Report) -> str:
    return period_words(report.form.period, report.starts_on, report.ends_on)


def params_of(report: Report) -> dict[str, Any]:
    """What notices and work about the report are filled in with."""
    return {"form": report.form.title, "period": period_of(report), "party": report.party.name}
