"""Payments that came back are held; limits that were lifted say by what."""

from typing import Any

from django.apps.registry import Apps as StateApps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q

NO_CEILING = 2**62


def _hold(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What waits to be paid again to the same account is held from now on."""
    waiting = apps.get_model("ledger", "Payment").objects.filter(
        retries__isnull=False, batch=None, outcome=""
    )
    for payment in waiting.select_related("retries"):
        if _account(payment) == _account(payment.retries):
            payment.is_held = True
            payment.save(update_fields=["is_held"])


def _account(payment: Any) -> tuple[str, str, str]:
    return payment.payee, payment.bank, payment.account_number


def _explain(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("ledger", "Limit").objects.filter(ceiling=NO_CEILING).update(lifted_by=F("clause"))
    apps.get_model("ledger", "Limit").objects.filter(ceiling=NO_CEILING, lifted_by="").update(lifted_by="—")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_over")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="is_held",
            field=models.BooleanField(default=False, verbose_name="暂不支付"),
        ),
        migrations.AddField(
            model_name="payment",
            name="release_note",
            field=models.CharField(blank=True, default="", max_length=200, verbose_name="放行理由"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="limit",
            name="lifted_by",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="不设上限的依据"),
        ),
        migrations.RunPython(_hold, migrations.RunPython.noop),
        migrations.RunPython(_explain, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=Q(("is_held", False), ("batch", None), _connector="OR"),
                name="ledger_payment_held_outside_batches",
                violation_error_message="被银行退回而账户未更正的款项不能进入批次。",
            ),
        ),
        migrations.AddConstraint(
            model_name="limit",
            constraint=models.CheckConstraint(
                condition=Q(
                    Q(("ceiling__lt", NO_CEILING), ("lifted_by", "")),
                    Q(("ceiling", NO_CEILING), Q(("lifted_by", ""), _negated=True)),
                    _connector="OR",
                ),
                name="ledger_limit_lifted_reasoned",
                violation_error_message="不设上限须写明依据，设上限须写明金额。",
            ),
        ),
    ]
