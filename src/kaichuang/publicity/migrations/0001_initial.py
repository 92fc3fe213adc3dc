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
        ("files", "0001_initial"),
        ("parties", "0001_initial"),
        ("places", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.CharField(blank=True, max_length=40, verbose_name="编号")),
                ("kind", models.CharField(max_length=40, verbose_name="类别")),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("text", models.TextField(blank=True, verbose_name="说明")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("contact", models.TextField(blank=True, verbose_name="异议受理方式")),
                ("columns", models.JSONField(default=list)),
                ("days", models.PositiveSmallIntegerField(verbose_name="公示期（工作日）")),
                ("from_next_day", models.BooleanField(default=True, verbose_name="公示首日不计入")),
                (
                    "answer_days",
                    models.PositiveSmallIntegerField(default=15, verbose_name="异议答复时限（工作日）"),
                ),
                (
                    "restart_days",
                    models.PositiveSmallIntegerField(
                        default=0, verbose_name="异议不成立后重新公示（工作日）"
                    ),
                ),
                ("opens_on", models.DateField(blank=True, null=True, verbose_name="公示开始")),
                ("closes_on", models.DateField(blank=True, null=True, verbose_name="公示截止")),
                ("digest", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "草稿"),
                            ("open", "公示中"),
                            ("closed", "公示结束"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="draft",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="撤回理由")),
                ("drafted_at", models.DateTimeField(verbose_name="起草时间")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="发布时间")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="结束日期")),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="全部办结日期")),
                (
                    "drafted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
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
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="announcements",
                        to="places.programme",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="files.document",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="announcements",
                        to="parties.unit",
                        verbose_name="公示单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示",
                "verbose_name_plural": "公示",
                "indexes": [
                    models.Index(fields=["programme", "-opened_at"], name="publicity_by_programme"),
                    models.Index(
                        condition=models.Q(("state", "open")), fields=["closes_on"], name="publicity_by_end"
                    ),
                    models.Index(
                        condition=models.Q(("settled_on", None), ("state", "closed")),
                        fields=["closed_on"],
                        name="publicity_unsettled",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("programme", "number"),
                        name="publicity_number_once",
                        violation_error_message="该公示编号已使用。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("kind", ""), _negated=True)
                        ),
                        name="publicity_has_title",
                        violation_error_message="请填写标题和类别。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("answer_days__gte", 1), ("days__gte", 1)),
                        name="publicity_days_positive",
                        violation_error_message="公示期和答复时限至少为1个工作日。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["open", "closed"]), _negated=True),
                            models.Q(
                                ("closes_on__gte", models.F("opens_on")),
                                ("opened_at__isnull", False),
                                models.Q(("number", ""), _negated=True),
                                models.Q(("digest", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="publicity_public_has_period",
                        violation_error_message="发布公示须有编号和起止日期，且截止不早于开始。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "closed"), _negated=True),
                            models.Q(("closed_on__gt", models.F("closes_on")), ("record__isnull", False)),
                            _connector="OR",
                        ),
                        name="publicity_closed_after_period",
                        violation_error_message="公示期满之后才能结束公示，并须形成公示结果记录。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("settled_on", None),
                            models.Q(("settled_on__gte", models.F("closed_on")), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="publicity_settled_after_close",
                        violation_error_message="公示结束之后才能全部办结。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "withdrawn"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="publicity_withdrawn_has_reason",
                        violation_error_message="撤回公示必须写明理由。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("position", models.PositiveIntegerField(verbose_name="序号")),
                ("subject_type", models.CharField(blank=True, max_length=80)),
                ("subject_id", models.CharField(blank=True, max_length=80)),
                ("cells", models.JSONField(default=dict)),
                ("search", models.TextField(blank=True)),
                ("amount_fen", models.BigIntegerField(blank=True, null=True, verbose_name="金额")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("listed", "公示中"),
                            ("contested", "异议核查中"),
                            ("cleared", "公示通过"),
                            ("struck", "异议成立，已撤下"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="listed",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("until", models.DateField(blank=True, null=True, verbose_name="重新公示至")),
                ("settled_on", models.DateField(blank=True, null=True, verbose_name="办结日期")),
                ("reason", models.CharField(blank=True, max_length=1000, verbose_name="撤下理由")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="lines",
                        to="publicity.announcement",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="publicity_lines",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "公示名单",
                "verbose_name_plural": "公示名单",
                "ordering": ["position"],
                "indexes": [
                    models.Index(fields=["announcement", "state"], name="publicity_line_state"),
                    models.Index(fields=["subject_type", "subject_id"], name="publicity_line_subject"),
                    models.Index(
                        condition=models.Q(("party__isnull", False)),
                        fields=["party"],
                        name="publicity_line_party",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("announcement", "position"),
                        name="publicity_line_position_once",
                        violation_error_message="序号重复。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("subject_type", ""), _negated=True),
                        fields=("announcement", "subject_type", "subject_id"),
                        name="publicity_line_subject_once",
                        violation_error_message="同一对象在一份公示中只能列一行。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("subject_id", ""), ("subject_type", "")),
                            models.Q(
                                models.Q(("subject_type", ""), _negated=True),
                                models.Q(("subject_id", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="publicity_line_subject_whole",
                        violation_error_message="公示对象不完整。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount_fen", None), ("amount_fen__gte", 0), _connector="OR"),
                        name="publicity_line_amount",
                        violation_error_message="金额不能为负数。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "struck"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="publicity_line_struck_has_reason",
                        violation_error_message="撤下名单中的一行必须写明理由。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("settled_on__isnull", False),
                                ("state__in", ("cleared", "struck", "withdrawn")),
                            ),
                            models.Q(
                                models.Q(("state__in", ("cleared", "struck", "withdrawn")), _negated=True),
                                ("settled_on", None),
                            ),
                            _connector="OR",
                        ),
                        name="publicity_line_settled",
                        violation_error_message="办结的行须有办结日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Objection",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("serial", models.PositiveIntegerField(verbose_name="顺序号")),
                ("code", models.CharField(editable=False, max_length=16, unique=True)),
                (
                    "identity_kind",
                    models.CharField(
                        choices=[("person", "个人实名"), ("organisation", "单位名义")],
                        max_length=12,
                        verbose_name="提出方式",
                    ),
                ),
                ("name", kaichuang.kit.secrets.EncryptedField(verbose_name="姓名或单位名称")),
                (
                    "phone",
                    kaichuang.kit.secrets.EncryptedField(blank=True, default="", verbose_name="联系电话"),
                ),
                (
                    "email",
                    kaichuang.kit.secrets.EncryptedField(blank=True, default="", verbose_name="电子邮箱"),
                ),
                ("text", models.TextField(verbose_name="异议内容")),
                ("lodged_at", models.DateTimeField(verbose_name="提交时间")),
                ("lodged_on", models.DateField(verbose_name="提交日期")),
                ("is_late", models.BooleanField(default=False, verbose_name="公示期外")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("lodged", "已提交"),
                            ("accepted", "核查中"),
                            ("not_accepted", "不予受理"),
                            ("upheld", "异议成立"),
                            ("dismissed", "异议不成立"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="lodged",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                (
                    "refusal",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_identity", "身份无法核实"),
                            ("out_of_scope", "不属于公示内容"),
                            ("no_facts", "没有具体事实或线索"),
                            ("repeated", "重复提出，且没有新的事实"),
                        ],
                        max_length=16,
                        verbose_name="不予受理的情形",
                    ),
                ),
                ("reason", models.TextField(blank=True, verbose_name="处理意见")),
                ("clause", models.CharField(blank=True, max_length=200, verbose_name="依据")),
                ("decided_on", models.DateField(blank=True, null=True, verbose_name="答复日期")),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="objections",
                        to="publicity.announcement",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="files.document",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="objections",
                        to="publicity.line",
                        verbose_name="异议对象",
                    ),
                ),
                (
                    "lodged_by",
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
                        related_name="objections",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "异议",
                "verbose_name_plural": "异议",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_late", False), ("state__in", ("lodged", "accepted"))),
                        fields=["announcement", "line"],
                        name="publicity_objection_holding",
                    ),
                    models.Index(fields=["party", "-id"], name="publicity_objection_party"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("announcement", "serial"),
                        name="publicity_objection_serial_once",
                        violation_error_message="异议顺序号重复。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(
                                models.Q(("phone", ""), _negated=True),
                                models.Q(("email", ""), _negated=True),
                                ("party__isnull", False),
                                _connector="OR",
                            ),
                        ),
                        name="publicity_objection_has_author",
                        violation_error_message="请填写真实姓名（或单位名称）和至少一种联系方式。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("text", ""), _negated=True),
                        name="publicity_objection_has_text",
                        violation_error_message="请写明异议的内容。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "not_accepted"), models.Q(("refusal", ""), _negated=True)),
                            models.Q(models.Q(("state", "not_accepted"), _negated=True), ("refusal", "")),
                            _connector="OR",
                        ),
                        name="publicity_objection_refused_why",
                        violation_error_message="不予受理须注明情形。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["not_accepted", "upheld", "dismissed"]), _negated=True),
                            models.Q(
                                models.Q(("reason", ""), _negated=True),
                                ("decided_on__isnull", False),
                                ("letter__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="publicity_objection_answered_why",
                        violation_error_message="答复异议须写明理由，并出具答复书。",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="08eb22b89e5370cafe3ae965202720a3a87f7333",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_192d5",
                    table="publicity_announcement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="277c26eab248530a4cd34ecca439685d896bbf1a",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_a7089",
                    table="publicity_announcement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM \'draft\' AND (OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."clause" IS DISTINCT FROM (NEW."clause") OR OLD."contact" IS DISTINCT FROM (NEW."contact") OR OLD."columns" IS DISTINCT FROM (NEW."columns") OR OLD."days" IS DISTINCT FROM (NEW."days") OR OLD."from_next_day" IS DISTINCT FROM (NEW."from_next_day") OR OLD."answer_days" IS DISTINCT FROM (NEW."answer_days") OR OLD."restart_days" IS DISTINCT FROM (NEW."restart_days") OR OLD."opens_on" IS DISTINCT FROM (NEW."opens_on") OR OLD."closes_on" IS DISTINCT FROM (NEW."closes_on") OR OLD."digest" IS DISTINCT FROM (NEW."digest")))',
                    func="\n                    RAISE EXCEPTION 'announcement % is public and cannot be changed', OLD.id\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_announcement_frozen';\n                ",
                    hash="9797029b2a1a3719ec7453bb5524b9f13b6b4ea2",
                    operation="UPDATE",
                    pgid="pgtrigger_frozen_3814c",
                    table="publicity_announcement",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="line",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                    IF coalesce(current_setting('kaichuang.door', true), '') NOT IN (\n                        TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state,\n                        TG_TABLE_NAME || ':list-' || NEW.announcement_id || ':' || NEW.state\n                    ) THEN\n                        RAISE EXCEPTION 'the state of a line changes only through its operations' USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_line_one_door';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="58e64918a9477be2553d2f7b73e7a4d7d2e38990",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_636bd",
                    table="publicity_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="line",
            trigger=pgtrigger.compiler.Trigger(
                name="final",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.\"state\" IS DISTINCT FROM (NEW.\"state\") AND OLD.\"state\" IN ('cleared', 'struck', 'withdrawn'))",
                    func="RAISE EXCEPTION 'a settled line stays as it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_line_final';",
                    hash="b445efdcfd9d707b637f2ef903bef015540eb51a",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_final_5c811",
                    table="publicity_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="line",
            trigger=pgtrigger.compiler.Trigger(
                name="cleared_when_free",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."state" = \'cleared\' AND OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n                    IF EXISTS (\n                        SELECT 1 FROM publicity_objection o\n                         WHERE o.announcement_id = NEW.announcement_id\n                           AND (o.line_id = NEW.id OR o.line_id IS NULL)\n                           AND NOT o.is_late AND o.state IN ('lodged', 'accepted')\n                    ) THEN\n                        RAISE EXCEPTION 'a line with an open objection is not cleared' USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_line_cleared_when_free';\n                    END IF;\n                    IF (SELECT state FROM publicity_announcement WHERE id = NEW.announcement_id) <> 'closed' THEN\n                        RAISE EXCEPTION 'a line is not cleared before the period is over' USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_line_cleared_when_free';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="44ebe7e29eb5c69e2b6bc7909af62078fa2b87f1",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_cleared_when_free_46dab",
                    table="publicity_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="line",
            trigger=pgtrigger.compiler.Trigger(
                name="frozen",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n                    PERFORM 1 FROM publicity_announcement\n                      WHERE id IN (NEW.announcement_id, OLD.announcement_id) AND state <> 'draft' FOR SHARE;\n                    IF FOUND THEN\n                        RAISE EXCEPTION 'a list that is public cannot be changed' USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_line_frozen';\n                    END IF;\n                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n                    RETURN NEW;\n                ",
                    hash="798dca50054389110dbdd776fcef49f02c205781",
                    operation='INSERT OR DELETE OR UPDATE OF "announcement_id", "position", "subject_type", "subject_id", "party_id", "cells", "search", "amount_fen"',
                    pgid="pgtrigger_frozen_7c454",
                    table="publicity_line",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="cdea5fc137fe0b1b2b0ca594c99cce05e4517edd",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_2ace7",
                    table="publicity_objection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e47685ac7aac9c1287c357348cf41b802277e504",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_b218a",
                    table="publicity_objection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="as_lodged",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."announcement_id" IS DISTINCT FROM (NEW."announcement_id") OR OLD."line_id" IS DISTINCT FROM (NEW."line_id") OR OLD."serial" IS DISTINCT FROM (NEW."serial") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."identity_kind" IS DISTINCT FROM (NEW."identity_kind") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."lodged_by_id" IS DISTINCT FROM (NEW."lodged_by_id") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."lodged_at" IS DISTINCT FROM (NEW."lodged_at") OR OLD."lodged_on" IS DISTINCT FROM (NEW."lodged_on") OR OLD."is_late" IS DISTINCT FROM (NEW."is_late"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="c5917c5ccf3ac5ec74efb79102d4534404ec24d3",
                    operation="UPDATE",
                    pgid="pgtrigger_as_lodged_9092b",
                    table="publicity_objection",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="objection",
            trigger=pgtrigger.compiler.Trigger(
                name="own_line",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (NEW."line_id" IS NOT NULL)',
                    func="\n                    IF NOT EXISTS (SELECT 1 FROM publicity_line\n                                    WHERE id = NEW.line_id AND announcement_id = NEW.announcement_id) THEN\n                        RAISE EXCEPTION 'the line belongs to another announcement'\n                            USING ERRCODE = 'check_violation', CONSTRAINT = 'publicity_objection_own_line';\n                    END IF;\n                    RETURN NEW;\n                ",
                    hash="b21964c64701d2138808d86c298c15a75654d161",
                    operation="INSERT",
                    pgid="pgtrigger_own_line_aba82",
                    table="publicity_objection",
                    when="BEFORE",
                ),
            ),
        ),
    ]
