"""Demo accounts: one for each role, with a published password and a published, but real, second factor.

They are marked `is_demo` and cannot sign in when the installation does not run as a demo.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kaichuang.accounts.models import User

PASSWORD = "kaichuang-demo"  # noqa: S105  # published on purpose, see `User.is_demo`
TOTP_SECRET = "KAICHUANGDEMOKAICHUANGDEMO222222"  # noqa: S105  # the same
_PERIOD = 30


@dataclass(frozen=True, slots=True)
class Account:
    """`username` is also the role that the account holds in the demo's programmes."""

    username: str
    name: str
    label: str | Promise
    staff: bool = False


ACCOUNTS = (
    Account("administrator", "孙志远", _("管理员"), staff=True),
    Account("leader", "陈国栋", _("分管领导"), staff=True),
    Account("officer", "林晓燕", _("业务经办"), staff=True),
    Account("clerk", "周文静", _("政策文书"), staff=True),
    Account("finance", "郑永康", _("财政经办"), staff=True),
    Account("auditor", "何立新", _("审计人员"), staff=True),
    Account("inspector", "徐建平", _("检查人员"), staff=True),
    Account("statistician", "方雨桐", _("统计人员"), staff=True),
    Account("expert", "沈明哲", _("评审专家")),
    Account("operator", "叶秋实", _("众创空间运营方")),
    Account("founder", "王若溪", _("创业者")),
    Account("provider", "胡佳宁", _("服务机构")),
    Account("mentor", "顾长风", _("创业导师")),
    Account("investor", "丁一鸣", _("投资人")),
    Account("bank", "吴晓峰", _("合作银行")),
)


def current_code(now: datetime) -> str:
    """The code that an authenticator app shows now for every demo account."""
    code: str = format_hotp_value(hotp_value(TOTP_SECRET, int(now.timestamp()) // _PERIOD))
    return code


def load(*, now: datetime, progress: Callable[[str], None] = lambda text: None) -> None:
    """Create or restore the demo accounts. Does nothing outside the demo."""
    if not settings.DEMO:
        return
    progress(str(_("演示账号")))
    with transaction.atomic():
        password = make_password(PASSWORD)  # slow on purpose, so once for all
        for account in ACCOUNTS:
            _create(account, password)


def _create(account: Account, password: str) -> None:
    email = f"{account.username}@demo.example"
    user, _created = User.objects.get_or_create(
        username=account.username,
        defaults={"name": account.name, "email": email, "is_demo": True, "password": password},
    )
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    if account.staff and not Authenticator.objects.filter(user=user).exists():
        TOTP.activate(user, TOTP_SECRET)
