"""A login."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person's login. What the person may do follows from roles in `parties`, never from this row."""

    id = models.BigAutoField(primary_key=True)
    # Chinese names are one word; Django's two fields would tear them apart.
    first_name = None  # type: ignore[assignment]  # Django's documented way to drop an inherited field
    last_name = None  # type: ignore[assignment]  # same
    name = models.CharField(_("姓名"), max_length=150)
    language = models.CharField(_("界面语言"), max_length=10, default="zh-hans")
    is_demo = models.BooleanField(_("演示账号"), default=False)
    """Its password is published; it signs in only while the installation runs as a demo."""

    REQUIRED_FIELDS = ["name", "email"]

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name
