"""Close a login, and open it again. Logins are never deleted: the journal names them."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.accounts.models import User
from kaichuang.accounts.operations.sessions import end_sessions
from kaichuang.accounts.permissions import administer_user
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, Stale


def deactivate_user(*, user: User, actor: Actor, now: datetime, reason: str) -> User:
    """Nobody can sign in with this login any more; open sessions end at once."""
    return _switch(user=user, actor=actor, now=now, reason=reason, active=False)


def reactivate_user(*, user: User, actor: Actor, now: datetime, reason: str) -> User:
    """The login works again, with its old password and second factor."""
    return _switch(user=user, actor=actor, now=now, reason=reason, active=True)


def _switch(*, user: User, actor: Actor, now: datetime, reason: str, active: bool) -> User:
    with transaction.atomic():
        row = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        require(administer_user(actor, row))
        if row.is_active == active:
            raise Stale(_("该账号的状态已被他人更改，请刷新页面后查看。"))
        if not reason.strip():
            raise Refused(Problem(code="reason_required", message=_("请填写理由。"), field="reason"))
        row.is_active = active
        row.save(update_fields=["is_active"])
        record(
            actor=actor,
            now=now,
            action="reactivate" if active else "deactivate",
            subject=row,
            reason=reason,
        )
        if not active:
            end_sessions(user=row)
    return row
