import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Deadline",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("subject_type", models.CharField(max_length=80)),
                ("subject_id", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=80, verbose_name="事项")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("started_on", models.DateField(verbose_name="起算日")),
                ("limit", models.PositiveSmallIntegerField(verbose_name="时限")),
                ("in_working_days", models.BooleanField(default=True, verbose_name="按工作日")),
                ("from_next_day", models.BooleanField(default=True, verbose_name="起算当日不计入")),
                ("extends", models.BooleanField(default=True, verbose_name="末日遇休息日顺延")),
                ("due_on", models.DateField(null=True, verbose_name="到期日")),
                ("overdue_on", models.DateField(blank=True, null=True, verbose_name="逾期发现日")),
                ("met_on", models.DateField(blank=True, null=True, verbose_name="完成日")),
            ],
            options={
                "verbose_name": "时限",
            },
        ),
        migrations.CreateModel(
            name="Pause",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("reason", models.CharField(max_length=120, verbose_name="中止事由")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("began_on", models.DateField(verbose_name="开始")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="结束")),
            ],
            options={
                "verbose_name": "时限中止",
                "ordering": ["began_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Calendar",
            fields=[
                (
                    "slug",
                    models.SlugField(max_length=20, primary_key=True, serialize=False, verbose_name="代号"),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("token", models.UUIDField(default=uuid.uuid4, editable=False)),
                (
                    "base",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="regional",
                        to="clock.calendar",
                        verbose_name="基础日历",
                    ),
                ),
            ],
            options={
                "verbose_name": "工作日历",
                "ordering": ["slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("base", None),
                            models.Q(("base", models.F("slug")), _negated=True),
                            _connector="OR",
                        ),
                        name="clock_calendar_base_not_self",
                        violation_error_message="基础日历不能是自身。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Day",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("calendar", models.CharField(max_length=20, verbose_name="日历")),
                ("date", models.DateField(verbose_name="日期")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("working", "工作日"),
                            ("make_up", "调休上班"),
                            ("weekend", "周末"),
                            ("holiday", "节假日"),
                        ],
                        max_length=10,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=40, verbose_name="节日")),
                ("source", models.CharField(blank=True, max_length=120, verbose_name="依据")),
            ],
            options={
                "verbose_name": "日历日",
                "ordering": ["date"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("calendar", "date"),
                        name="clock_day_once",
                        violation_error_message="该日历中已有这一天。",
                    )
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="day",
            trigger=pgtrigger.compiler.Trigger(
                name="new_token_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="UPDATE clock_calendar SET token = gen_random_uuid() WHERE slug IN (SELECT calendar FROM new_days); RETURN NULL;",
                    hash="608363cabfc707d0a8d75554e561dc9c64a64bae",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_new_token_insert_97348",
                    referencing="REFERENCING NEW TABLE AS new_days ",
                    table="clock_day",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="day",
            trigger=pgtrigger.compiler.Trigger(
                name="new_token_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="UPDATE clock_calendar SET token = gen_random_uuid() WHERE slug IN (SELECT calendar FROM old_days UNION SELECT calendar FROM new_days); RETURN NULL;",
                    hash="e9af4655082d5c69aa5f0cb37c5c6d572ea50167",
                    level="STATEMENT",
                    operation="UPDATE",
                    pgid="pgtrigger_new_token_update_057dd",
                    referencing="REFERENCING OLD TABLE AS old_days  NEW TABLE AS new_days ",
                    table="clock_day",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="day",
            trigger=pgtrigger.compiler.Trigger(
                name="new_token_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="UPDATE clock_calendar SET token = gen_random_uuid() WHERE slug IN (SELECT calendar FROM old_days); RETURN NULL;",
                    hash="ba71d6f979ee082441b2fc14a9f9682a7a0a8712",
                    level="STATEMENT",
                    operation="DELETE",
                    pgid="pgtrigger_new_token_delete_4eb94",
                    referencing="REFERENCING OLD TABLE AS old_days ",
                    table="clock_day",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddField(
            model_name="deadline",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="deadlines", to="places.programme"
            ),
        ),
        migrations.AddField(
            model_name="pause",
            name="deadline",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pauses", to="clock.deadline"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("met_on", None)),
                fields=["programme", "due_on"],
                name="clock_deadline_open",
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(fields=["subject_type", "subject_id"], name="clock_deadline_subject"),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("met_on", None)),
                fields=("subject_type", "subject_id", "name"),
                name="clock_deadline_one_open",
                violation_error_message="同一事项已有未完成的时限。",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit__gte", 1)),
                name="clock_deadline_limit_positive",
                violation_error_message="时限至少为1天。",
            ),
        ),
        migrations.AddConstraint(
            model_name="deadline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("met_on", None), ("met_on__gte", models.F("started_on")), _connector="OR"
                ),
                name="clock_deadline_met_not_before_start",
                violation_error_message="完成日不能早于起算日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_on", None), ("ended_on__gte", models.F("began_on")), _connector="OR"
                ),
                name="clock_pause_order",
                violation_error_message="中止的结束日不能早于开始日。",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="clock_pause_has_reason",
                violation_error_message="中止时限必须写明事由。",
            ),
        ),
        migrations.AddConstraint(
            model_name="pause",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on", None)),
                fields=("deadline",),
                name="clock_pause_one_open",
                violation_error_message="该时限已在中止中。",
            ),
        ),
    ]
