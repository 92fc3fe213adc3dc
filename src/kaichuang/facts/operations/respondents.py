"""Who must report."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from kaichuang.facts.models import Form, Respondent
from kaichuang.facts.permissions import may_collect
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.parties.models import Party


def add_respondent(*, actor: Actor, now: datetime, form: Form, party: Party, since: date) -> Respondent:
    """The party reports on every period that ends on `since` or later."""
    require(may_collect(actor, form.programme_id))
    if party.closed_on is not None and party.closed_on < since:
        message = _("“%(name)s”已注销，不能列为填报单位。") % {"name": party.name}
        raise Refused(Problem("party_closed", message, field="party"))
    try:
        with transaction.atomic():
            row = Respondent.objects.create(
                programme=form.programme, form_code=form.code, party=party, since=since
            )
            _write(actor, now, "add_respondent", row, form)
    except IntegrityError as error:
        message = _("“%(name)s”在这段时间已是填报单位。") % {"name": party.name}
        raise Refused(Problem("already_listed", message, field="party")) from error
    return row


def end_respondent(*, actor: Actor, now: datetime, respondent: Respondent, until: date) -> Respondent:
    """The last period on which the party reports is the one that ends on `until` or before."""
    require(may_collect(actor, respondent.programme_id))
    if until < respondent.since:
        raise Refused(Problem("ends_before_start", _("截止日期不能早于起始日期。"), field="until"))
    with transaction.atomic():
        row = Respondent.objects.select_for_update(of=("self",), no_key=True).get(pk=respondent.pk)
        row.until = until
        row.save(update_fields=["until"])
        form = Form.objects.filter(programme=row.programme_id, code=row.form_code).first()
        if form is not None:
            _write(actor, now, "end_respondent", row, form)
    return row


def respondents_on(form: Form, day: date) -> Q:
    """Matches the respondents of a form for a period that ends on `day`."""
    return Q(programme=form.programme_id, form_code=form.code, since__lte=day) & (
        Q(until=None) | Q(until__gte=day)
    )


def _write(actor: Actor, now: datetime, action: str, row: Respondent, form: Form) -> None:
    payload = {
        "form": row.form_code,
        "party": row.party_id,
        "since": str(row.since),
        "until": str(row.until or ""),
    }
    record(actor=actor, now=now, action=action, subject=row, scope=form.programme.slug, payload=payload)
