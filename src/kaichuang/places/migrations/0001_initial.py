import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Division",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=9,
                        primary_key=True,
                        serialize=False,
                        validators=[django.core.validators.RegexValidator("^\\d{6}(\\d{3})?$")],
                        verbose_name="行政区划代码",
                    ),
                ),
                ("name", models.CharField(max_length=60, verbose_name="名称")),
                ("short_name", models.CharField(blank=True, max_length=30, verbose_name="简称")),
                ("sort_key", models.CharField(blank=True, max_length=120)),
                (
                    "level",
                    models.SmallIntegerField(
                        choices=[(0, "国家"), (1, "省级"), (2, "地市级"), (3, "县级"), (4, "乡级")],
                        verbose_name="级别",
                    ),
                ),
                (
                    "since_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="启用年份"),
                ),
                (
                    "until_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="停用年份"),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="children",
                        to="places.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "行政区划",
                "ordering": ["code"],
                "indexes": [
                    models.Index(fields=["parent", "code"], name="places_division_parent"),
                    models.Index(fields=["name"], name="places_division_name"),
                    models.Index(fields=["short_name"], name="places_division_short"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since_year", None),
                            ("until_year", None),
                            ("since_year__lte", models.F("until_year")),
                            _connector="OR",
                        ),
                        name="places_division_valid_order",
                        violation_error_message="停用年份不能早于启用年份。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FormerName",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(db_index=True, max_length=60, verbose_name="曾用名")),
                (
                    "since_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="启用年份"),
                ),
                (
                    "until_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="停用年份"),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_names",
                        to="places.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "曾用名",
                "constraints": [
                    models.UniqueConstraint(fields=("division", "name"), name="places_former_name_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "slug",
                    models.SlugField(
                        error_messages={"unique": "该代号已被其他项目使用。"},
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9-]*$", "代号以小写字母开头，只含小写字母、数字和连字符。"
                            )
                        ],
                        verbose_name="代号",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("calendar", models.CharField(default="cn", max_length=20, verbose_name="工作日历")),
                ("business_date", models.DateField(blank=True, null=True, verbose_name="业务日期")),
                (
                    "packs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="政策包",
                    ),
                ),
                ("is_public", models.BooleanField(default=True, verbose_name="对外公开")),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="programmes",
                        to="places.division",
                        verbose_name="地区",
                    ),
                ),
                (
                    "superior",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="inferiors",
                        to="places.programme",
                        verbose_name="上级项目",
                    ),
                ),
            ],
            options={
                "verbose_name": "项目",
                "ordering": ["place_id", "slug"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("superior", None),
                            models.Q(("superior", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="places_programme_superior_not_self",
                        violation_error_message="上级项目不能是自身。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("year", models.PositiveSmallIntegerField(verbose_name="年份")),
                ("reason", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "former",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="successions",
                        to="places.division",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="predecessors",
                        to="places.division",
                    ),
                ),
            ],
            options={
                "verbose_name": "区划沿革",
                "constraints": [
                    models.UniqueConstraint(fields=("former", "successor"), name="places_succession_once"),
                    models.CheckConstraint(
                        condition=models.Q(("former", models.F("successor")), _negated=True),
                        name="places_succession_not_self",
                        violation_error_message="区划不能沿革为自身。",
                    ),
                ],
            },
        ),
    ]
