import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("clock", "0001_initial"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispatch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=20, verbose_name="渠道")),
                ("address", models.CharField(max_length=254, verbose_name="地址")),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "待发送"), ("sent", "已发送"), ("failed", "发送失败")],
                        default="queued",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="尝试次数")),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="发送时间")),
                ("error", models.TextField(blank=True, verbose_name="错误")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dispatches",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "发送",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["created_at"],
                        name="notices_dispatch_queued",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at", None)),
                            _connector="OR",
                        ),
                        name="notices_dispatch_sent_at",
                        violation_error_message="已发送的须有发送时间。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60, verbose_name="类别")),
                ("params", models.JSONField(blank=True, default=dict)),
                (
                    "level",
                    models.CharField(
                        choices=[("info", "告知"), ("action", "需办理"), ("urgent", "紧急")],
                        default="info",
                        max_length=10,
                        verbose_name="级别",
                    ),
                ),
                ("link", models.CharField(blank=True, max_length=500, verbose_name="链接")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("subject_type", models.CharField(blank=True, max_length=80)),
                ("subject_id", models.CharField(blank=True, max_length=80)),
                ("audience", models.CharField(max_length=300, verbose_name="对象")),
                ("key", models.CharField(max_length=200, unique=True)),
                ("created_at", models.DateTimeField(verbose_name="时间")),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="places.programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "通知",
                "indexes": [
                    models.Index(fields=["subject_type", "subject_id"], name="notices_notice_subject")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("link", ""),
                            models.Q(
                                ("link__startswith", "/"), models.Q(("link__startswith", "//"), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="notices_notice_link_local",
                        violation_error_message="链接须是本站地址。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("each", "及时发送"),
                            ("daily", "每日汇总"),
                            ("none", "不发送（紧急的除外）"),
                        ],
                        default="each",
                        max_length=10,
                        verbose_name="邮件",
                    ),
                ),
                ("quiet_from", models.TimeField(default=datetime.time(22, 0), verbose_name="免打扰开始")),
                ("quiet_until", models.TimeField(default=datetime.time(7, 0), verbose_name="免打扰结束")),
                ("digest_at", models.TimeField(default=datetime.time(8, 0), verbose_name="汇总时间")),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="places.programme",
                        verbose_name="项目",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notice_preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "通知设置",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "programme"),
                        name="notices_preference_once",
                        nulls_distinct=False,
                        violation_error_message="该项目已有通知设置。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="阅读时间")),
                (
                    "notice",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="notices.notice",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "收件",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["user", "-id"], name="notices_receipt_inbox"),
                    models.Index(
                        condition=models.Q(("read_at", None)), fields=["user"], name="notices_receipt_unread"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("notice", "user"),
                        name="notices_receipt_once",
                        violation_error_message="该通知已送达此人。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Posting",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("channel", models.CharField(max_length=20, verbose_name="渠道")),
                ("due_at", models.DateTimeField(verbose_name="最早发送时间")),
                (
                    "dispatch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="postings",
                        to="notices.dispatch",
                    ),
                ),
                (
                    "receipt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="postings",
                        to="notices.receipt",
                    ),
                ),
            ],
            options={
                "verbose_name": "待发",
                "indexes": [
                    models.Index(
                        condition=models.Q(("dispatch", None)),
                        fields=["due_at"],
                        name="notices_posting_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("receipt", "channel"),
                        name="notices_posting_once",
                        violation_error_message="该通知已经由此渠道发送。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60, verbose_name="事项")),
                ("params", models.JSONField(blank=True, default=dict)),
                ("subject_type", models.CharField(max_length=80)),
                ("subject_id", models.CharField(max_length=80)),
                ("link", models.CharField(blank=True, max_length=500, verbose_name="链接")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="依据")),
                ("role", models.CharField(blank=True, max_length=20, verbose_name="角色")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="到期日")),
                ("opened_at", models.DateTimeField(verbose_name="派发时间")),
                ("opened_on", models.DateField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "待办"), ("done", "已办"), ("withdrawn", "已撤回")],
                        default="open",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="办结时间")),
                ("reminded_on", models.DateField(editable=False, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="办结人",
                    ),
                ),
                (
                    "deadline",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="work_items",
                        to="clock.deadline",
                        verbose_name="时限",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="work_items",
                        to="parties.party",
                        verbose_name="主体",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="work_items",
                        to="places.programme",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="work_items",
                        to="parties.unit",
                        verbose_name="单位",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="work_items",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="个人",
                    ),
                ),
            ],
            options={
                "verbose_name": "待办",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["user"], name="notices_work_user"
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["programme", "role"],
                        name="notices_work_role",
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["unit"], name="notices_work_unit"
                    ),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["party"], name="notices_work_party"
                    ),
                    models.Index(fields=["subject_type", "subject_id"], name="notices_work_subject"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=(
                            "programme",
                            "subject_type",
                            "subject_id",
                            "kind",
                            "user",
                            "role",
                            "unit",
                            "party",
                        ),
                        name="notices_work_one_open",
                        nulls_distinct=False,
                        violation_error_message="同一事项已派发给该对象，尚未办结。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("party", None), ("role", ""), ("unit", None), ("user__isnull", False)),
                            models.Q(("party__isnull", False), ("role", ""), ("unit", None), ("user", None)),
                            models.Q(
                                models.Q(
                                    ("unit__isnull", False),
                                    models.Q(("role", ""), _negated=True),
                                    _connector="OR",
                                ),
                                ("party", None),
                                ("user", None),
                            ),
                            _connector="OR",
                        ),
                        name="notices_work_recipient",
                        violation_error_message="请指定一个办理对象：个人、角色、单位或主体。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on", None), ("deadline", None), _connector="OR"),
                        name="notices_work_one_due",
                        violation_error_message="到期日与时限只能有一个。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True), ("closed_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="notices_work_closed_at",
                        violation_error_message="已办结或撤回的事项须有时间。",
                    ),
                ],
            },
        ),
    ]
