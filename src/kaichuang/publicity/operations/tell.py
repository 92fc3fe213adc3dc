"""Tell the party of a line what happens to it, never who objected; and whoever objected what came of it."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse

from kaichuang.notices.audience import Audience
from kaichuang.notices.kinds import NoticeKind
from kaichuang.notices.operations import notify
from kaichuang.notices.operations.outside import notify_address
from kaichuang.publicity.enums import ReplyBy
from kaichuang.publicity.models import Line, Objection
from kaichuang.publicity.operations.call import ask_to_call


def tell_author(kind: NoticeKind, objection: Objection, now: datetime, **params: str) -> None:
    """Tell whoever objected: in the inbox where there is an account, else as they asked for it.

    Who is to be told by telephone is called by the desk.
    """
    if objection.awaits_call:
        ask_to_call(objection, now)
        return
    if not objection.has_account:
        tell_outside(kind, objection, now, **params)
        return
    audience = (
        Audience.of_party(objection.party_id)
        if objection.party_id is not None
        else Audience.of_user(objection.lodged_by_id or 0)
    )
    notify(
        kind=kind.code,
        audience=audience,
        now=now,
        programme=objection.announcement.programme,
        params={"reference": objection.reference, **params},
        link=f"/publicity/objections/{objection.code}/",
        subject=objection,
        key=f"{kind.code}:{objection.pk}",
    )


def tell_outside(kind: NoticeKind, objection: Objection, now: datetime, **params: str) -> None:
    """Tell whoever objected without an account by mail, where they asked for it.

    Nobody has confirmed an address typed into a form, so the mail names the objection by its reference only: neither
    the line, nor the reason, nor the receipt code.
    """
    if objection.has_account or objection.reply_by != ReplyBy.MAIL:
        return
    notify_address(
        kind=kind.code,
        address=str(objection.email),
        language=objection.language,
        now=now,
        programme=objection.announcement.programme,
        params={"reference": objection.reference, **params},
        link=reverse("publicity:find_objection"),
        subject=objection,
        key=f"{kind.code}:{objection.pk}",
    )


def tell_line(kind: NoticeKind, line: Line, now: datetime) -> None:
    """A notice to the line's party, if it has one."""
    if line.party_id is None:
        return
    notify(
        kind=kind.code,
        audience=Audience.of_party(line.party_id),
        now=now,
        programme=line.announcement.programme,
        params={"title": line.announcement.title, "line": line.label, "reason": line.reason},
        link=line.announcement.get_absolute_url(),
        clause=line.clause[:60],
        subject=line,
    )
