import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import kaichuang.kit.secrets


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("cases", "0001_initial"),
        ("files", "0001_initial"),
        ("ledger", "0003_faster_post"),
        ("parties", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Recovery",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "追回中"), ("received", "已收回"), ("written_off", "已核销")],
                        default="open",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(max_length=500, verbose_name="理由")),
                ("clause", models.CharField(max_length=60, verbose_name="依据")),
                ("principal_fen", models.BigIntegerField(verbose_name="本金")),
                ("interest_fen", models.BigIntegerField(default=0, verbose_name="利息")),
                ("received_fen", models.BigIntegerField(default=0, verbose_name="已收回")),
                ("demanded_on", models.DateField(verbose_name="追回日期")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="了结日期")),
                ("end_reason", models.CharField(blank=True, max_length=500, verbose_name="核销理由")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="recoveries",
                        to="cases.case",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="recoveries",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "追回",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("principal_fen__gt", 0), ("interest_fen__gte", 0), ("received_fen__gte", 0)
                        ),
                        name="support_recovery_amounts",
                        violation_error_message="追回金额必须大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "received_fen__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("principal_fen"), "+", models.F("interest_fen")
                                ),
                            )
                        ),
                        name="support_recovery_not_more",
                        violation_error_message="收款超过应收金额。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(
                                (
                                    "received_fen",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("principal_fen"), "+", models.F("interest_fen")
                                    ),
                                ),
                                ("state", "received"),
                            ),
                            models.Q(("state", "written_off"), models.Q(("end_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="support_recovery_ends_well",
                        violation_error_message="款项收齐，或写明核销理由，才能了结。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="support_recovery_reasoned",
                        violation_error_message="追回必须写明理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                ("received_on", models.DateField(verbose_name="到账日期")),
                ("reference", models.CharField(max_length=60, verbose_name="银行流水号")),
                ("entered_at", models.DateTimeField(verbose_name="登记时间")),
                (
                    "entered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="receipts",
                        to="support.recovery",
                    ),
                ),
            ],
            options={
                "verbose_name": "还款",
                "ordering": ["recovery", "received_on", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recovery", "reference"),
                        name="support_receipt_once",
                        violation_error_message="该笔流水已登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="support_receipt_positive",
                        violation_error_message="收款金额必须大于零。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instalment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField(verbose_name="期次")),
                ("due_on", models.DateField(verbose_name="应还日期")),
                ("amount_fen", models.BigIntegerField(verbose_name="应还金额")),
                ("told_on", models.DateField(blank=True, null=True, verbose_name="催告日期")),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="instalments",
                        to="support.recovery",
                    ),
                ),
            ],
            options={
                "verbose_name": "还款计划",
                "ordering": ["recovery", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("recovery", "number"), name="support_instalment_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="support_instalment_positive",
                        violation_error_message="每期应还金额必须大于零。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("principal_fen", models.BigIntegerField(verbose_name="本金")),
                ("interest_fen", models.BigIntegerField(verbose_name="利息")),
                (
                    "transfer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.transfer",
                    ),
                ),
                (
                    "recovery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="demands",
                        to="support.recovery",
                    ),
                ),
            ],
            options={
                "verbose_name": "追回凭证",
                "ordering": ["recovery", "id"],
            },
        ),
        migrations.CreateModel(
            name="Tranche",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField(verbose_name="期次")),
                ("code", models.CharField(max_length=60, verbose_name="代号")),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("title_en", models.CharField(blank=True, max_length=120, verbose_name="英文名称")),
                ("share", models.CharField(max_length=20, verbose_name="比例")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                ("papers", models.JSONField(blank=True, default=list, verbose_name="需交材料")),
                (
                    "papers_checked_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="材料核对时间"),
                ),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting_papers", "待交材料"),
                            ("waiting_account", "待确认收款账户"),
                            ("due", "待申请支付"),
                            ("ordered", "支付中"),
                            ("paid", "已付"),
                            ("stopped", "已停付"),
                        ],
                        default="waiting_papers",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="停付原因")),
                ("is_final", models.BooleanField(default=False, verbose_name="不再支付")),
                ("paid_on", models.DateField(blank=True, null=True, verbose_name="支付日期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="tranches", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "拨付",
                "ordering": ["case", "number"],
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("is_final", False),
                            ("state__in", ["waiting_account", "due", "ordered", "stopped"]),
                        ),
                        fields=["state"],
                        name="support_tranche_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="support_tranche_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="support_tranche_positive",
                        violation_error_message="每期金额必须大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("paid_on__isnull", False), ("state", "paid")),
                            models.Q(models.Q(("state", "paid"), _negated=True), ("paid_on", None)),
                            _connector="OR",
                        ),
                        name="support_tranche_paid_dated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "stopped"), _negated=True),
                            models.Q(("why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="support_tranche_stop_reasoned",
                        violation_error_message="请写明停付原因。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Instruction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                (
                    "payment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="ledger.payment"
                    ),
                ),
                (
                    "tranche",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="instructions",
                        to="support.tranche",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付指令",
                "ordering": ["tranche", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)), name="support_instruction_positive"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UseReport",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "填报中"),
                            ("handed_in", "待核查"),
                            ("returned", "已退回"),
                            ("accepted", "核查通过"),
                        ],
                        default="draft",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("paid_fen", models.BigIntegerField(verbose_name="已收金额")),
                ("spent_fen", models.BigIntegerField(default=0, verbose_name="支出合计")),
                ("from_on", models.DateField(verbose_name="使用期起")),
                ("until_on", models.DateField(verbose_name="使用期止")),
                ("summary", models.TextField(blank=True, verbose_name="成效说明")),
                ("note", models.CharField(blank=True, max_length=500, verbose_name="退回意见")),
                ("handed_in_at", models.DateTimeField(blank=True, null=True, verbose_name="报送时间")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="通过时间")),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="use_report",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金使用报告",
                "db_table": "support_use_report",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("spent_fen__gte", 0),
                            models.Q(
                                ("state__in", ["draft", "returned"]),
                                ("spent_fen__lte", models.F("paid_fen")),
                                _connector="OR",
                            ),
                        ),
                        name="support_use_report_within_paid",
                        violation_error_message="支出合计不能超过已收金额。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["handed_in", "accepted"]), _negated=True),
                            models.Q(("handed_in_at", None), _negated=True),
                            _connector="OR",
                        ),
                        name="support_use_report_dated",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UseLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("category", models.CharField(max_length=60, verbose_name="支出类别")),
                ("what", models.CharField(max_length=200, verbose_name="支出内容")),
                ("amount_fen", models.BigIntegerField(verbose_name="金额")),
                ("spent_on", models.DateField(verbose_name="支出日期")),
                ("voucher", models.CharField(blank=True, max_length=60, verbose_name="凭证号")),
                (
                    "attachment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="files.attachment",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="support.usereport",
                    ),
                ),
            ],
            options={
                "verbose_name": "支出明细",
                "db_table": "support_use_line",
                "ordering": ["report", "spent_on", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen__gt", 0)),
                        name="support_use_line_positive",
                        violation_error_message="支出金额必须大于零。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PayeeAccount",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=120, verbose_name="户名")),
                ("bank", models.CharField(max_length=120, verbose_name="开户行")),
                ("number", kaichuang.kit.secrets.EncryptedField(verbose_name="账号")),
                ("number_hash", models.CharField(editable=False, max_length=64)),
                ("confirmed_at", models.DateTimeField(verbose_name="确认时间")),
                ("replaced_at", models.DateTimeField(blank=True, null=True, verbose_name="停用时间")),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="payee_accounts",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "收款账户",
                "db_table": "support_payee_account",
                "ordering": ["party", "-id"],
                "indexes": [models.Index(fields=["number_hash"], name="support_payee_account_same")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("party",),
                        name="support_payee_account_one",
                        violation_error_message="已有一个在用的收款账户。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("holder", ""), _negated=True),
                            models.Q(("bank", ""), _negated=True),
                            models.Q(("number", ""), _negated=True),
                        ),
                        name="support_payee_account_complete",
                        violation_error_message="请填写户名、开户行和账号。",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="recovery",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="be9413a7bb61254d553451cef37b5649467923eb",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_ed1bf",
                    table="support_recovery",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="receipt",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ca358998175d88623cd1aff4fe86ab0a01a33335",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9bf1a",
                    table="support_receipt",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="instalment",
            trigger=pgtrigger.compiler.Trigger(
                name="adds_up",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n                    PERFORM FROM support_recovery r\n                      WHERE r.id = coalesce(NEW.recovery_id, OLD.recovery_id)\n                        AND r.principal_fen + r.interest_fen <> (\n                            SELECT coalesce(sum(i.amount_fen), 0) FROM support_instalment i\n                             WHERE i.recovery_id = r.id);\n                    IF FOUND THEN\n                        RAISE EXCEPTION 'the instalments of recovery % do not add up to the demand',\n                            coalesce(NEW.recovery_id, OLD.recovery_id)\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_instalment_adds_up';\n                    END IF;\n                    RETURN NULL;\n                ",
                    hash="3ce228e4ba3c0c86da6cbc2a52751417be8926ab",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_adds_up_62bc1",
                    table="support_instalment",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="demand",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="c97d38e7d2daa9c2ee97ea7a9276180f0e964304",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_495cf",
                    table="support_demand",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tranche",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="2fede29c84922c02e9d1401e28b621e104c4d607",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_acca3",
                    table="support_tranche",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="tranche",
            trigger=pgtrigger.compiler.Trigger(
                name="adds_up",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n                    PERFORM FROM cases_case c\n                      WHERE c.id = coalesce(NEW.case_id, OLD.case_id)\n                        AND coalesce(c.granted_fen, 0) <>\n                            (SELECT coalesce(sum(t.amount_fen), 0) FROM support_tranche t WHERE t.case_id = c.id);\n                    IF FOUND THEN\n                        RAISE EXCEPTION 'the tranches of case % do not add up to what was granted',\n                            coalesce(NEW.case_id, OLD.case_id)\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_tranche_adds_up';\n                    END IF;\n                    RETURN NULL;\n                ",
                    hash="92da9791ec9564f7c085bdee9a59df7d249caad4",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_adds_up_46ee0",
                    table="support_tranche",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="usereport",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="025ddea5285dd6340cd173867b2d2c3c481681c2",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_5bed6",
                    table="support_use_report",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="useline",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen_with_report",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    PERFORM FROM support_use_report r WHERE r.id = coalesce(NEW.report_id, OLD.report_id)\n                        AND r.state IN ('handed_in', 'accepted');\n                    IF FOUND THEN\n                        RAISE EXCEPTION 'a report that was handed in keeps its lines'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'support_use_line_frozen_with_report';\n                    END IF;\n                    RETURN coalesce(NEW, OLD);\n                ",
                    hash="808751f41f9e5d8ad182a00dff0dd5f8d0f8d984",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_frozen_with_report_5911a",
                    table="support_use_line",
                    when="BEFORE",
                ),
            ),
        ),
    ]
