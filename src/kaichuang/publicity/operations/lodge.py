"""Object to a line or to a whole list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kaichuang.clock.models import Deadline
from kaichuang.clock.operations.deadlines import start_deadline
from kaichuang.clock.problems import CalendarMissing
from kaichuang.clock.queries.today import business_date
from kaichuang.files.codes import new_code
from kaichuang.files.operations import attach
from kaichuang.files.operations.attach import Upload
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.notices.operations import open_work
from kaichuang.parties.models import Party
from kaichuang.publicity.enums import AnnouncementState, IdentityKind, ReplyBy
from kaichuang.publicity.models import Announcement, Line, Objection
from kaichuang.publicity.notices import ANSWER, RECEIVED
from kaichuang.publicity.operations.call import desk_of
from kaichuang.publicity.operations.lines import lock
from kaichuang.publicity.operations.tell import tell_outside
from kaichuang.publicity.queries.period import takes_objections

DEADLINE = "答复异议"
_LONGEST = 5000
_SHORTEST = 10
_PHONE = re.compile(r"^\+?[\d\s()（）-]{7,24}$")
MOST_FILES = 5


@transaction.atomic
def lodge_objection(
    *,
    announcement: Announcement,
    text: str,
    actor: Actor,
    now: datetime,
    line: Line | None = None,
    identity_kind: str = IdentityKind.PERSON,
    name: str = "",
    phone: str = "",
    email: str = "",
    reply_by: str = "",
    uploads: Sequence[Upload] = (),
) -> Objection:
    """Kept with who, what and when; the receipt code is `objection.code`.

    `reply_by` is how somebody without an account wants to hear of it (`ReplyBy`); without it by mail where there is
    an address, else by telephone.

    Anybody may, with real name and a contact; whoever acts for a party objects in its name. After the period it is
    kept as a report: marked late, answered, and it stops nothing. Raises `Refused` with everything that is wrong.
    """
    row = lock(announcement)
    party = Party.objects.filter(pk=actor.party_id).first() if actor.party_id is not None else None
    name = name.strip() or (party.name if party is not None else "")
    problems = [
        *_of_announcement(row, line),
        *_of_author(identity_kind, name, phone, email, party),
        *_of_reply(reply_by, phone, email),
        *_of_text(text, uploads),
    ]
    refuse_if(problems)
    today = business_date(row.programme, now)
    objection = Objection.objects.create(
        announcement=row,
        line=line,
        serial=(row.objections.aggregate(last=Max("serial"))["last"] or 0) + 1,
        code=new_code(),
        identity_kind=identity_kind,
        name=name,
        phone=phone.strip(),
        email=email.strip(),
        reply_by=reply_by or _reply_by(phone, email),
        language=get_language() or settings.LANGUAGE_CODE,
        party=party,
        lodged_by_id=actor.user_id,
        text=text.strip(),
        lodged_at=now,
        lodged_on=today,
        is_late=not takes_objections(row, line, today),
    )
    if uploads:
        # Files of visitors without login are taken in by the house; see files.permissions.upload_own.
        taker = Actor.system("objection", programme_id=row.programme_id) if actor.is_public else actor
        attach(
            uploads=uploads, actor=taker, now=now, programme=row.programme, subject=objection, kind="异议材料"
        )
    record(
        actor=actor,
        now=now,
        action="lodge",
        subject=objection,
        scope=row.programme.slug,
        payload={
            "announcement": row.pk,
            "position": line.position if line is not None else None,
            "late": objection.is_late,
            "files": len(uploads),
        },
    )
    deadline = _put_to_work(objection, actor, now)
    due = deadline.due_on.isoformat() if deadline is not None and deadline.due_on is not None else "—"
    tell_outside(RECEIVED, objection, now, due=due)
    return objection


def start_clock(objection: Objection, actor: Actor, now: datetime) -> Deadline | None:
    """The limit for the answer; None when the calendar does not reach that far: a citizen is not turned away for it."""
    row = objection.announcement
    try:
        return start_deadline(
            programme=row.programme,
            subject=objection,
            name=DEADLINE,
            started_on=objection.lodged_on,
            limit=row.answer_days,
            actor=actor,
            now=now,
            clause=row.clause[:60],
        )
    except CalendarMissing:
        return None


def _reply_by(phone: str, email: str) -> str:
    return ReplyBy.MAIL if email.strip() else ReplyBy.PHONE if phone.strip() else ReplyBy.CODE


def _put_to_work(objection: Objection, actor: Actor, now: datetime) -> Deadline | None:
    row = objection.announcement
    deadline = start_clock(objection, actor, now)
    open_work(
        programme=row.programme,
        kind=ANSWER.code,
        subject=objection,
        recipient=desk_of(row, now),
        now=now,
        params={"reference": objection.reference, "title": row.title},
        link=f"/publicity/queue/{objection.pk}/",
        clause=row.clause[:60],
        deadline=deadline,
    )
    return deadline


def _of_announcement(row: Announcement, line: Line | None) -> Iterator[Problem]:
    if not row.is_public or row.state == AnnouncementState.WITHDRAWN:
        yield Problem("not_open", _("该公示尚未发布或已撤回，不能提出异议。"))
    if line is not None and line.announcement_id != row.pk:
        raise Refused(Problem("line", _("该行不属于这份公示。"), field="line"))


def _of_author(kind: str, name: str, phone: str, email: str, party: Party | None) -> Iterator[Problem]:
    if kind not in IdentityKind.values:
        yield Problem("identity_kind", _("请选择以个人实名还是单位名义提出。"), field="identity_kind")
    if not 2 <= len(name) <= 100 or "\x00" in name:
        yield Problem("name", _("请填写真实姓名或单位全称。"), field="name")
    if not phone.strip() and not email.strip() and party is None:
        yield Problem("contact", _("请至少填写一种联系方式：联系电话或电子邮箱。"), field="phone")
    if phone.strip() and not _PHONE.match(phone.strip()):
        yield Problem("phone", _("联系电话应为7至20位数字，例如 0574-12345678。"), field="phone")
    if email.strip():
        try:
            validate_email(email.strip())
        except ValidationError:
            yield Problem("email", _("电子邮箱格式不正确，例如 name@example.org。"), field="email")


def _of_reply(reply_by: str, phone: str, email: str) -> Iterator[Problem]:
    if reply_by and reply_by not in ReplyBy.values:
        yield Problem("reply_by", _("请选择答复方式。"), field="reply_by")
    if reply_by == ReplyBy.MAIL and not email.strip():
        yield Problem("reply_email", _("选择发送到电子邮箱的，请填写电子邮箱。"), field="email")
    if reply_by == ReplyBy.PHONE and not phone.strip():
        yield Problem("reply_phone", _("选择电话告知的，请填写联系电话。"), field="phone")


def _of_text(text: str, uploads: Sequence[Upload]) -> Iterator[Problem]:
    if not _SHORTEST <= len(text.strip()) <= _LONGEST or "\x00" in text:
        message = _("请用%(shortest)s至%(longest)s字写明异议的事实和理由。")
        yield Problem("text", message % {"shortest": _SHORTEST, "longest": _LONGEST}, field="text")
    if len(uploads) > MOST_FILES:
        yield Problem("files", _("最多上传%(most)s个文件。") % {"most": MOST_FILES}, field="files")
