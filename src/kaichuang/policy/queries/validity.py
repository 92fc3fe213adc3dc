"""Whether a text is in force, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kaichuang.policy.models import Edition, EditionState, Printed
from kaichuang.policy.queries.editions import SHOWN, in_force

Effect = Literal["making", "withdrawn", "future", "in_force", "ending", "expired", "repealed", "marked"]
SOON = timedelta(days=90)
"""So long before its last day a text is shown as ending."""
_MARKED = (Printed.EXPIRED, Printed.REPEALED, Printed.SUPERSEDED)


@dataclass(frozen=True, slots=True)
class Validity:
    """`label` for a badge in `tone`; `text` the sentence; `notes` what a reader has to know besides."""

    effect: Effect
    label: str
    tone: str
    icon: str
    text: str
    notes: list[str] = field(default_factory=list)

    @property
    def is_in_force(self) -> bool:
        return self.effect in {"in_force", "ending"}


def validity_of(edition: Edition, today: date) -> Validity:
    """What the edition's dates, its repeal and its printed mark say on `today`."""
    found = _state(edition) or _ended(edition, today) or _running(edition, today)
    return Validity(*found, notes=_notes(edition, today, found[0]))


def only_in_force(editions: QuerySet[Edition], today: date) -> QuerySet[Edition]:
    """Those that `validity_of` calls in force; ending ones are among them."""
    return in_force(editions.filter(state__in=SHOWN), today).exclude(
        expires_on=None, repealed_on=None, printed_status__in=_MARKED
    )


def only_future(editions: QuerySet[Edition], today: date) -> QuerySet[Edition]:
    """Those that begin after `today`."""
    return editions.filter(
        Q(effective_on__gt=today)
        | Q(effective_on=None, signed_on__gt=today)
        | Q(effective_on=None, signed_on=None, published_on__gt=today)
    ).exclude(repealed_on__lte=today)


Words = tuple[Effect, str, str, str, str]


def _state(edition: Edition) -> Words | None:
    if edition.state == EditionState.WITHDRAWN:
        return "withdrawn", _("已撤回"), "neutral", "ban", _("本版本已从政策库撤回。")
    if edition.state in {EditionState.IMPORTED, EditionState.CHECKED}:
        text = _("本版本尚未发布，只有政策库的维护人员可以看到。")
        return "making", str(edition.get_state_display()), "info", "edit", text
    return None


def _ended(edition: Edition, today: date) -> Words | None:
    if edition.repealed_on is not None and today >= edition.repealed_on:
        text = _("自%(day)s起废止。此前已经作出的决定和承担的义务继续有效。") % {
            "day": _day(edition.repealed_on)
        }
        return "repealed", _("已废止"), "danger", "ban", text
    if edition.expires_on is not None and today > edition.expires_on:
        text = _("有效期至%(day)s，现已失效。此前已经作出的决定和承担的义务继续有效。") % {
            "day": _day(edition.expires_on)
        }
        return "expired", _("失效"), "danger", "calendar-x", text
    is_marked = (
        edition.printed_status in _MARKED and edition.expires_on is None and edition.repealed_on is None
    )
    if is_marked:
        text = _("来源标注为“%(mark)s”，但未写明失效日期。") % {"mark": edition.get_printed_status_display()}
        return "marked", str(edition.get_printed_status_display()), "danger", "calendar-x", text
    return None


def _running(edition: Edition, today: date) -> Words:
    begins = edition.begins_on
    if begins is not None and today < begins:
        text = _("自%(day)s起施行，目前尚未施行。") % {"day": _day(begins)}
        return "future", _("尚未施行"), "info", "calendar-time", text
    ends = edition.expires_on
    if edition.repealed_on is not None:
        ends = min(filter(None, (ends, edition.repealed_on - timedelta(days=1))))
    if ends is not None and ends - today <= SOON:
        text = _("将于%(day)s到期（当日仍然有效）。") % {"day": _day(ends)}
        return "ending", _("即将到期"), "warning", "calendar-due", text
    text = (
        _("现行有效，有效期至%(day)s。") % {"day": _day(ends)}
        if ends is not None
        else _("现行有效，文本未规定失效日期。")
    )
    return "in_force", _("现行有效"), "success", "shield-check", text


def _notes(edition: Edition, today: date, effect: Effect) -> list[str]:
    notes = []
    if edition.effective_on and edition.published_on and edition.effective_on < edition.published_on:
        notes.append(
            _("溯及既往：%(published)s发布，自%(begins)s起施行。")
            % {"published": _day(edition.published_on), "begins": _day(edition.effective_on)}
        )
    if edition.effective_on is None and edition.begins_on is not None:
        notes.append(_("文本没有写明施行日期，按%(day)s起算。") % {"day": _day(edition.begins_on)})
    if edition.printed_status in _MARKED and effect in {"in_force", "ending", "future"}:
        notes.append(
            _("来源网页标注为“%(mark)s”，按本项目业务日期%(today)s计算仍在有效期内。")
            % {"mark": edition.get_printed_status_display(), "today": _day(today)}
        )
    return notes


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
