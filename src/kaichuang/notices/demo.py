"""Demo notices and work: an inbox that is not empty, and tasks that are early, due and late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from kaichuang.accounts.models import User
from kaichuang.clock.queries.today import business_date
from kaichuang.notices.audience import Audience
from kaichuang.notices.kinds import MESSAGE, TASK
from kaichuang.notices.models import WorkItem
from kaichuang.notices.operations import notify, open_work
from kaichuang.parties.models import Party, Role
from kaichuang.places.models import Programme

TASKS = (
    (Role.OFFICER, "更新众创空间联系人名单", 3),
    (Role.OFFICER, "约谈星火众创空间核对入驻名册", 0),
    (Role.FINANCE, "核对上月补助拨付回单", -2),
    (Role.CLERK, "校对政策汇编第二稿", 7),
    (Role.ADMINISTRATOR, "清理离职人员账号", 5),
)
"""(role, what, days from today)."""


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """For every programme of the demo; told and opened once."""
    if not settings.DEMO:
        return
    for programme in Programme.objects.all():
        progress(programme.name)
        with transaction.atomic():
            _tasks(programme, now)
    for user in User.objects.filter(is_demo=True):
        notify(
            kind=MESSAGE.code,
            audience=Audience.of_user(user.pk),
            now=now,
            params={
                "title": "欢迎使用开创（演示）",
                "body": "这里会列出与您有关的进展。邮件和免打扰时段可在“通知设置”中调整。",
            },
            link=reverse("notices:preferences"),
            key=f"demo:welcome:{user.pk}",
        )


def _tasks(programme: Programme, now: datetime) -> None:
    today = business_date(programme, now)
    for role, title, days in TASKS:
        recipient = Audience.of_role(role, programme_id=programme.pk)
        params = {"title": title}
        if WorkItem.objects.filter(programme=programme, kind=TASK.code, params=params).exists():
            continue
        # Of one kind, one task about a row is open for a recipient; so they are about different rows.
        about = (
            Party.objects.filter(registered_in=programme, name__contains="星火").first()
            if days == 0
            else None
        )
        open_work(
            programme=programme,
            kind=TASK.code,
            subject=about or programme,
            recipient=recipient,
            params=params,
            due_on=today + timedelta(days=days),
            now=now,
        )
