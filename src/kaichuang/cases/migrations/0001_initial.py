import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("clock", "0001_initial"),
        ("files", "0001_initial"),
        ("ledger", "0003_faster_post"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
        ("policy", "0005_search_headings"),
    ]

    operations = [
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="受理编号")),
                (
                    "source",
                    models.CharField(
                        choices=[("applied", "申请"), ("automatic", "免申即享")],
                        default="applied",
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                ("state", models.CharField(max_length=40, verbose_name="状态")),
                ("stage", models.CharField(max_length=20, verbose_name="阶段")),
                ("opened_at", models.DateTimeField(verbose_name="建立时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("decided_at", models.DateTimeField(blank=True, null=True, verbose_name="决定时间")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("changed_at", models.DateTimeField(verbose_name="最近变动")),
                ("as_of", models.DateField(verbose_name="基准日")),
                ("answers", models.JSONField(blank=True, default=dict, verbose_name="填报内容")),
                ("established", models.JSONField(blank=True, default=dict, verbose_name="核定事实")),
                ("status", models.CharField(blank=True, max_length=10, verbose_name="测算结论")),
                ("requested_fen", models.BigIntegerField(blank=True, null=True, verbose_name="申请金额")),
                ("ceiling_fen", models.BigIntegerField(blank=True, null=True, verbose_name="测算上限")),
                ("proposed_fen", models.BigIntegerField(blank=True, null=True, verbose_name="拟支持金额")),
                ("granted_fen", models.BigIntegerField(blank=True, null=True, verbose_name="批准金额")),
                (
                    "priority",
                    models.CharField(blank=True, max_length=200, verbose_name="同等条件下优先的理由"),
                ),
                (
                    "score",
                    models.DecimalField(
                        blank=True, decimal_places=4, max_digits=8, null=True, verbose_name="评审得分"
                    ),
                ),
                ("rank", models.PositiveIntegerField(blank=True, null=True, verbose_name="名次")),
                (
                    "beneficiary",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="parties.party",
                        verbose_name="受益人",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="parties.unit",
                        verbose_name="经办单位",
                    ),
                ),
                (
                    "opened_by",
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
                        related_name="cases",
                        to="parties.party",
                        verbose_name="申请人",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="cases",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "办件",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("granted", "予以支持"), ("refused", "不予支持"), ("revoked", "撤销")],
                        max_length=10,
                        verbose_name="决定",
                    ),
                ),
                ("amount_fen", models.BigIntegerField(default=0, verbose_name="金额")),
                ("ceiling_fen", models.BigIntegerField(default=0, verbose_name="测算上限")),
                ("reason", models.TextField(verbose_name="理由")),
                ("grounds", models.JSONField(default=list, verbose_name="依据")),
                ("document", models.JSONField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="校验值")),
                ("decided_at", models.DateTimeField(verbose_name="时间")),
                ("decided_on", models.DateField(verbose_name="日期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="decisions",
                        to="cases.case",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "决定",
                "ordering": ["case", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "granted")),
                        fields=("case",),
                        name="cases_decision_granted_once",
                        violation_error_message="该办件已经批准，不能再次批准。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount_fen__gte", 0), ("amount_fen__lte", models.F("ceiling_fen"))
                        ),
                        name="cases_decision_within_ceiling",
                        violation_error_message="金额不能超过按政策测算的上限。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="cases_decision_reasoned",
                        violation_error_message="请写明理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("paper", models.CharField(max_length=60, verbose_name="材料")),
                ("row", models.CharField(blank=True, max_length=120, verbose_name="对应行")),
                ("added_at", models.DateTimeField(verbose_name="提交时间")),
                ("removed_at", models.DateTimeField(blank=True, null=True, verbose_name="撤下时间")),
                (
                    "attachment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="files.attachment"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="evidence", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "证明材料",
                "ordering": ["case", "paper", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("removed_at", None)),
                        fields=("case", "paper", "attachment"),
                        name="cases_evidence_once",
                        violation_error_message="该文件已作为此项材料提交。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pool", models.CharField(max_length=60, verbose_name="支出项")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT, related_name="holdings", to="cases.case"
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="ledger.claim",
                    ),
                ),
            ],
            options={
                "verbose_name": "资金占用",
                "ordering": ["case", "id"],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("wanted_at", models.DateTimeField(verbose_name="签发时间")),
                (
                    "decision",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="letter",
                        to="cases.decision",
                    ),
                ),
                (
                    "document",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="files.document",
                    ),
                ),
            ],
            options={
                "verbose_name": "决定书",
                "indexes": [
                    models.Index(
                        condition=models.Q(("document", None)), fields=["id"], name="cases_letter_wanted"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Matter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60, verbose_name="编号")),
                ("pack", models.CharField(max_length=60, verbose_name="政策包")),
                ("title", models.CharField(max_length=200, verbose_name="名称")),
                ("title_en", models.CharField(blank=True, max_length=200, verbose_name="英文名称")),
                ("measure", models.CharField(blank=True, max_length=60, verbose_name="政策措施")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("is_offered", models.BooleanField(default=True, verbose_name="开放申报")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="matters",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "事项",
                "ordering": ["programme", "pack", "id"],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="matter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="cases", to="cases.matter"
            ),
        ),
        migrations.CreateModel(
            name="MatterVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField(verbose_name="版本")),
                ("content", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                ("made_at", models.DateTimeField(verbose_name="时间")),
                ("own", models.BooleanField(default=False, verbose_name="本地修改")),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="cases.matter",
                    ),
                ),
                (
                    "pack_version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="matters",
                        to="policy.packversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "事项版本",
                "ordering": ["matter", "-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("matter", "number"), name="cases_matter_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)), name="cases_matter_version_positive"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="matter",
            name="current",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to="cases.matterversion",
                verbose_name="现行版本",
            ),
        ),
        migrations.AddField(
            model_name="case",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="cases", to="cases.matterversion"
            ),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("text", models.TextField(max_length=2000, verbose_name="内容")),
                ("made_at", models.DateTimeField(verbose_name="时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="cases.case"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "内部备注",
                "ordering": ["case", "id"],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("opens_at", models.DateTimeField(verbose_name="开始时间")),
                ("closes_at", models.DateTimeField(verbose_name="截止时间")),
                ("year", models.PositiveSmallIntegerField(verbose_name="所属年度")),
                ("pot_fen", models.BigIntegerField(blank=True, null=True, verbose_name="本批次资金")),
                ("quota", models.PositiveIntegerField(blank=True, null=True, verbose_name="名额")),
                (
                    "shortfall",
                    models.CharField(
                        choices=[
                            ("refuse", "资金用完即止"),
                            ("queue", "按决定先后排队，结转下年"),
                            ("by_score", "按评审得分从高到低"),
                            ("first_come", "按提交先后"),
                            ("pro_rata", "按同一比例核减"),
                            ("carry_over", "不足部分结转下年支付"),
                        ],
                        default="queue",
                        max_length=20,
                        verbose_name="资金不足时",
                    ),
                ),
                (
                    "matter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rounds", to="cases.matter"
                    ),
                ),
            ],
            options={
                "verbose_name": "申报批次",
                "ordering": ["-opens_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes_at__gt", models.F("opens_at"))),
                        name="cases_round_order",
                        violation_error_message="截止时间应晚于开始时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("pot_fen", None), ("pot_fen__gt", 0), _connector="OR"),
                        name="cases_round_pot_positive",
                        violation_error_message="本批次资金应大于零。",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="case",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="cases",
                to="cases.round",
            ),
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("state", models.CharField(max_length=40, verbose_name="状态")),
                ("stage", models.CharField(max_length=20, verbose_name="阶段")),
                ("entered_at", models.DateTimeField(verbose_name="进入时间")),
                ("left_at", models.DateTimeField(blank=True, null=True, verbose_name="离开时间")),
                ("entered_on", models.DateField(verbose_name="进入日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="离开日期")),
                ("left_by", models.CharField(blank=True, max_length=40, verbose_name="去向")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="到期日")),
                ("late", models.BooleanField(blank=True, null=True, verbose_name="逾期")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stays", to="cases.case"
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="clock.deadline",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="parties.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "办理环节",
                "ordering": ["case", "id"],
                "indexes": [models.Index(fields=["desk", "left_on"], name="cases_stay_of_desk")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("case",), name="cases_stay_one_open"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None), ("left_at__gte", models.F("entered_at")), _connector="OR"
                        ),
                        name="cases_stay_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("answers", models.JSONField()),
                ("papers", models.JSONField(default=list)),
                ("document", models.JSONField(null=True)),
                ("digest", models.CharField(blank=True, max_length=64, verbose_name="校验值")),
                ("made_at", models.DateTimeField(verbose_name="提交时间")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="submissions",
                        to="cases.case",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="cases.matterversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "提交内容",
                "ordering": ["case", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="cases_submission_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("document", None), ("digest__regex", "^[0-9a-f]{64}$"), _connector="OR"
                        ),
                        name="cases_submission_digest",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ban",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("since", models.DateField(verbose_name="起始日期")),
                ("until", models.DateField(verbose_name="截止日期")),
                ("clause", models.CharField(max_length=60, verbose_name="依据")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("lifted_on", models.DateField(blank=True, null=True, verbose_name="解除日期")),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="bans",
                        to="parties.party",
                        verbose_name="主体",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bans",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "禁止申报",
                "ordering": ["-since"],
                "indexes": [models.Index(fields=["party", "until"], name="cases_ban_of_party")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("until__gte", models.F("since"))),
                        name="cases_ban_order",
                        violation_error_message="截止日期不能早于起始日期。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20, verbose_name="类别")),
                ("value", models.CharField(max_length=120, verbose_name="统一写法")),
                ("shown", models.CharField(max_length=120, verbose_name="原写法")),
                ("exclusive", models.BooleanField(default=True, verbose_name="不得重复")),
                ("held", models.BooleanField(default=True, verbose_name="占用中")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="cases.case"
                    ),
                ),
            ],
            options={
                "verbose_name": "防重标识",
                "indexes": [models.Index(fields=["kind", "value"], name="cases_claim_key_value")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("exclusive", True), ("held", True)),
                        fields=("kind", "value"),
                        name="cases_claim_key_once",
                        violation_error_message="该凭证已在另一份申请中使用。",
                    ),
                    models.UniqueConstraint(fields=("case", "kind", "value"), name="cases_claim_key_in_case"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("items", models.JSONField(verbose_name="需补正的内容")),
                (
                    "why_later",
                    models.CharField(blank=True, max_length=200, verbose_name="首次未能告知的原因"),
                ),
                ("avoidable", models.BooleanField(default=False, verbose_name="本可一次告知")),
                ("asked_at", models.DateTimeField(verbose_name="告知时间")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="补正时间")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "verbose_name": "补正告知",
                "ordering": ["case", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "number"), name="cases_correction_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("answered_at", None)),
                        fields=("case",),
                        name="cases_correction_one_open",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.programme"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("programme", "year"), name="cases_counter_once")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="decision",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="f9ab6d16d8a50c5fadb1d40f9d7898632c7cc630",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_d3c21",
                    table="cases_decision",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="matterversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b6bd0c1f77f22122be2165908b6509e1e1b3c68a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9f2ef",
                    table="cases_matterversion",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.UniqueConstraint(
                fields=("programme", "code"),
                name="cases_matter_once",
                violation_error_message="本项目中已有此编号的事项。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="note",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="8ba4e3ff801688e490bba2952127c6c1482fce22",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_13d6f",
                    table="cases_note",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="round",
            trigger=pgtrigger.compiler.Trigger(
                name="rules_before_opening",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF (OLD.shortfall, OLD.pot_fen, OLD.quota) IS DISTINCT FROM\n                       (NEW.shortfall, NEW.pot_fen, NEW.quota)\n                       AND EXISTS (SELECT 1 FROM cases_case WHERE round_id = OLD.id AND submitted_at IS NOT NULL) THEN\n                        RAISE EXCEPTION 'round % has applications: its rules stay', OLD.id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'cases_round_rules_before_opening';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="d5b2b8dfea89aa4cd5e2e55de65442f3ecd23dde",
                    operation='UPDATE OF "shortfall", "pot_fen", "quota"',
                    pgid="pgtrigger_rules_before_opening_96296",
                    table="cases_round",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["programme", "state", "desk"], name="cases_case_queue"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["programme", "-changed_at"], name="cases_case_changed"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["party", "-id"], name="cases_case_of_party"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["matter", "state"], name="cases_case_of_matter"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("programme", "number"),
                name="cases_case_number_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(("beneficiary", None), ("source", "applied"), ("stage", "draft")),
                fields=("party", "matter"),
                name="cases_case_one_draft",
                violation_error_message="该事项已有一份未提交的申请，请继续填写那一份。",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("proposed_fen", None),
                        ("proposed_fen__lte", models.F("ceiling_fen")),
                        _connector="OR",
                    ),
                    models.Q(
                        ("granted_fen", None), ("granted_fen__lte", models.F("ceiling_fen")), _connector="OR"
                    ),
                ),
                name="cases_case_within_ceiling",
                violation_error_message="金额不能超过按政策测算的上限。",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proposed_fen", None), ("proposed_fen__gte", 0), _connector="OR"),
                    models.Q(("granted_fen", None), ("granted_fen__gte", 0), _connector="OR"),
                    models.Q(("requested_fen", None), ("requested_fen__gte", 0), _connector="OR"),
                ),
                name="cases_case_not_negative",
                violation_error_message="金额不能为负。",
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("submitted_at", None), models.Q(("number", ""), _negated=True), _connector="OR"
                ),
                name="cases_case_submitted_has_number",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="c5fafd1350e3a47703285d602747765761caf7b6",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_5d750",
                    table="cases_case",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="submission",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="7960e718f7f76d5d7f677e116328e4e0251ee297",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e2da5",
                    table="cases_submission",
                    when="BEFORE",
                ),
            ),
        ),
    ]
