import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import kaichuang.entitlement.models.calculation


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
        ("policy", "0004_search_english"),
    ]

    operations = [
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("sha256", models.CharField(max_length=64)),
                ("rows", models.PositiveIntegerField(verbose_name="行数")),
                ("columns", models.JSONField(default=list)),
                ("groups", models.JSONField(blank=True, default=list)),
                ("content", models.BinaryField()),
                ("brought_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "brought_by",
                    models.ForeignKey(
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
                        related_name="populations",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "测算总体",
                "ordering": ["-brought_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "sha256"),
                        name="entitlement_population_once",
                        violation_error_message="这份数据已经上传过。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Simulation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("title", models.CharField(max_length=120, verbose_name="名称")),
                ("as_of", models.DateField(verbose_name="测算日期")),
                ("changes", models.JSONField(blank=True, default=dict, verbose_name="调整内容")),
                ("settings", models.JSONField(blank=True, default=dict, verbose_name="当时的本地设定")),
                ("group_by", models.CharField(blank=True, max_length=80, verbose_name="分组")),
                ("population_sha256", models.CharField(blank=True, max_length=64)),
                ("population_rows", models.PositiveIntegerField(default=0, verbose_name="总体行数")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "正在计算"), ("done", "已完成"), ("failed", "计算失败")],
                        default="running",
                        max_length=8,
                        verbose_name="状态",
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("failure", models.TextField(blank=True, verbose_name="失败原因")),
                ("results", models.JSONField(blank=True, default=dict)),
                ("asked_at", models.DateTimeField(verbose_name="测算时间")),
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
                    "other_version",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="policy.packversion",
                    ),
                ),
                (
                    "population",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="entitlement.population",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="simulations",
                        to="places.programme",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="policy.packversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "政策模拟",
                "ordering": ["-asked_at", "-id"],
                "indexes": [
                    models.Index(fields=["programme", "-asked_at"], name="entitlement_simulation_list")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "done"), _negated=True),
                            models.Q(("results", {}), _negated=True),
                            _connector="OR",
                        ),
                        name="entitlement_simulation_results",
                        violation_error_message="没有结果的模拟不能标为完成。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("total"))),
                        name="entitlement_simulation_progress",
                        violation_error_message="进度不能超过总数。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Calculation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "code",
                    models.CharField(
                        default=kaichuang.entitlement.models.calculation.new_code,
                        max_length=12,
                        unique=True,
                        verbose_name="编号",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="测算时间")),
                ("as_of", models.DateField(verbose_name="测算日期")),
                ("document", models.JSONField()),
                ("digest", models.CharField(max_length=64, verbose_name="校验值")),
                (
                    "made_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="parties.party",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calculations",
                        to="places.programme",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="calculations",
                        to="policy.packversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "测算结果",
                "ordering": ["-made_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")),
                        name="entitlement_calculation_digest",
                        violation_error_message="校验值不完整，请重新测算。",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calculation",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="127621bfe1bcc55850b111d4e05985d56cdadf37",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_91e29",
                    table="entitlement_calculation",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="population",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="fcf045a625d6fcf4273e4dbe896433f6f00f1a2d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fab97",
                    table="entitlement_population",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="simulation",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="bcf9d61ad86512e38f83873bb840e56b88afb9bc",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_24f89",
                    table="entitlement_simulation",
                    when="BEFORE",
                ),
            ),
        ),
    ]
