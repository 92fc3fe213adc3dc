import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.lookups
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import kaichuang.kit.secrets
import kaichuang.ledger.models.transfer


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Budget",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("year", models.SmallIntegerField(verbose_name="年度")),
                ("code", models.CharField(max_length=20, verbose_name="代号")),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("clause", models.CharField(blank=True, max_length=80, verbose_name="依据")),
                ("document", models.CharField(max_length=120, verbose_name="批复文件")),
                ("adopted_on", models.DateField(verbose_name="批复日期")),
                (
                    "state",
                    models.CharField(
                        choices=[("adopted", "执行中"), ("closed", "已结账")],
                        default="adopted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="budgets",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "预算",
                "ordering": ["-year", "code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "year", "code"),
                        name="ledger_budget_once",
                        violation_error_message="该年度已有此代号的预算。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("document", ""), _negated=True),
                        name="ledger_budget_has_document",
                        violation_error_message="预算必须写明批复文件。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BudgetLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=20, verbose_name="科目")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("purpose", models.CharField(blank=True, max_length=300, verbose_name="用途")),
                ("clause", models.CharField(blank=True, max_length=80, verbose_name="依据")),
                ("funder", models.CharField(blank=True, max_length=30, verbose_name="出资层级")),
                (
                    "budget",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="lines", to="ledger.budget"
                    ),
                ),
            ],
            options={
                "verbose_name": "预算科目",
                "db_table": "ledger_budget_line",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("budget", "code"),
                        name="ledger_budget_line_once",
                        violation_error_message="该预算中已有此科目。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        max_length=30,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^[A-Za-z0-9.:_-]+$")],
                        verbose_name="代号",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[("money", "货币"), ("voucher", "券"), ("quantity", "数量")],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
            ],
            options={
                "verbose_name": "计量单位",
            },
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=80, verbose_name="账户编码")),
                ("name", models.CharField(max_length=120, verbose_name="账户名称")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("available", "可用"),
                            ("reserved", "预留"),
                            ("committed", "已批复"),
                            ("ordered", "支付中"),
                            ("paid", "已支付"),
                            ("appropriation", "预算批复"),
                            ("receivable", "应收退款"),
                            ("interest", "利息收入"),
                            ("treasury", "缴回国库"),
                            ("wallet", "持有"),
                            ("escrow", "托管"),
                            ("deposit", "保证金"),
                            ("external", "外部"),
                        ],
                        max_length=14,
                        verbose_name="性质",
                    ),
                ),
                ("pool", models.CharField(blank=True, db_default="", max_length=60, verbose_name="资金池")),
                (
                    "normal",
                    models.SmallIntegerField(choices=[(1, "借"), (-1, "贷")], verbose_name="余额方向"),
                ),
                ("floor", models.BigIntegerField(blank=True, null=True, verbose_name="下限")),
                ("ceiling", models.BigIntegerField(blank=True, null=True, verbose_name="上限")),
                (
                    "owner_kind",
                    models.CharField(
                        choices=[
                            ("programme", "项目"),
                            ("budget_line", "预算科目"),
                            ("party", "主体"),
                            ("carrier", "载体"),
                            ("case", "办件"),
                        ],
                        max_length=12,
                        verbose_name="所有者类别",
                    ),
                ),
                ("carrier_id", models.BigIntegerField(blank=True, null=True)),
                ("case_id", models.BigIntegerField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="销户日期")),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="ledger_accounts",
                        to="parties.party",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="ledger_accounts",
                        to="places.programme",
                    ),
                ),
                (
                    "budget_line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="accounts",
                        to="ledger.budgetline",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="accounts",
                        to="ledger.unit",
                        verbose_name="计量单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "账户",
                "ordering": ["code"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("party", None), _negated=True),
                        fields=["party"],
                        name="ledger_account_of_party",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "code"),
                        name="ledger_account_code_once",
                        violation_error_message="本项目中已有此账户编码。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("pool", ""), _negated=True),
                        fields=("programme", "pool", "kind"),
                        name="ledger_account_one_per_stage",
                        violation_error_message="该资金池已有此性质的账户。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("normal__in", [1, -1])),
                        name="ledger_account_side",
                        violation_error_message="余额方向只能是借或贷。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor", None),
                            ("ceiling", None),
                            ("floor__lte", models.F("ceiling")),
                            _connector="OR",
                        ),
                        name="ledger_account_bounds_order",
                        violation_error_message="余额下限不能高于上限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("budget_line", None),
                                ("carrier_id", None),
                                ("case_id", None),
                                ("owner_kind", "programme"),
                                ("party", None),
                            ),
                            models.Q(
                                ("budget_line", None),
                                ("carrier_id", None),
                                ("case_id", None),
                                ("owner_kind", "party"),
                                models.Q(("party", None), _negated=True),
                            ),
                            models.Q(
                                ("carrier_id", None),
                                ("case_id", None),
                                ("owner_kind", "budget_line"),
                                ("party", None),
                                models.Q(("budget_line", None), _negated=True),
                            ),
                            models.Q(
                                ("budget_line", None),
                                ("case_id", None),
                                ("owner_kind", "carrier"),
                                ("party", None),
                                models.Q(("carrier_id", None), _negated=True),
                            ),
                            models.Q(
                                ("budget_line", None),
                                ("carrier_id", None),
                                ("owner_kind", "case"),
                                ("party", None),
                                models.Q(("case_id", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_account_one_owner",
                        violation_error_message="账户只能有一个所有者，且须与所有者类别相符。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "transfer_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None),
                ),
                ("digests", models.BinaryField()),
                ("chain_hash", models.BinaryField(max_length=32)),
                ("sealed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "凭证封存",
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("pool", models.CharField(max_length=60, verbose_name="资金池")),
                ("measure", models.CharField(max_length=60, verbose_name="政策措施")),
                ("year", models.SmallIntegerField(verbose_name="所属年度")),
                ("opened_on", models.DateField(verbose_name="预留日期")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="预留到期")),
                ("reserved", models.BigIntegerField(verbose_name="预留")),
                ("committed", models.BigIntegerField(verbose_name="已批复")),
                ("ordered", models.BigIntegerField(verbose_name="支付中")),
                ("paid", models.BigIntegerField(verbose_name="已支付")),
                ("receivable", models.BigIntegerField(verbose_name="应收退款")),
                (
                    "issuer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="parties.party",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="ledger_claims",
                        to="parties.party",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="ledger_claims",
                        to="places.programme",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金占用",
                "indexes": [
                    models.Index(
                        condition=models.Q(
                            ("reserved__gt", 0), models.Q(("expires_at", None), _negated=True)
                        ),
                        fields=["expires_at"],
                        name="ledger_claim_expiring",
                    ),
                    models.Index(
                        condition=models.Q(("party", None), _negated=True),
                        fields=["party"],
                        name="ledger_claim_of_party",
                    ),
                    models.Index(fields=["programme", "measure", "year"], name="ledger_claim_of_measure"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=django.db.models.lookups.GreaterThanOrEqual(
                            django.db.models.functions.comparison.Least(
                                "reserved", "committed", "ordered", "paid", "receivable"
                            ),
                            0,
                        ),
                        name="ledger_claim_covered",
                        violation_error_message="该笔资金在这一环节的余额不足，可能已被办理。请刷新后核对。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transfer",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=120, verbose_name="幂等键")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("adopt", "预算下达"),
                            ("adjust", "科目调剂"),
                            ("supplement", "追加追减"),
                            ("carry_over", "结转下年"),
                            ("lapse", "结余收回"),
                            ("reserve", "预留"),
                            ("release", "释放"),
                            ("expire", "到期释放"),
                            ("commit", "批复"),
                            ("cancel", "撤销批复"),
                            ("order", "提交支付"),
                            ("bounce", "支付退回"),
                            ("pay", "支付"),
                            ("claw_back", "追回"),
                            ("receive", "收回款项"),
                            ("reverse", "冲正"),
                            ("transfer", "转账"),
                        ],
                        max_length=10,
                        verbose_name="种类",
                    ),
                ),
                ("at", models.DateField(verbose_name="业务日期")),
                (
                    "recorded_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(), verbose_name="记账时间"
                    ),
                ),
                (
                    "txid",
                    models.BigIntegerField(db_default=kaichuang.ledger.models.transfer.CurrentTransaction()),
                ),
                ("lines", models.SmallIntegerField(verbose_name="分录数")),
                (
                    "description",
                    models.CharField(blank=True, db_default="", max_length=200, verbose_name="摘要"),
                ),
                ("clause", models.CharField(blank=True, db_default="", max_length=80, verbose_name="依据")),
                (
                    "measure",
                    models.CharField(blank=True, db_default="", max_length=60, verbose_name="政策措施"),
                ),
                ("party_id", models.BigIntegerField(null=True)),
                ("issuer_id", models.BigIntegerField(null=True)),
                ("year", models.SmallIntegerField(null=True, verbose_name="所属年度")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="预留到期")),
                ("fingerprint", models.UUIDField()),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_user_id", models.BigIntegerField(null=True)),
                (
                    "actor_name",
                    models.CharField(blank=True, db_default="", max_length=150, verbose_name="经办"),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="transfers",
                        to="ledger.claim",
                    ),
                ),
                (
                    "claws_back",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="clawbacks",
                        to="ledger.transfer",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="ledger_transfers",
                        to="places.programme",
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="reversals",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "verbose_name": "记账凭证",
                "indexes": [
                    models.Index(
                        condition=models.Q(("claim", None), _negated=True),
                        fields=["claim"],
                        name="ledger_transfer_of_claim",
                    ),
                    models.Index(
                        condition=models.Q(("claws_back", None), _negated=True),
                        fields=["claws_back"],
                        name="ledger_transfer_clawback",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "key"),
                        name="ledger_transfer_key_once",
                        violation_error_message="同一幂等键已记过账。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("reverses", None), _negated=True),
                        fields=("reverses",),
                        name="ledger_transfer_reversed_once",
                        violation_error_message="该凭证已被冲正。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True),
                            models.Q(
                                ("claim", None), models.Q(("kind", "reserve"), _negated=True), _connector="OR"
                            ),
                        ),
                        name="ledger_transfer_named",
                        violation_error_message="记账必须带幂等键；预留不能挂在另一笔资金占用上。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unsealed",
            fields=[
                ("transfer_id", models.BigIntegerField(primary_key=True, serialize=False)),
            ],
            options={
                "verbose_name": "待封存凭证",
            },
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="ledger.account",
                    ),
                ),
                ("balance", models.BigIntegerField(db_default=0, verbose_name="余额")),
                ("normal", models.SmallIntegerField()),
                ("kind", models.CharField(max_length=14)),
                ("programme_id", models.BigIntegerField()),
                ("unit_id", models.BigIntegerField()),
                ("pool", models.CharField(max_length=60)),
                ("closed_on", models.DateField(null=True)),
                ("floor", models.BigIntegerField(null=True, verbose_name="下限")),
                ("ceiling", models.BigIntegerField(null=True, verbose_name="上限")),
            ],
            options={
                "verbose_name": "账户余额",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("floor", None), ("balance__gte", models.F("floor")), _connector="OR"
                        ),
                        name="ledger_balance_floor",
                        violation_error_message="余额不足。请减少金额，或等待资金释放、追加预算后再试。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ceiling", None), ("balance__lte", models.F("ceiling")), _connector="OR"
                        ),
                        name="ledger_balance_ceiling",
                        violation_error_message="超过账户余额上限。请减少金额。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=30, verbose_name="批次号")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "待复核"),
                            ("approved", "待发送"),
                            ("sent", "已发送银行"),
                            ("settled", "已对账"),
                            ("cancelled", "已作废"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("made_on", models.DateField(verbose_name="制单日期")),
                (
                    "checker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="复核人",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="制单人",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="payment_batches",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付批次",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "number"),
                        name="ledger_batch_number_once",
                        violation_error_message="本项目中已有此批次号。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checker", None),
                            models.Q(("checker", models.F("maker")), _negated=True),
                            _connector="OR",
                        ),
                        name="ledger_batch_two_persons",
                        violation_error_message="制单人不能复核自己的批次，请由另一人复核。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["draft", "cancelled"]),
                            models.Q(("checker", None), _negated=True),
                            _connector="OR",
                        ),
                        name="ledger_batch_checked",
                        violation_error_message="批次须经复核才能发送。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Limit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60, verbose_name="代号")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("clause", models.CharField(blank=True, max_length=80, verbose_name="依据")),
                (
                    "measure",
                    models.CharField(blank=True, db_default="", max_length=60, verbose_name="政策措施"),
                ),
                ("pool", models.CharField(blank=True, db_default="", max_length=60, verbose_name="资金池")),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("programme", "本项目合计"),
                            ("party", "每一主体"),
                            ("issuer", "每一发放单位"),
                        ],
                        max_length=10,
                        verbose_name="限额对象",
                    ),
                ),
                (
                    "period",
                    models.CharField(
                        choices=[("year", "每年"), ("lifetime", "累计")], max_length=10, verbose_name="期间"
                    ),
                ),
                ("ceiling", models.BigIntegerField(verbose_name="上限")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="ledger_limits",
                        to="places.programme",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.unit",
                        verbose_name="计量单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "限额",
                "ordering": ["code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "code"),
                        name="ledger_limit_code_once",
                        violation_error_message="本项目中已有此限额代号。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ceiling__gte", 0)),
                        name="ledger_limit_not_negative",
                        violation_error_message="限额不能为负数。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LimitSum",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "limit_id",
                        "holder",
                        "year",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("holder", models.BigIntegerField(verbose_name="限额对象")),
                ("year", models.SmallIntegerField(verbose_name="年度")),
                ("total", models.BigIntegerField(verbose_name="已用")),
                ("ceiling", models.BigIntegerField(verbose_name="上限")),
                (
                    "limit",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="sums",
                        to="ledger.limit",
                    ),
                ),
            ],
            options={
                "verbose_name": "限额使用",
                "db_table": "ledger_limit_sum",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("total__lte", models.F("ceiling"))),
                        name="ledger_limit_sum_ceiling",
                        violation_error_message="超过规定限额。请减少金额，或按政策规定的期间另行申请。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Payment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField(verbose_name="金额")),
                ("payee", models.CharField(max_length=120, verbose_name="收款人户名")),
                ("bank", models.CharField(max_length=120, verbose_name="开户行")),
                ("account_number", kaichuang.kit.secrets.EncryptedField(verbose_name="收款账号")),
                ("purpose", models.CharField(max_length=60, verbose_name="用途")),
                ("due_on", models.DateField(verbose_name="应付日期")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "未回"),
                            ("paid", "成功"),
                            ("failed", "失败"),
                            ("returned", "退票"),
                            ("withdrawn", "撤回"),
                        ],
                        default="",
                        max_length=10,
                        verbose_name="银行结果",
                    ),
                ),
                ("outcome_on", models.DateField(blank=True, null=True, verbose_name="结果日期")),
                ("outcome_note", models.CharField(blank=True, max_length=200, verbose_name="结果说明")),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="payments",
                        to="ledger.batch",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="payments",
                        to="ledger.claim",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="payments",
                        to="places.programme",
                    ),
                ),
                (
                    "retries",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="retry",
                        to="ledger.payment",
                        verbose_name="重付",
                    ),
                ),
            ],
            options={
                "verbose_name": "支付",
                "indexes": [
                    models.Index(
                        condition=models.Q(("batch", None), ("outcome", "")),
                        fields=["programme", "due_on"],
                        name="ledger_payment_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gt", 0)),
                        name="ledger_payment_positive",
                        violation_error_message="支付金额必须大于零。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", ""), ("outcome_on", None)),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                models.Q(("outcome_on", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_payment_outcome_dated",
                        violation_error_message="银行结果必须有日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["", "withdrawn"]),
                            models.Q(("batch", None), _negated=True),
                            _connector="OR",
                        ),
                        name="ledger_payment_outcome_of_batch",
                        violation_error_message="未进入批次的支付没有银行结果。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "transfer_id", "line", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("line", models.SmallIntegerField()),
                ("at", models.DateField(verbose_name="业务日期")),
                ("amount", models.BigIntegerField(verbose_name="金额")),
                (
                    "account",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="postings",
                        to="ledger.account",
                    ),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="postings",
                        to="ledger.transfer",
                    ),
                ),
            ],
            options={
                "verbose_name": "分录",
                "indexes": [
                    models.Index(
                        fields=["account", "at", "transfer"],
                        include=("amount",),
                        name="ledger_posting_statement",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", 0), _negated=True),
                        name="ledger_posting_amount",
                        violation_error_message="分录金额不能为零。",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seal",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f83a6923d956c167d9f218e4e77841a9a816683d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_addd1",
                    table="ledger_seal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seal",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF current_database() ~ '^(kc_)?test_'\n               AND coalesce(current_setting('kaichuang.keep', true), '') <> 'on' THEN\n                RETURN NULL;\n            END IF;\n            RAISE EXCEPTION '% is append-only and cannot be truncated', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_truncated';\n        ",
                    hash="38715c5e2fc96b8f80e380160f48124c348e93bb",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_c05e2",
                    table="ledger_seal",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="balance",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_by_triggers",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (pg_trigger_depth() < 1)",
                    func="\n            RAISE EXCEPTION '% is kept by the ledger itself', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_kept_by_triggers';\n        ",
                    hash="ef2490280349fcb55c9cfcfd5df9d22fb1e92f3d",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_kept_by_triggers_6317f",
                    table="ledger_balance",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="balance",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF current_database() ~ '^(kc_)?test_'\n               AND coalesce(current_setting('kaichuang.keep', true), '') <> 'on' THEN\n                RETURN NULL;\n            END IF;\n            RAISE EXCEPTION '% is append-only and cannot be truncated', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_truncated';\n        ",
                    hash="27fd836973560a0b2862c7497837b8296883596e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_09aaf",
                    table="ledger_balance",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="batch",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="04c7a2a4caea77a8afbd78ffed5c14c709d18093",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_f61d9",
                    table="ledger_batch",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="budget",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="66628a78e7d00227e88f99cc769da5b582fff910",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_de6d1",
                    table="ledger_budget",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="limitsum",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_by_triggers",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (pg_trigger_depth() < 1)",
                    func="\n            RAISE EXCEPTION '% is kept by the ledger itself', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_kept_by_triggers';\n        ",
                    hash="a274c2545c96513d6e3b2bc5c47a2667fccf4ba2",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_kept_by_triggers_bf8f5",
                    table="ledger_limit_sum",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="limitsum",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF current_database() ~ '^(kc_)?test_'\n               AND coalesce(current_setting('kaichuang.keep', true), '') <> 'on' THEN\n                RETURN NULL;\n            END IF;\n            RAISE EXCEPTION '% is append-only and cannot be truncated', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_truncated';\n        ",
                    hash="f595046adde0dc09f20157ce410f03f78da94cf9",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_17d2d",
                    table="ledger_limit_sum",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="70325547308161dd6ef915ba966493a8d5c54836",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8b6f8",
                    table="ledger_transfer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF current_database() ~ '^(kc_)?test_'\n               AND coalesce(current_setting('kaichuang.keep', true), '') <> 'on' THEN\n                RETURN NULL;\n            END IF;\n            RAISE EXCEPTION '% is append-only and cannot be truncated', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_truncated';\n        ",
                    hash="c3e185e5779d287a494fd231e3b97049c65a2126",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_28924",
                    table="ledger_transfer",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="transfer",
            trigger=pgtrigger.compiler.Trigger(
                name="complete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    constraint="CONSTRAINT",
                    func="\n            PERFORM FROM ledger_posting WHERE transfer_id = NEW.id AND line = 1;\n            IF NOT FOUND THEN\n                RAISE EXCEPTION 'transfer % has no postings', NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_transfer_balanced';\n            END IF;\n            RETURN NULL;\n        ",
                    hash="dc69d0d463484365039fffe7b65f3d9904201fe7",
                    operation="INSERT",
                    pgid="pgtrigger_complete_0d6a6",
                    table="ledger_transfer",
                    timing="DEFERRABLE INITIALLY DEFERRED",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7b239e9284152ba7def92c3dbc6b17b168823747",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_f2ff5",
                    table="ledger_posting",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF current_database() ~ '^(kc_)?test_'\n               AND coalesce(current_setting('kaichuang.keep', true), '') <> 'on' THEN\n                RETURN NULL;\n            END IF;\n            RAISE EXCEPTION '% is append-only and cannot be truncated', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_truncated';\n        ",
                    hash="6abb2a2b3926ff7c9ff33dae45beab121aa52540",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_0d271",
                    table="ledger_posting",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="posting",
            trigger=pgtrigger.compiler.Trigger(
                name="applied",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE x record; wrong text; is_mixed boolean; has_answers boolean;",
                    func="\n    IF (SELECT min(transfer_id) = max(transfer_id) FROM fresh) THEN  -- Note [One and many]\n        SELECT t.id, t.kind, t.claim_id, t.programme_id, t.measure, t.party_id, t.issuer_id, t.at, t.expires_at,\n               coalesce(t.year, extract(year FROM t.at))::smallint AS year, min(b.unit_id) AS unit_id,\n               min(b.unit_id) <> max(b.unit_id) AS mixed,\n               count(*) IS DISTINCT FROM t.lines OR t.lines < 2 OR min(p.line) <> 1 OR sum(p.amount) <> 0 AS partial,\n               bool_or(t.txid IS DISTINCT FROM pg_current_xact_id()::text::bigint\n                       OR t.recorded_at IS DISTINCT FROM transaction_timestamp()\n                       OR b.programme_id IS DISTINCT FROM t.programme_id\n                       OR p.at IS DISTINCT FROM t.at) AS stray,\n               bool_or(b.closed_on <= p.at) AS shut,\n               coalesce(t.reverses_id, t.claws_back_id) AS answers,\n               min(CASE WHEN b.kind IN ('available', 'reserved', 'committed', 'ordered', 'paid') THEN b.pool END) AS pool, max(CASE WHEN b.kind IN ('available', 'reserved', 'committed', 'ordered', 'paid') THEN b.pool END) AS last_pool,\n               coalesce(sum(CASE b.kind WHEN 'available' THEN p.amount END), 0) AS available, coalesce(sum(CASE b.kind WHEN 'reserved' THEN p.amount END), 0) AS reserved, coalesce(sum(CASE b.kind WHEN 'committed' THEN p.amount END), 0) AS committed, coalesce(sum(CASE b.kind WHEN 'ordered' THEN p.amount END), 0) AS ordered, coalesce(sum(CASE b.kind WHEN 'paid' THEN p.amount END), 0) AS paid, coalesce(sum(CASE b.kind WHEN 'receivable' THEN p.amount END), 0) AS receivable\n          INTO x FROM fresh p\n          LEFT JOIN ledger_transfer t ON t.id = p.transfer_id\n          LEFT JOIN ledger_balance b ON b.account_id = p.account_id\n         GROUP BY p.transfer_id, t.id;\n        wrong := CASE WHEN x.stray THEN 'ledger_posting_with_its_transfer'\n                      WHEN x.partial THEN 'ledger_transfer_balanced'\n                      WHEN x.shut THEN 'ledger_posting_account_open' END;\n        IF wrong IS NULL AND x.kind = 'reserve' THEN\n            IF x.pool IS DISTINCT FROM x.last_pool OR x.reserved + x.available <> 0 OR x.reserved <= 0\n               OR x.committed <> 0 OR x.ordered <> 0 OR x.paid <> 0 OR x.receivable <> 0\n            THEN\n                wrong := 'ledger_claim_own_pool';\n            ELSE\n                INSERT INTO ledger_claim (id, programme_id, unit_id, pool, measure, party_id, issuer_id, year,\n                                          opened_on, expires_at, reserved, committed, ordered, paid, receivable)\n                VALUES (x.id, x.programme_id, x.unit_id, x.pool, x.measure, x.party_id, x.issuer_id, x.year,\n                        x.at, x.expires_at, x.reserved, 0, 0, 0, 0);\n            END IF;\n        ELSIF wrong IS NULL AND x.claim_id IS NOT NULL THEN\n            UPDATE ledger_claim\n               SET reserved = reserved + x.reserved, committed = committed + x.committed,\n                   ordered = ordered + x.ordered, paid = paid + x.paid, receivable = receivable + x.receivable\n             WHERE id = x.claim_id AND programme_id = x.programme_id\n               AND (x.pool IS NULL OR (x.pool = pool AND x.last_pool = pool));\n            IF NOT FOUND THEN\n                wrong := 'ledger_claim_own_pool';\n            END IF;\n        END IF;\n        is_mixed := x.mixed;\n        has_answers := x.answers IS NOT NULL;\n        IF wrong IS NULL THEN\n            IF x.available <> 0 AND (x.kind = 'reserve' OR x.claim_id IS NOT NULL)\n               AND EXISTS (SELECT FROM ledger_limit l WHERE l.programme_id = x.programme_id)\n            THEN\n                INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)\n        SELECT l.id,\n               CASE l.dimension WHEN 'party' THEN coalesce(c.party_id, 0)\n                                WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,\n               CASE l.period WHEN 'year' THEN c.year ELSE 0 END, -sum(c.available), l.ceiling\n          FROM (SELECT k.*, x.available FROM ledger_claim k WHERE k.id = coalesce(x.claim_id, x.id)) c\n          JOIN ledger_limit l ON l.programme_id = c.programme_id AND l.unit_id = c.unit_id\n               AND l.measure IN ('', c.measure) AND l.pool IN ('', c.pool)\n         GROUP BY 1, 2, 3, l.ceiling\n         ORDER BY 1, 2, 3\n        ON CONFLICT (limit_id, holder, year) DO UPDATE SET total = ledger_limit_sum.total + EXCLUDED.total;\n            END IF;\n            INSERT INTO ledger_unsealed (transfer_id) VALUES (x.id);\n            INSERT INTO ledger_balance (account_id, balance, normal, kind, programme_id, unit_id, pool)\n        SELECT p.account_id, sum(b.normal * p.amount), b.normal, b.kind, b.programme_id, b.unit_id, b.pool\n          FROM fresh p JOIN ledger_balance b ON b.account_id = p.account_id\n         GROUP BY p.account_id, b.account_id\n         ORDER BY p.account_id\n        ON CONFLICT (account_id) DO UPDATE SET balance = ledger_balance.balance + EXCLUDED.balance;\n        END IF;\n    ELSE\n    WITH s AS MATERIALIZED (\n        SELECT t.id, t.kind, t.claim_id, t.programme_id, t.measure, t.party_id, t.issuer_id, t.at, t.expires_at,\n               coalesce(t.year, extract(year FROM t.at))::smallint AS year, min(b.unit_id) AS unit_id,\n               min(b.unit_id) <> max(b.unit_id) AS mixed,\n               count(*) IS DISTINCT FROM t.lines OR t.lines < 2 OR min(p.line) <> 1 OR sum(p.amount) <> 0 AS partial,\n               bool_or(t.txid IS DISTINCT FROM pg_current_xact_id()::text::bigint\n                       OR t.recorded_at IS DISTINCT FROM transaction_timestamp()\n                       OR b.programme_id IS DISTINCT FROM t.programme_id\n                       OR p.at IS DISTINCT FROM t.at) AS stray,\n               bool_or(b.closed_on <= p.at) AS shut,\n               coalesce(t.reverses_id, t.claws_back_id) AS answers,\n               min(CASE WHEN b.kind IN ('available', 'reserved', 'committed', 'ordered', 'paid') THEN b.pool END) AS pool, max(CASE WHEN b.kind IN ('available', 'reserved', 'committed', 'ordered', 'paid') THEN b.pool END) AS last_pool,\n               coalesce(sum(CASE b.kind WHEN 'available' THEN p.amount END), 0) AS available, coalesce(sum(CASE b.kind WHEN 'reserved' THEN p.amount END), 0) AS reserved, coalesce(sum(CASE b.kind WHEN 'committed' THEN p.amount END), 0) AS committed, coalesce(sum(CASE b.kind WHEN 'ordered' THEN p.amount END), 0) AS ordered, coalesce(sum(CASE b.kind WHEN 'paid' THEN p.amount END), 0) AS paid, coalesce(sum(CASE b.kind WHEN 'receivable' THEN p.amount END), 0) AS receivable\n          FROM fresh p\n          LEFT JOIN ledger_transfer t ON t.id = p.transfer_id\n          LEFT JOIN ledger_balance b ON b.account_id = p.account_id\n         GROUP BY p.transfer_id, t.id\n    ), opened AS (\n        INSERT INTO ledger_claim (id, programme_id, unit_id, pool, measure, party_id, issuer_id, year, opened_on,\n                                  expires_at, reserved, committed, ordered, paid, receivable)\n        SELECT id, programme_id, unit_id, pool, measure, party_id, issuer_id, year, at, expires_at,\n               reserved, committed, ordered, paid, receivable\n          FROM s WHERE kind = 'reserve' AND pool = last_pool\n    ), followed AS (\n        UPDATE ledger_claim c\n           SET reserved = c.reserved + m.reserved, committed = c.committed + m.committed,\n               ordered = c.ordered + m.ordered, paid = c.paid + m.paid, receivable = c.receivable + m.receivable\n          FROM (SELECT claim_id, min(programme_id) AS programme_id, sum(reserved) AS reserved,\n                       sum(committed) AS committed, sum(ordered) AS ordered, sum(paid) AS paid,\n                       sum(receivable) AS receivable, min(pool) AS pool, max(last_pool) AS last_pool\n                  FROM s WHERE claim_id IS NOT NULL GROUP BY 1 ORDER BY 1) m\n         WHERE c.id = m.claim_id AND c.programme_id = m.programme_id\n           AND (m.pool IS NULL OR (m.pool = c.pool AND m.last_pool = c.pool))\n        RETURNING c.id, c.unit_id, c.measure, c.party_id, c.issuer_id, c.year, c.pool\n    ), counted AS (\n        INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)\n        SELECT l.id,\n               CASE l.dimension WHEN 'party' THEN coalesce(c.party_id, 0)\n                                WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,\n               CASE l.period WHEN 'year' THEN c.year ELSE 0 END, -sum(c.available), l.ceiling\n          FROM (\n                SELECT programme_id, unit_id, measure, party_id, issuer_id, year, pool, available\n                  FROM s WHERE kind = 'reserve'\n                 UNION ALL\n                SELECT s.programme_id, f.unit_id, f.measure, f.party_id, f.issuer_id, f.year, f.pool, s.available\n                  FROM s JOIN followed f ON f.id = s.claim_id WHERE s.available <> 0) c\n          JOIN ledger_limit l ON l.programme_id = c.programme_id AND l.unit_id = c.unit_id\n               AND l.measure IN ('', c.measure) AND l.pool IN ('', c.pool)\n         GROUP BY 1, 2, 3, l.ceiling\n         ORDER BY 1, 2, 3\n        ON CONFLICT (limit_id, holder, year) DO UPDATE SET total = ledger_limit_sum.total + EXCLUDED.total\n    ), queued AS (\n        INSERT INTO ledger_unsealed (transfer_id) SELECT id FROM s WHERE id IS NOT NULL\n    ), moved AS (\n        INSERT INTO ledger_balance (account_id, balance, normal, kind, programme_id, unit_id, pool)\n        SELECT p.account_id, sum(b.normal * p.amount), b.normal, b.kind, b.programme_id, b.unit_id, b.pool\n          FROM fresh p JOIN ledger_balance b ON b.account_id = p.account_id\n         GROUP BY p.account_id, b.account_id\n         ORDER BY p.account_id\n        ON CONFLICT (account_id) DO UPDATE SET balance = ledger_balance.balance + EXCLUDED.balance\n    )\n    SELECT CASE WHEN bool_or(stray) THEN 'ledger_posting_with_its_transfer'\n                WHEN bool_or(partial) THEN 'ledger_transfer_balanced'\n                WHEN bool_or(shut) THEN 'ledger_posting_account_open'\n                WHEN bool_or(kind = 'reserve' AND (pool IS DISTINCT FROM last_pool OR reserved + available <> 0 OR reserved <= 0\n                   OR committed <> 0 OR ordered <> 0 OR paid <> 0 OR receivable <> 0))\n                     OR count(DISTINCT claim_id) <> (SELECT count(*) FROM followed) THEN 'ledger_claim_own_pool' END,\n           bool_or(mixed), bool_or(answers IS NOT NULL)\n      INTO wrong, is_mixed, has_answers\n      FROM s;\n    END IF;\n\n    IF wrong IS NULL AND is_mixed AND EXISTS (\n        SELECT FROM fresh p JOIN ledger_balance b ON b.account_id = p.account_id\n         GROUP BY p.transfer_id, b.unit_id HAVING sum(p.amount) <> 0)\n    THEN\n        wrong := 'ledger_transfer_balanced';\n    END IF;\n    -- What a foreign key would say, asked only where there is one; transfers are never deleted.\n    IF wrong IS NULL AND has_answers AND EXISTS (\n        SELECT FROM fresh p JOIN ledger_transfer t ON t.id = p.transfer_id\n          LEFT JOIN ledger_transfer o ON o.id = coalesce(t.reverses_id, t.claws_back_id)\n               AND o.programme_id = t.programme_id\n         WHERE coalesce(t.reverses_id, t.claws_back_id) IS NOT NULL AND o.id IS NULL)\n    THEN\n        wrong := 'ledger_transfer_answers';\n    END IF;\n    IF wrong IS NOT NULL THEN\n        RAISE EXCEPTION '%', wrong USING ERRCODE = 'check_violation', CONSTRAINT = wrong;\n    END IF;\n    RETURN NULL;\n",
                    hash="eba73d6792b1b6782fed22ddf77e70f52747f259",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_applied_f37d8",
                    referencing="REFERENCING NEW TABLE AS fresh ",
                    table="ledger_posting",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="limit",
            trigger=pgtrigger.compiler.Trigger(
                name="spreads_ceiling",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'UPDATE' THEN\n                UPDATE ledger_limit_sum SET ceiling = NEW.ceiling WHERE limit_id = NEW.id;\n                RETURN NULL;\n            END IF;\n            INSERT INTO ledger_limit_sum (limit_id, holder, year, total, ceiling)\n            SELECT NEW.id,\n                   CASE NEW.dimension WHEN 'party' THEN coalesce(c.party_id, 0)\n                                      WHEN 'issuer' THEN coalesce(c.issuer_id, 0) ELSE 0 END,\n                   CASE NEW.period WHEN 'year' THEN c.year ELSE 0 END,\n                   -sum(p.amount), NEW.ceiling\n              FROM ledger_transfer t\n              JOIN ledger_claim c ON c.id = coalesce(t.claim_id, t.id)\n              JOIN ledger_posting p ON p.transfer_id = t.id\n              JOIN ledger_account a ON a.id = p.account_id AND a.kind = 'available'\n             WHERE (t.kind = 'reserve' OR t.claim_id IS NOT NULL)\n               AND c.programme_id = NEW.programme_id AND c.unit_id = NEW.unit_id\n               AND NEW.measure IN ('', c.measure) AND NEW.pool IN ('', c.pool)\n             GROUP BY 2, 3;\n            RETURN NULL;\n        ",
                    hash="0dfd55ac6c96f60189cd1b0c5a3a6e7745d23fd1",
                    operation='INSERT OR UPDATE OF "ceiling"',
                    pgid="pgtrigger_spreads_ceiling_dc7cf",
                    table="ledger_limit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="limit",
            trigger=pgtrigger.compiler.Trigger(
                name="keeps_measure",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "programme_id", "unit_id", "measure", "pool", "dimension", "period" rows from % table\', TG_TABLE_NAME;',
                    hash="0d8e7c4feda94057d9f7a11b2d7927af6a32ddb8",
                    operation='UPDATE OF "programme_id", "unit_id", "measure", "pool", "dimension", "period"',
                    pgid="pgtrigger_keeps_measure_87641",
                    table="ledger_limit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="limit",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="df4ca47bba6a71086be8a368c269f48790c439dd",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_6aae9",
                    table="ledger_limit",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="kept_by_triggers",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (pg_trigger_depth() < 1)",
                    func="\n            RAISE EXCEPTION '% is kept by the ledger itself', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_kept_by_triggers';\n        ",
                    hash="98cef4a3f2c1def253a09560fc6b153705f1e8c4",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_kept_by_triggers_ceb6d",
                    table="ledger_claim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="claim",
            trigger=pgtrigger.compiler.Trigger(
                name="never_truncated",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF current_database() ~ '^(kc_)?test_'\n               AND coalesce(current_setting('kaichuang.keep', true), '') <> 'on' THEN\n                RETURN NULL;\n            END IF;\n            RAISE EXCEPTION '% is append-only and cannot be truncated', TG_TABLE_NAME\n                USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_never_truncated';\n        ",
                    hash="17cad0219ae8c7396c593097a48619441bab9d1e",
                    level="STATEMENT",
                    operation="TRUNCATE",
                    pgid="pgtrigger_never_truncated_6cc9b",
                    table="ledger_claim",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="keeps_identity",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='RAISE EXCEPTION \'pgtrigger: Cannot update of "programme_id", "unit_id", "kind", "pool", "normal" rows from % table\', TG_TABLE_NAME;',
                    hash="2fd86c1798d6de508aa97c0e3fcc8482f9b40f49",
                    operation='UPDATE OF "programme_id", "unit_id", "kind", "pool", "normal"',
                    pgid="pgtrigger_keeps_identity_7640c",
                    table="ledger_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="12adf7be5a60fc20c1a47a95cc472fd6f4b99a59",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_d9133",
                    table="ledger_account",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="account",
            trigger=pgtrigger.compiler.Trigger(
                name="opens_balance",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            INSERT INTO ledger_balance\n                   (account_id, balance, normal, kind, programme_id, unit_id, pool, floor, ceiling, closed_on)\n            VALUES (NEW.id, 0, NEW.normal, NEW.kind, NEW.programme_id, NEW.unit_id, NEW.pool,\n                    NEW.floor, NEW.ceiling, NEW.closed_on)\n            ON CONFLICT DO NOTHING;\n            UPDATE ledger_balance SET floor = NEW.floor, ceiling = NEW.ceiling, closed_on = NEW.closed_on\n             WHERE account_id = NEW.id;\n            RETURN NULL;\n        ",
                    hash="f741044934e3522b2125673df5fc34b9f78b49c4",
                    operation='INSERT OR UPDATE OF "floor", "ceiling", "closed_on"',
                    pgid="pgtrigger_opens_balance_91538",
                    table="ledger_account",
                    when="AFTER",
                ),
            ),
        ),
    ]
