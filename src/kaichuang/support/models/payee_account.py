"""Bank accounts to which parties are paid."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.secrets import EncryptedField, mask


class PayeeAccount(Model):
    """The account of a party, entered and confirmed by somebody who acts for it.

    Another account takes the place of the earlier one, which stays with the day on which it was replaced.
    """

    party = models.ForeignKey("parties.Party", models.RESTRICT, related_name="payee_accounts")
    holder = models.CharField(_("户名"), max_length=120)
    bank = models.CharField(_("开户行"), max_length=120)
    number = EncryptedField(_("账号"))
    number_hash = models.CharField(max_length=64, editable=False)
    confirmed_at = models.DateTimeField(_("确认时间"))
    confirmed_by = models.ForeignKey("accounts.User", models.RESTRICT, null=True, related_name="+")
    replaced_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    class Meta:
        db_table = "support_payee_account"
        verbose_name = _("收款账户")
        ordering = ["party", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["party"],
                condition=Q(replaced_at=None),
                name="support_payee_account_one",
                violation_error_message=_("已有一个在用的收款账户。"),
            ),
            models.CheckConstraint(
                name="support_payee_account_complete",
                condition=~Q(holder="") & ~Q(bank="") & ~Q(number=""),
                violation_error_message=_("请填写户名、开户行和账号。"),
            ),
        ]
        indexes = [models.Index(fields=["number_hash"], name="support_payee_account_same")]

    def __str__(self) -> str:
        return f"{self.bank} {self.masked_number}"

    @property
    def masked_number(self) -> str:
        return mask(self.number, head=4, tail=4)
