import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Definition",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("code", models.SlugField(max_length=80, unique=True, verbose_name="代码")),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("title_en", models.CharField(blank=True, max_length=160, verbose_name="英文名称")),
                ("subject_kind", models.CharField(max_length=20, verbose_name="对象")),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("bool", "是否"),
                            ("int", "数量"),
                            ("money", "金额"),
                            ("ratio", "比率"),
                            ("date", "日期"),
                            ("text", "文字"),
                        ],
                        max_length=6,
                        verbose_name="类型",
                    ),
                ),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="单位")),
                ("period", models.CharField(max_length=10, verbose_name="期间")),
                ("source", models.CharField(max_length=10, verbose_name="来源")),
                ("values", models.JSONField(blank=True, default=dict, verbose_name="取值")),
                ("minimum", models.CharField(blank=True, max_length=30)),
                ("maximum", models.CharField(blank=True, max_length=30)),
                ("evidence", models.JSONField(blank=True, default=list, verbose_name="证明材料")),
                ("note", models.TextField(blank=True, verbose_name="说明")),
                ("pack", models.CharField(blank=True, max_length=60, verbose_name="政策包")),
            ],
            options={
                "verbose_name": "数据项",
                "verbose_name_plural": "数据项",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Origin",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=20, verbose_name="方式")),
                ("reference", models.CharField(blank=True, max_length=200, verbose_name="出处")),
                ("data_as_of", models.DateField(verbose_name="数据时点")),
                ("told_at", models.DateTimeField(verbose_name="提供时间")),
                ("sha256", models.CharField(blank=True, max_length=64)),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.programme"
                    ),
                ),
                (
                    "told_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "数据来源",
            },
        ),
        migrations.CreateModel(
            name="Subject",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("object_type", models.CharField(max_length=80)),
                ("object_id", models.BigIntegerField()),
            ],
            options={
                "verbose_name": "数据对象",
                "constraints": [
                    models.UniqueConstraint(fields=("object_type", "object_id"), name="facts_subject_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Observation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("bool", "是否"),
                            ("int", "数量"),
                            ("money", "金额"),
                            ("ratio", "比率"),
                            ("date", "日期"),
                            ("text", "文字"),
                        ],
                        max_length=6,
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="所属期间")),
                ("known", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="认定期间")),
                ("recorded_at", models.DateTimeField(verbose_name="记录时间")),
                ("number", models.BigIntegerField(null=True)),
                ("divisor", models.BigIntegerField(default=1)),
                ("text", models.CharField(max_length=500, null=True)),
                ("day", models.DateField(null=True)),
                ("flag", models.BooleanField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[("declared", "自行申报"), ("derived", "系统计算"), ("reported", "部门提供")],
                        max_length=10,
                        verbose_name="来源",
                    ),
                ),
                (
                    "definition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="observations",
                        to="facts.definition",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.programme"
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="observations",
                        to="facts.origin",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="observations",
                        to="facts.subject",
                    ),
                ),
            ],
            options={
                "verbose_name": "数据",
                "verbose_name_plural": "数据",
                "indexes": [
                    models.Index(
                        condition=models.Q(("known__upper_inf", True)),
                        fields=["programme", "definition", "subject"],
                        name="facts_observation_current",
                    )
                ],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("programme", "="),
                            ("subject", "="),
                            ("definition", "="),
                            ("valid", "&&"),
                            ("known", "&&"),
                        ],
                        name="facts_observation_one_truth",
                        violation_error_message="同一数据在同一期间只能有一个值，请刷新后重试。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("day", None),
                                ("flag__isnull", False),
                                ("number", None),
                                ("text", None),
                                ("type", "bool"),
                            ),
                            models.Q(
                                ("day", None),
                                ("flag", None),
                                ("number__isnull", False),
                                ("text", None),
                                ("type", "int"),
                            ),
                            models.Q(
                                ("day", None),
                                ("flag", None),
                                ("number__isnull", False),
                                ("text", None),
                                ("type", "money"),
                            ),
                            models.Q(
                                ("day", None),
                                ("flag", None),
                                ("number__isnull", False),
                                ("text", None),
                                ("type", "ratio"),
                            ),
                            models.Q(
                                ("day__isnull", False),
                                ("flag", None),
                                ("number", None),
                                ("text", None),
                                ("type", "date"),
                            ),
                            models.Q(
                                ("day", None),
                                ("flag", None),
                                ("number", None),
                                ("text__isnull", False),
                                ("type", "text"),
                            ),
                            _connector="OR",
                        ),
                        name="facts_observation_value_by_type",
                        violation_error_message="数据的值与其类型不符。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("divisor__gt", 0), models.Q(("type", "ratio"), ("divisor", 1), _connector="OR")
                        ),
                        name="facts_observation_divisor",
                        violation_error_message="比率的分母须为正数。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid__isempty", False)),
                        name="facts_observation_valid_some_time",
                        violation_error_message="所属期间不能为空。",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="origin",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="dfc8cce7377e44d6877e5578fac1a823c55b2fe3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4e83d",
                    table="facts_origin",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observation",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="bc09e6aebcac2ce7b9b096ce9227046c328a2315",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_0feca",
                    table="facts_observation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="observation",
            trigger=pgtrigger.compiler.Trigger(
                name="only_known_ends",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    IF upper_inf(OLD.known) AND NOT upper_inf(NEW.known)\n                       AND (lower(NEW.known) = lower(OLD.known) OR isempty(NEW.known))\n                       AND to_jsonb(OLD) - 'known' = to_jsonb(NEW) - 'known' THEN\n                        RETURN NEW;\n                    END IF;\n                    RAISE EXCEPTION 'observations are never changed, only superseded'\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'facts_observation_only_known_ends';\n                ",
                    hash="7fdf88cfa905a938633c49a1140af88d20847d42",
                    operation="UPDATE",
                    pgid="pgtrigger_only_known_ends_942fd",
                    table="facts_observation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
