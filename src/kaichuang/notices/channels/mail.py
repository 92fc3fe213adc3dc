"""Mail to verified addresses."""

from __future__ import annotations

from email.utils import parseaddr

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from kaichuang.accounts.models import User
from kaichuang.notices.channels.base import Message


class Mail:
    """Plain text, marked as automatic, with a stable Message-ID."""

    name = "mail"
    label = _("邮件")

    def wants(self, level: str) -> bool:
        return True

    def address_of(self, user: User) -> str:
        """The primary address, only if its owner has confirmed it. Demo accounts' addresses do not exist."""
        if user.is_demo:
            return ""
        address = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
        return address.email if address is not None else ""

    def send(self, message: Message) -> None:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
        body = render_to_string(
            "notices/mail/message.txt", {"message": message, "base_url": settings.BASE_URL}
        )
        EmailMessage(
            # A header has one line; a title with a line break must not add another header.
            subject=" ".join(message.subject.split()),
            body=body,
            to=[message.address],
            headers={"Message-ID": f"<{message.key}@{domain}>", "Auto-Submitted": "auto-generated"},
        ).send()
