"""Empty the outbox.

Note [Once]
A posting joins exactly one dispatch (its row is locked while it joins). A dispatch is sent by whoever holds its
row lock and finds it queued, and is marked in the same transaction. A process killed between the mail server's
"accepted" and the commit leaves it queued, and it is sent again with the same Message-ID: no protocol can do better.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kaichuang.accounts.models import User
from kaichuang.notices.channels import Line, Message, channel
from kaichuang.notices.enums import Level
from kaichuang.notices.models import Dispatch, Posting
from kaichuang.notices.operations.outgoing import deliver, stuck
from kaichuang.notices.queries.words import words_of

_PER_MESSAGE = 50


def collect_due(*, now: datetime) -> int:
    """Turn postings that are due into dispatches, one per person and channel, and queue their sending."""
    count = 0
    due = Posting.objects.filter(dispatch=None, due_at__lte=now)
    groups = due.values_list("receipt__user", "channel").distinct().order_by("receipt__user", "channel")
    for user_id, name in list(groups):
        count += _collect(user_id, name, now)
    return count


def _collect(user_id: int, name: str, now: datetime) -> int:
    from kaichuang.notices.tasks import send

    with transaction.atomic():
        postings = list(
            Posting.objects.select_for_update(of=("self",), skip_locked=True)
            .filter(dispatch=None, due_at__lte=now, receipt__user=user_id, channel=name)
            .order_by("pk")[:_PER_MESSAGE]
        )
        if not postings:
            return 0
        user = User.objects.get(pk=user_id)
        way = channel(name)
        address = way.address_of(user) if way is not None and user.is_active else ""
        if not address:
            # Nobody can be reached there now; the notice stays in the inbox.
            Posting.objects.filter(pk__in=[posting.pk for posting in postings]).delete()
            return 0
        dispatch = Dispatch.objects.create(channel=name, user=user, address=address, created_at=now)
        Posting.objects.filter(pk__in=[posting.pk for posting in postings]).update(dispatch=dispatch)
        send.defer(dispatch_id=dispatch.pk)
    return 1


def send_dispatch(*, dispatch_id: int, now: datetime) -> bool:
    """Send one message; tells whether it was sent now. Raises `NotSent` when it should be tried again."""
    return deliver(Dispatch.objects.select_related("user").filter(pk=dispatch_id), _send, now=now)


def requeue_stuck(*, now: datetime) -> int:
    """Queue again what was left behind."""
    from kaichuang.notices.tasks import send

    found = stuck(Dispatch.objects.all(), now=now)
    for pk in found:
        send.defer(dispatch_id=pk)
    return len(found)


def _send(dispatch: Dispatch) -> None:
    way = channel(dispatch.channel)
    if way is None:
        raise LookupError(f"no channel {dispatch.channel}")
    postings = dispatch.postings.select_related("receipt__notice").order_by("receipt_id")
    with translation.override(dispatch.user.language):
        lines = tuple(_line(posting) for posting in postings)
        if len(lines) == 1:
            subject = lines[0].title
        else:
            subject = _("%(count)d条新通知：%(first)s 等") % {"count": len(lines), "first": lines[0].title}
        way.send(Message(f"kaichuang-notice-{dispatch.pk}", dispatch.user, dispatch.address, subject, lines))


def _line(posting: Posting) -> Line:
    notice = posting.receipt.notice
    words = words_of(notice)
    url = settings.BASE_URL + reverse("notices:notice", args=[posting.receipt_id])
    return Line(words.title, words.body, url, notice.level == Level.URGENT)
