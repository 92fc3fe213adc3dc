"""Correct what the importer read about a text as a whole."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.policy.models import Edition, EditionState
from kaichuang.policy.permissions import may_edit_edition

FIELDS = ("title", "issuer", "number", "signed_on", "published_on", "effective_on", "expires_on")


def describe(*, actor: Actor, now: datetime, edition: Edition, **values: Any) -> Edition:
    """Set title, issuer, number and dates of a text that is not published yet; what changed stands in the journal."""
    with transaction.atomic():
        edition = Edition.objects.select_for_update(of=("self",), no_key=True).get(pk=edition.pk)
        require(may_edit_edition(actor, edition))
        refuse_if(_wrong(edition, values))
        changed = {
            name: values[name] for name in FIELDS if name in values and values[name] != getattr(edition, name)
        }
        if not changed:
            return edition
        before = {name: _plain(getattr(edition, name)) for name in changed}
        for name, value in changed.items():
            setattr(edition, name, value)
        edition.save(update_fields=list(changed))
        if "title" in changed and edition.document.editions.count() == 1:
            edition.document.title = edition.title
            edition.document.save(update_fields=["title"])
        record(
            actor=actor,
            now=now,
            action="describe",
            subject=edition,
            scope=edition.document.programme.slug,
            payload={"before": before, "after": {name: _plain(value) for name, value in changed.items()}},
        )
    return edition


def _wrong(edition: Edition, values: dict[str, Any]) -> list[Problem]:
    problems = []
    if edition.state not in {EditionState.IMPORTED, EditionState.CHECKED}:
        problems.append(Problem("published", _("已发布的版本不能修改，请导入新的版本。")))
    if "title" in values and not values["title"].strip():
        problems.append(Problem("title_required", _("请填写标题。"), field="title"))
    begins, ends = (
        values.get("effective_on", edition.effective_on),
        values.get("expires_on", edition.expires_on),
    )
    if begins is not None and ends is not None and ends < begins:
        problems.append(Problem("validity_order", _("有效期至不能早于施行日期。"), field="expires_on"))
    return problems


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
