import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("rule", models.CharField(max_length=200, verbose_name="重复规则")),
            ],
            options={
                "verbose_name": "重复预约",
            },
        ),
        migrations.CreateModel(
            name="Booking",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="时段")),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="数量")),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="用途")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待审批"),
                            ("offered", "候补待确认"),
                            ("confirmed", "已确认"),
                            ("in_use", "使用中"),
                            ("completed", "已完成"),
                            ("cancelled", "已取消"),
                            ("rejected", "未获批准"),
                            ("expired", "已过期"),
                            ("missed", "爽约"),
                            ("moved", "已改期"),
                            ("displaced", "因停用调整"),
                        ],
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("booked_at", models.DateTimeField(verbose_name="预约时间")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="保留至")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="结束时间")),
                ("overrides", models.JSONField(default=list, verbose_name="放行的规则")),
                ("override_reason", models.CharField(blank=True, max_length=200, verbose_name="放行理由")),
                ("request_key", models.UUIDField(editable=False, null=True)),
                (
                    "booked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "moved_from",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="moved_to",
                        to="booking.booking",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="bookings",
                        to="parties.party",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bookings",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "预约",
                "verbose_name_plural": "预约",
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("room", "会议室"),
                            ("desk", "工位"),
                            ("instrument", "仪器设备"),
                            ("mentor", "创业导师"),
                            ("venue", "活动场地"),
                            ("operator", "操作人员"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("location", models.CharField(blank=True, max_length=200, verbose_name="地点")),
                ("description", models.TextField(blank=True, verbose_name="说明")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("is_active", models.BooleanField(default=True, verbose_name="开放预约")),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        default=1,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="容量",
                    ),
                ),
                (
                    "holidays",
                    models.CharField(
                        choices=[("closed", "法定节假日不开放"), ("open", "不受节假日影响")],
                        default="closed",
                        max_length=10,
                        verbose_name="节假日",
                    ),
                ),
                ("step", models.PositiveSmallIntegerField(default=30, verbose_name="时间粒度（分钟）")),
                ("minimum", models.PositiveIntegerField(default=30, verbose_name="最短时长（分钟）")),
                ("maximum", models.PositiveIntegerField(default=480, verbose_name="最长时长（分钟）")),
                ("notice", models.PositiveIntegerField(default=0, verbose_name="至少提前（分钟）")),
                ("horizon", models.PositiveIntegerField(default=30, verbose_name="最多提前（天）")),
                (
                    "buffer_before",
                    models.PositiveSmallIntegerField(default=0, verbose_name="前置准备（分钟）"),
                ),
                (
                    "buffer_after",
                    models.PositiveSmallIntegerField(default=0, verbose_name="后置清理（分钟）"),
                ),
                ("needs_approval", models.BooleanField(default=False, verbose_name="须审批")),
                (
                    "approval_hold",
                    models.PositiveIntegerField(default=2880, verbose_name="待审批保留（分钟）"),
                ),
                ("offer_hold", models.PositiveIntegerField(default=60, verbose_name="候补保留（分钟）")),
                ("needs_check_in", models.BooleanField(default=False, verbose_name="须签到")),
                ("late_cancel", models.PositiveIntegerField(default=120, verbose_name="迟取消界限（分钟）")),
                ("no_show_after", models.PositiveIntegerField(default=30, verbose_name="爽约界限（分钟）")),
                (
                    "offers",
                    models.ManyToManyField(
                        blank=True, related_name="offered_by", to="booking.resource", verbose_name="可选附加"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="resources",
                        to="parties.party",
                        verbose_name="管理单位",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resources",
                        to="places.programme",
                    ),
                ),
                (
                    "requires",
                    models.ManyToManyField(
                        blank=True,
                        related_name="required_by",
                        to="booking.resource",
                        verbose_name="须同时预约",
                    ),
                ),
                (
                    "whole",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="parts",
                        to="booking.resource",
                        verbose_name="所属整体",
                    ),
                ),
            ],
            options={
                "verbose_name": "可预约资源",
                "verbose_name_plural": "可预约资源",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "owner", "name"),
                        name="booking_resource_name_once",
                        violation_error_message="本单位已有同名资源。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capacity__gte", 1)),
                        name="booking_resource_capacity",
                        violation_error_message="容量至少为1。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("maximum__gte", models.F("minimum")),
                            ("minimum__gte", models.F("step")),
                            ("step__gte", 1),
                        ),
                        name="booking_resource_lengths",
                        violation_error_message="时长须满足：粒度 ≤ 最短 ≤ 最长。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("whole", None),
                            models.Q(("whole", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="booking_resource_not_its_own_part",
                        violation_error_message="资源不能是自身的一部分。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Quota",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("room", "会议室"),
                            ("desk", "工位"),
                            ("instrument", "仪器设备"),
                            ("mentor", "创业导师"),
                            ("venue", "活动场地"),
                            ("operator", "操作人员"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                (
                    "period",
                    models.CharField(
                        choices=[("day", "每天"), ("week", "每周"), ("month", "每月"), ("year", "每年")],
                        max_length=6,
                        verbose_name="周期",
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("bookings", "次"), ("minutes", "分钟")], max_length=10, verbose_name="单位"
                    ),
                ),
                ("limit", models.PositiveIntegerField(verbose_name="上限")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking_quotas",
                        to="places.programme",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="quotas",
                        to="booking.resource",
                    ),
                ),
            ],
            options={
                "verbose_name": "预约限额",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resource", None), models.Q(("kind", ""), _negated=True)),
                            models.Q(("resource__isnull", False), ("kind", "")),
                            _connector="OR",
                        ),
                        name="booking_quota_target",
                        violation_error_message="限额须针对一个资源或一类资源。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Outage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="时段")),
                ("is_planned", models.BooleanField(default=True, verbose_name="计划内")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("declared_at", models.DateTimeField(verbose_name="登记时间")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="恢复时间")),
                (
                    "declared_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="outages",
                        to="booking.resource",
                    ),
                ),
            ],
            options={
                "verbose_name": "停用",
                "verbose_name_plural": "停用",
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("weekday", models.PositiveSmallIntegerField(verbose_name="星期")),
                ("opens", models.TimeField(verbose_name="开放")),
                ("closes", models.TimeField(verbose_name="关闭")),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hours",
                        to="booking.resource",
                    ),
                ),
            ],
            options={
                "verbose_name": "开放时间",
                "ordering": ["weekday", "opens"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("weekday__range", (1, 8))),
                        name="booking_hours_weekday",
                        violation_error_message="星期须为1至7；8表示调休上班日。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))),
                        name="booking_hours_order",
                        violation_error_message="关闭时间须晚于开放时间。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningException",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("date", models.DateField(verbose_name="日期")),
                ("opens", models.TimeField(blank=True, null=True, verbose_name="开放")),
                ("closes", models.TimeField(blank=True, null=True, verbose_name="关闭")),
                ("reason", models.CharField(blank=True, max_length=120, verbose_name="说明")),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exceptions",
                        to="booking.resource",
                    ),
                ),
            ],
            options={
                "verbose_name": "开放例外",
                "ordering": ["date", "opens"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closes", None), ("opens", None)),
                            ("closes__gt", models.F("opens")),
                            _connector="OR",
                        ),
                        name="booking_exception_both_or_none",
                        violation_error_message="请同时填写开放和关闭时间，或都留空表示全天关闭。",
                    ),
                    models.UniqueConstraint(
                        fields=("resource", "date", "opens"),
                        name="booking_exception_once",
                        nulls_distinct=False,
                        violation_error_message="该日期已有相同的例外。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("span", django.contrib.postgres.fields.ranges.DateTimeRangeField()),
                ("lanes", django.contrib.postgres.fields.ranges.IntegerRangeField()),
                ("is_live", models.BooleanField(default=True)),
                (
                    "booking",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="booking.booking",
                    ),
                ),
                (
                    "outage",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="booking.outage",
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="claims",
                        to="booking.resource",
                    ),
                ),
            ],
            options={
                "verbose_name": "占用",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("is_live", True)),
                        expressions=[("resource", "="), ("lanes", "&&"), ("span", "&&")],
                        name="booking_claim_no_overlap",
                        violation_error_message="该时段刚刚被预约，请另选时段。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("booking", None), ("outage", None), _connector="XOR"),
                        name="booking_claim_one_reason",
                        violation_error_message="占用须属于预约或停用之一。",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="booking",
            name="extras",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="booking.resource", verbose_name="附加"
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="resource",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="bookings", to="booking.resource"
            ),
        ),
        migrations.AddField(
            model_name="booking",
            name="series",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="bookings",
                to="booking.series",
            ),
        ),
        migrations.CreateModel(
            name="Strike",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("no_show", "爽约"), ("late_cancel", "迟取消")],
                        max_length=12,
                        verbose_name="类型",
                    ),
                ),
                ("on", models.DateField(verbose_name="日期")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("counted", "计入"),
                            ("appealed", "申诉中"),
                            ("upheld", "维持"),
                            ("waived", "撤销"),
                        ],
                        default="counted",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("appeal", models.TextField(blank=True, verbose_name="申诉理由")),
                ("answer", models.TextField(blank=True, verbose_name="处理意见")),
                (
                    "booking",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="strike",
                        to="booking.booking",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="booking_strikes",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "失约记录",
                "indexes": [models.Index(fields=["party", "on"], name="booking_strike_party")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["upheld", "waived"]), _negated=True),
                            models.Q(("answer", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="booking_strike_answered",
                        violation_error_message="请填写处理意见。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="期间")),
                ("reason", models.CharField(max_length=200, verbose_name="原因")),
                ("is_lifted", models.BooleanField(default=False, verbose_name="已解除")),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking_suspensions",
                        to="parties.party",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.programme"
                    ),
                ),
            ],
            options={
                "verbose_name": "暂停预约",
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("is_lifted", False)),
                        expressions=[("programme", "="), ("party", "="), ("period", "&&")],
                        name="booking_suspension_no_overlap",
                        violation_error_message="该主体在此期间已被暂停预约。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("period", django.contrib.postgres.fields.ranges.DateTimeRangeField(verbose_name="时段")),
                ("quantity", models.PositiveIntegerField(default=1, verbose_name="数量")),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="用途")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "候补中"),
                            ("offered", "已递补"),
                            ("served", "已确认"),
                            ("lapsed", "已失效"),
                            ("withdrawn", "已退出"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="登记时间")),
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
                    "offer",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="wait_entry",
                        to="booking.booking",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="parties.party"
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="places.programme"
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting",
                        to="booking.resource",
                    ),
                ),
            ],
            options={
                "verbose_name": "候补",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["resource", "id"],
                        name="booking_wait_queue",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["waiting", "offered"])),
                        fields=("resource", "party", "period"),
                        name="booking_wait_once",
                        violation_error_message="您已在该时段的候补名单中。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "offered"), _negated=True),
                            ("offer__isnull", False),
                            _connector="OR",
                        ),
                        name="booking_wait_offer_named",
                        violation_error_message="递补须对应一笔预约。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Ladder",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("strikes", models.PositiveSmallIntegerField(verbose_name="次数")),
                ("window_days", models.PositiveSmallIntegerField(verbose_name="统计天数")),
                ("suspend_days", models.PositiveSmallIntegerField(verbose_name="暂停天数")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="booking_ladder",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "失约处理规则",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "strikes"),
                        name="booking_ladder_once",
                        violation_error_message="该次数已有规则。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QuotaUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("begins_on", models.DateField()),
                ("used", models.PositiveIntegerField(default=0)),
                ("ceiling", models.PositiveIntegerField()),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="parties.party"
                    ),
                ),
                (
                    "quota",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="uses", to="booking.quota"
                    ),
                ),
            ],
            options={
                "verbose_name": "限额使用",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("quota", "party", "begins_on"), name="booking_quota_use_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("used__lte", models.F("ceiling"))),
                        name="booking_quota_use_within",
                        violation_error_message="已达到本周期的预约限额。",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["party", "-id"], name="booking_booking_party"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(fields=["resource", "period"], name="booking_booking_resource"),
        ),
        migrations.AddIndex(
            model_name="booking",
            index=models.Index(
                condition=models.Q(("state__in", ["pending", "offered"])),
                fields=["expires_at"],
                name="booking_booking_expiring",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.UniqueConstraint(
                condition=models.Q(("request_key__isnull", False)),
                fields=("party", "request_key"),
                name="booking_booking_request_once",
                violation_error_message="该预约请求已提交，请勿重复提交。",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(("quantity__gte", 1)),
                name="booking_booking_quantity",
                violation_error_message="数量至少为1。",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period__isempty", False), ("period__lower_inf", False), ("period__upper_inf", False)
                ),
                name="booking_booking_period_bounded",
                violation_error_message="请填写开始和结束时间，且结束须晚于开始。",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["pending", "offered"]), _negated=True),
                    ("expires_at__isnull", False),
                    _connector="OR",
                ),
                name="booking_booking_holds_expire",
                violation_error_message="待确认的预约必须有保留期限。",
            ),
        ),
        migrations.AddConstraint(
            model_name="booking",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("overrides", []), models.Q(("override_reason", ""), _negated=True), _connector="OR"
                ),
                name="booking_booking_override_has_reason",
                violation_error_message="放行规则必须写明理由。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="booking",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="b25c2fee6913e5189663fd4afa3dfd7895f64416",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_662fe",
                    table="booking_booking",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="booking",
            trigger=pgtrigger.compiler.Trigger(
                name="follow_state",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    UPDATE booking_claim\n                       SET is_live = NEW.state IN ('pending', 'offered', 'confirmed', 'in_use', 'completed')\n                     WHERE booking_id = NEW.id;\n                    RETURN NULL;\n                ",
                    hash="b8c94c7f845a5991f1027412e3ff08e28465138b",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_follow_state_cdfde",
                    table="booking_booking",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="strike",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="d8af88ccc016591046b08457fa1bd09462bc9f95",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_f73d0",
                    table="booking_strike",
                    when="BEFORE",
                ),
            ),
        ),
    ]
