import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import kaichuang.kit.secrets


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Expert",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=12, verbose_name="编号")),
                (
                    "specialities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            max_length=40,
                            validators=[
                                django.core.validators.RegexValidator(
                                    "^[a-z][a-z0-9_-]{0,39}$",
                                    "专业代码以小写字母开头，只含小写字母、数字、连字符和下划线。",
                                )
                            ],
                        ),
                        size=None,
                        verbose_name="专业领域",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=80, verbose_name="职称或职务")),
                ("most_panels", models.PositiveSmallIntegerField(default=3, verbose_name="同时参加评审上限")),
                ("statement", models.TextField(blank=True, max_length=2000, verbose_name="申请或推荐说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "待入库"),
                            ("active", "在库"),
                            ("declined", "未入库"),
                            ("left", "已出库"),
                        ],
                        default="proposed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="申请时间")),
                ("admitted_on", models.DateField(blank=True, null=True, verbose_name="入库日期")),
                ("left_on", models.DateField(blank=True, null=True, verbose_name="出库日期")),
                (
                    "employer",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="employed_experts",
                        to="parties.party",
                        verbose_name="工作单位",
                    ),
                ),
                (
                    "home",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="places.division",
                        verbose_name="所在地",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="expertships",
                        to="parties.party",
                        verbose_name="专家",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="experts",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "专家",
                "verbose_name_plural": "专家",
                "ordering": ["number"],
                "indexes": [
                    models.Index(fields=["programme", "state"], name="experts_expert_state"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["specialities"], name="experts_expert_specialities"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "party"),
                        name="experts_expert_once",
                        violation_error_message="该人员已在本项目的专家名单中。",
                    ),
                    models.UniqueConstraint(
                        fields=("programme", "number"), name="experts_expert_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("specialities__len__gte", 1)),
                        name="experts_expert_has_speciality",
                        violation_error_message="请至少选择一个专业领域。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("most_panels__gte", 1), ("most_panels__lte", 50)),
                        name="experts_expert_most_panels",
                        violation_error_message="同时参加评审的上限为1至50。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), _negated=True),
                            models.Q(("admitted_on__isnull", False), ("left_on", None)),
                            _connector="OR",
                        ),
                        name="experts_expert_admitted_when_active",
                        violation_error_message="在库专家须有入库日期且没有出库日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "left"), _negated=True),
                            models.Q(("left_on__gte", models.F("admitted_on")), ("left_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="experts_expert_left_when_left",
                        violation_error_message="出库日期不能早于入库日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("employer", None),
                            models.Q(("employer", models.F("party")), _negated=True),
                            _connector="OR",
                        ),
                        name="experts_expert_not_own_employer",
                        violation_error_message="工作单位不能是本人。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Panel",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=160, verbose_name="名称")),
                (
                    "specialities",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="所需专业",
                    ),
                ),
                ("seats_wanted", models.PositiveSmallIntegerField(verbose_name="评委人数")),
                ("balance_load", models.BooleanField(default=False, verbose_name="在评较少者优先")),
                ("sheet", models.JSONField(verbose_name="评分表")),
                (
                    "aggregate",
                    models.CharField(
                        choices=[
                            ("mean", "平均分"),
                            ("trimmed", "去掉最高分和最低分后的平均分"),
                            ("median", "中位数"),
                        ],
                        default="mean",
                        max_length=8,
                        verbose_name="总分算法",
                    ),
                ),
                (
                    "divergence_tenths",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="分歧界限（十分之一分）"),
                ),
                (
                    "divergence_percent",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="分歧界限（满分的%）"
                    ),
                ),
                (
                    "pass_tenths",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="合格线（十分之一分）"),
                ),
                ("quota", models.PositiveIntegerField(blank=True, null=True, verbose_name="名额")),
                ("ties", models.JSONField(default=list, verbose_name="同分排序规则")),
                ("is_blind", models.BooleanField(default=True, verbose_name="匿名评审")),
                ("due_days", models.PositiveSmallIntegerField(default=10, verbose_name="评审期限（工作日）")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("preparing", "准备中"),
                            ("drawn", "已抽取"),
                            ("scoring", "评审中"),
                            ("closed", "已结束"),
                            ("cancelled", "已取消"),
                        ],
                        default="preparing",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("opened_at", models.DateTimeField(verbose_name="设立时间")),
                (
                    "seed_mode",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("committed", "系统种子，事先公布哈希"),
                            ("public", "公开种子，事先公布来源"),
                        ],
                        max_length=10,
                        verbose_name="种子",
                    ),
                ),
                ("seed", kaichuang.kit.secrets.EncryptedField(blank=True, default="")),
                ("commitment", models.CharField(blank=True, max_length=64, verbose_name="种子哈希")),
                ("seed_source", models.CharField(blank=True, max_length=200, verbose_name="种子来源")),
                ("announced_at", models.DateTimeField(blank=True, null=True, verbose_name="公布时间")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")),
                ("closing_reason", models.CharField(blank=True, max_length=500, verbose_name="结束说明")),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="panels",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "评审组",
                "verbose_name_plural": "评审组",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["programme", "state", "-id"], name="experts_panel_state")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("title", ""), _negated=True),
                        name="experts_panel_has_title",
                        violation_error_message="请填写评审组名称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("seats_wanted__gte", 1), ("seats_wanted__lte", 51)),
                        name="experts_panel_seats",
                        violation_error_message="评委人数为1至51人。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_days__gte", 1), ("due_days__lte", 250)),
                        name="experts_panel_due_days",
                        violation_error_message="评审期限为1至250个工作日。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quota", None), ("quota__gte", 1), _connector="OR"),
                        name="experts_panel_quota_positive",
                        violation_error_message="名额至少为1个；不限名额请留空。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("divergence_percent", None),
                            models.Q(("divergence_percent__gte", 1), ("divergence_percent__lte", 100)),
                            _connector="OR",
                        ),
                        name="experts_panel_percent",
                        violation_error_message="分歧界限为满分的1%至100%。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("announced_at", None),
                                ("commitment", ""),
                                ("seed_mode", ""),
                                ("seed_source", ""),
                            ),
                            models.Q(
                                ("announced_at__isnull", False),
                                ("commitment__regex", "^[0-9a-f]{64}$"),
                                ("seed_mode", "committed"),
                            ),
                            models.Q(
                                ("announced_at__isnull", False),
                                ("seed_mode", "public"),
                                models.Q(("seed_source", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="experts_panel_announced_seed",
                        violation_error_message="公布评审组须公布种子的哈希或来源。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["preparing", "cancelled"]),
                            models.Q(("seed_mode", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="experts_panel_drawn_after_announcing",
                        violation_error_message="须先公布种子的哈希或来源，再抽取专家。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "scoring"), _negated=True),
                            ("due_on__isnull", False),
                            _connector="OR",
                        ),
                        name="experts_panel_scoring_has_due",
                        violation_error_message="评审中须有截止日期。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state__in", ("preparing", "drawn", "scoring"))),
                            models.Q(("closed_at__isnull", False), ("state__in", ["closed", "cancelled"])),
                            _connector="OR",
                        ),
                        name="experts_panel_ended",
                        violation_error_message="已结束或取消的评审组须有结束时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject_type", models.CharField(max_length=80)),
                ("subject_id", models.CharField(max_length=80)),
                ("number", models.PositiveIntegerField(verbose_name="序号")),
                ("label", models.CharField(max_length=200, verbose_name="名称")),
                ("blind_label", models.CharField(max_length=80, verbose_name="匿名名称")),
                ("material", models.JSONField(blank=True, default=list, verbose_name="评审材料")),
                ("attachments", models.JSONField(blank=True, default=list, verbose_name="附件")),
                ("is_priority", models.BooleanField(default=False, verbose_name="优先类别")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="reviewed_items",
                        to="parties.party",
                        verbose_name="申报主体",
                    ),
                ),
                (
                    "panel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="experts.panel"
                    ),
                ),
            ],
            options={
                "verbose_name": "评审项",
                "verbose_name_plural": "评审项",
                "ordering": ["number"],
                "indexes": [models.Index(fields=["subject_type", "subject_id"], name="experts_item_subject")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("panel", "subject_type", "subject_id"),
                        name="experts_item_once",
                        violation_error_message="该对象已在本评审组中。",
                    ),
                    models.UniqueConstraint(fields=("panel", "number"), name="experts_item_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("label", ""), _negated=True),
                            models.Q(("blind_label", ""), _negated=True),
                            models.Q(("subject_type", ""), _negated=True),
                            models.Q(("subject_id", ""), _negated=True),
                        ),
                        name="experts_item_named",
                        violation_error_message="评审项须有名称和对象。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draw",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("drawn_at", models.DateTimeField(verbose_name="抽取时间")),
                ("algorithm", models.CharField(max_length=40, verbose_name="算法")),
                ("version", models.PositiveSmallIntegerField(verbose_name="版本")),
                ("seed", models.CharField(max_length=200, verbose_name="种子")),
                ("commitment", models.CharField(blank=True, max_length=64)),
                ("seed_source", models.CharField(blank=True, max_length=200, verbose_name="种子来源")),
                ("announced_at", models.DateTimeField(verbose_name="公布时间")),
                ("balance_load", models.BooleanField(verbose_name="在评较少者优先")),
                ("seats", models.PositiveSmallIntegerField(verbose_name="评委人数")),
                ("pool_digest", models.CharField(max_length=64, verbose_name="名单摘要")),
                ("order", models.JSONField()),
                ("excluded", models.JSONField()),
                ("picked", models.JSONField()),
                ("grounds", models.JSONField(default=dict)),
                (
                    "drawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "panel",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="draw", to="experts.panel"
                    ),
                ),
            ],
            options={
                "verbose_name": "抽取记录",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("seed", ""), _negated=True), ("pool_digest__regex", "^[0-9a-f]{64}$")
                        ),
                        name="experts_draw_has_seed",
                        violation_error_message="抽取记录须有种子和名单摘要。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Result",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("exact", models.CharField(blank=True, max_length=80)),
                (
                    "score",
                    models.DecimalField(decimal_places=4, max_digits=12, null=True, verbose_name="总分"),
                ),
                ("rank", models.PositiveIntegerField(verbose_name="名次")),
                ("passed", models.BooleanField(verbose_name="合格")),
                ("within_quota", models.BooleanField(verbose_name="入围")),
                ("recommended_fen", models.BigIntegerField(null=True, verbose_name="建议金额")),
                ("details", models.JSONField(default=dict)),
                ("reasons", models.JSONField(default=list)),
                (
                    "item",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="result", to="experts.item"
                    ),
                ),
                (
                    "panel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="results",
                        to="experts.panel",
                    ),
                ),
            ],
            options={
                "verbose_name": "评审结果",
                "verbose_name_plural": "评审结果",
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("panel", "rank"), name="experts_result_rank_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("within_quota", False),
                            models.Q(("passed", True), ("score__isnull", False)),
                            _connector="OR",
                        ),
                        name="experts_result_quota_needs_pass",
                        violation_error_message="只有合格项才能入围。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Seat",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField(verbose_name="抽取顺序")),
                ("number", models.PositiveSmallIntegerField(verbose_name="评委号")),
                (
                    "only_items",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), blank=True, default=list, size=None
                    ),
                ),
                ("is_extra", models.BooleanField(default=False, verbose_name="增加的评委")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("invited", "待确认"),
                            ("accepted", "已接受"),
                            ("recused", "已回避"),
                            ("replaced", "已更换"),
                        ],
                        default="invited",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("invited_at", models.DateTimeField(verbose_name="邀请时间")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="答复时间")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                (
                    "expert",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="seats",
                        to="experts.expert",
                    ),
                ),
                (
                    "panel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="seats", to="experts.panel"
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="replaced_by",
                        to="experts.seat",
                    ),
                ),
            ],
            options={
                "verbose_name": "席位",
                "verbose_name_plural": "席位",
                "ordering": ["number"],
                "indexes": [models.Index(fields=["expert", "state"], name="experts_seat_expert")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("panel", "expert"),
                        name="experts_seat_once",
                        violation_error_message="该专家已在本评审组中。",
                    ),
                    models.UniqueConstraint(fields=("panel", "number"), name="experts_seat_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["recused", "replaced"]), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="experts_seat_recused_has_reason",
                        violation_error_message="回避或更换须写明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answered_at", None), ("state", "invited")),
                            models.Q(
                                models.Q(("state", "invited"), _negated=True), ("answered_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="experts_seat_answered",
                        violation_error_message="已答复的席位须有答复时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("replaces", None),
                            models.Q(("replaces", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="experts_seat_not_replacing_itself",
                        violation_error_message="席位不能更换自身。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_extra", False), models.Q(("only_items", []), _negated=True), _connector="OR"
                        ),
                        name="experts_seat_extra_has_items",
                        violation_error_message="增加的评委须指明评审哪些项。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("points", models.JSONField(default=dict, verbose_name="分数")),
                ("comments", models.JSONField(default=dict, verbose_name="评语")),
                ("recommended_fen", models.BigIntegerField(blank=True, null=True, verbose_name="建议金额")),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "未提交"), ("submitted", "已提交"), ("recused", "已回避")],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("saved_at", models.DateTimeField(blank=True, null=True, verbose_name="保存时间")),
                ("submitted_at", models.DateTimeField(blank=True, null=True, verbose_name="提交时间")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="理由")),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="experts.item"
                    ),
                ),
                (
                    "seat",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="scores", to="experts.seat"
                    ),
                ),
            ],
            options={
                "verbose_name": "评分",
                "verbose_name_plural": "评分",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seat", "item"),
                        name="experts_score_once",
                        violation_error_message="该评委对该项已有评分。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("recommended_fen", None), ("recommended_fen__gte", 0), _connector="OR"
                        ),
                        name="experts_score_amount_not_negative",
                        violation_error_message="建议金额不能为负。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "submitted"),
                                ("submitted_at__isnull", False),
                                models.Q(("points", {}), _negated=True),
                            ),
                            models.Q(models.Q(("state", "submitted"), _negated=True), ("submitted_at", None)),
                            _connector="OR",
                        ),
                        name="experts_score_submitted_at",
                        violation_error_message="已提交的评分须有分数和提交时间。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "recused"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="experts_score_recused_has_reason",
                        violation_error_message="回避须写明理由。",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="expert",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="b769bf3eacc1968103eeb5762eea9f64673d44db",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_eb03c",
                    table="experts_expert",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="panel",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="023f1becbe35f717bf0b12fdce8f13b6cef955d5",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_b2727",
                    table="experts_panel",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="panel",
            trigger=pgtrigger.compiler.Trigger(
                name="rules_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."announced_at" IS NOT NULL)',
                    func="\n                    IF (OLD.sheet, OLD.aggregate, OLD.divergence_tenths, OLD.divergence_percent, OLD.pass_tenths,\n                        OLD.quota, OLD.ties, OLD.is_blind, OLD.seats_wanted, OLD.specialities, OLD.balance_load)\n                       IS DISTINCT FROM\n                       (NEW.sheet, NEW.aggregate, NEW.divergence_tenths, NEW.divergence_percent, NEW.pass_tenths,\n                        NEW.quota, NEW.ties, NEW.is_blind, NEW.seats_wanted, NEW.specialities, NEW.balance_load)\n                    THEN\n                        RAISE EXCEPTION 'rules of panel % are fixed since it was announced', OLD.id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_panel_rules_fixed';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="90adda5b6f9b000b4a49bb95e71bb4cd4c3366a1",
                    operation='UPDATE OF "sheet", "aggregate", "divergence_tenths", "divergence_percent", "pass_tenths", "quota", "ties", "is_blind", "seats_wanted", "specialities", "balance_load"',
                    pgid="pgtrigger_rules_fixed_03ecf",
                    table="experts_panel",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="panel",
            trigger=pgtrigger.compiler.Trigger(
                name="seed_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."announced_at" IS NOT NULL)',
                    func="\n                    IF (OLD.commitment, OLD.seed_mode, OLD.seed_source)\n                       IS DISTINCT FROM (NEW.commitment, NEW.seed_mode, NEW.seed_source) THEN\n                        RAISE EXCEPTION 'the seed of panel % has been announced', OLD.id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_panel_seed_fixed';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="a1d4422c07034de8841f6da87b43dde96aa84179",
                    operation='UPDATE OF "commitment", "seed_mode", "seed_source"',
                    pgid="pgtrigger_seed_fixed_08c06",
                    table="experts_panel",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draw",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="cf22857e9d9636064274426f6ebbe9354cb13650",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_64b11",
                    table="experts_draw",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="result",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="15ad1cc865e86ccbc7b6a56a27cb84fd821ac88c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_9928b",
                    table="experts_result",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seat",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="4e297a54a53d7466b09a82f3dfbbafe649b56b61",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_34143",
                    table="experts_seat",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="seat",
            trigger=pgtrigger.compiler.Trigger(
                name="not_too_many",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    declare="DECLARE most integer; held integer;",
                    func="\n                    SELECT most_panels INTO most FROM experts_expert WHERE id = NEW.expert_id FOR NO KEY UPDATE;\n                    SELECT count(*) INTO held FROM experts_seat s JOIN experts_panel p ON p.id = s.panel_id\n                     WHERE s.expert_id = NEW.expert_id AND s.panel_id <> NEW.panel_id\n                       AND s.state IN ('invited', 'accepted') AND p.state IN ('drawn', 'scoring');\n                    IF held >= most THEN\n                        RAISE EXCEPTION 'expert % is on % panels already', NEW.expert_id, held\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_seat_not_too_many';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="965ddf6411846438a68dd14bce8cb722ea516b4b",
                    operation="INSERT",
                    pgid="pgtrigger_not_too_many_acb00",
                    table="experts_seat",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="302058e99eea620651fc0c664470a8942b7e69df",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_232e7",
                    table="experts_score",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" IN ('submitted', 'recused'))",
                    func="\n                    IF (OLD.points, OLD.comments, OLD.recommended_fen, OLD.seat_id, OLD.item_id) IS DISTINCT FROM\n                       (NEW.points, NEW.comments, NEW.recommended_fen, NEW.seat_id, NEW.item_id) THEN\n                        RAISE EXCEPTION 'score % has been handed in', OLD.id\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'experts_score_fixed';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="af0de26d2c5f09a2701b274a8be6f458f04e1a66",
                    operation="UPDATE",
                    pgid="pgtrigger_fixed_9bbb2",
                    table="experts_score",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="score",
            trigger=pgtrigger.compiler.Trigger(
                name="kept",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="4cf0aba0e75346ca1180db2c372c4f086bc5e07b",
                    operation="DELETE",
                    pgid="pgtrigger_kept_ab9cf",
                    table="experts_score",
                    when="BEFORE",
                ),
            ),
        ),
    ]
