import django.contrib.postgres.indexes
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
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("notice", "通知书"),
                            ("certificate", "证书"),
                            ("statement", "明细单"),
                            ("report", "报告"),
                        ],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("template", models.CharField(max_length=80)),
                ("title", models.CharField(max_length=200, verbose_name="标题")),
                ("number", models.CharField(blank=True, max_length=80, verbose_name="文号")),
                ("issuer", models.CharField(max_length=200, verbose_name="签发单位")),
                ("subject_type", models.CharField(blank=True, max_length=80)),
                ("subject_id", models.CharField(blank=True, max_length=80)),
                ("data", models.JSONField()),
                ("facts", models.JSONField(default=list)),
                ("code", models.CharField(max_length=16, unique=True, verbose_name="验证码")),
                ("issued_at", models.DateTimeField(verbose_name="签发时间")),
                (
                    "state",
                    models.CharField(
                        choices=[("issued", "有效"), ("revoked", "已撤销"), ("superseded", "已被替代")],
                        default="issued",
                        max_length=12,
                        verbose_name="状态",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="失效时间")),
                ("ended_reason", models.CharField(blank=True, max_length=300, verbose_name="失效原因")),
            ],
            options={
                "verbose_name": "文书",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Content",
            fields=[
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        primary_key=True,
                        serialize=False,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}$")],
                    ),
                ),
                ("size", models.BigIntegerField(verbose_name="大小")),
                ("media_type", models.CharField(max_length=100, verbose_name="类型")),
                ("stored_at", models.DateTimeField(verbose_name="存入时间")),
                ("purged_at", models.DateTimeField(null=True, verbose_name="清除时间")),
            ],
            options={
                "verbose_name": "文件内容",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("size__gt", 0)),
                        name="files_content_not_empty",
                        violation_error_message="文件是空的。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("name", models.CharField(max_length=255, verbose_name="文件名")),
                ("kind", models.CharField(blank=True, max_length=60, verbose_name="材料类别")),
                ("labels", models.JSONField(blank=True, default=list, verbose_name="标签")),
                ("subject_type", models.CharField(blank=True, max_length=80)),
                ("subject_id", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[("active", "有效"), ("withdrawn", "已撤回")],
                        default="active",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True, verbose_name="撤回时间")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="attachments",
                        to="parties.party",
                        verbose_name="主体",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="attachments",
                        to="places.programme",
                    ),
                ),
                (
                    "uploaded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="上传人",
                    ),
                ),
                (
                    "content",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="attachments",
                        to="files.content",
                    ),
                ),
            ],
            options={
                "verbose_name": "附件",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["subject_type", "subject_id"], name="files_attachment_subject"),
                    models.Index(fields=["owner", "-id"], name="files_attachment_owner"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["labels"], name="files_attachment_labels"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="files_attachment_has_name",
                        violation_error_message="文件没有名称。",
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
                        name="files_attachment_subject_whole",
                        violation_error_message="附件所属的事项不完整。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "active"), ("withdrawn_at", None)),
                            models.Q(("state", "withdrawn"), ("withdrawn_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="files_attachment_withdrawn_at",
                        violation_error_message="撤回的附件须有撤回时间。",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="content",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="23a5b32f41cb8d58f88a6f57dfe7614682e87e7d",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_0c413",
                    table="files_content",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="content",
            trigger=pgtrigger.compiler.Trigger(
                name="hash_and_size_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."sha256" IS DISTINCT FROM (NEW."sha256") OR OLD."size" IS DISTINCT FROM (NEW."size"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="f438bc0e3597c0dcd439324422c4968cea669cdd",
                    operation="UPDATE",
                    pgid="pgtrigger_hash_and_size_fixed_dfb41",
                    table="files_content",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="attachment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.RESTRICT, related_name="document", to="files.attachment"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="issued_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="签发人",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="programme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.RESTRICT, related_name="documents", to="places.programme"
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="documents",
                to="parties.party",
                verbose_name="送达",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="successor",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="predecessors",
                to="files.document",
                verbose_name="替代文书",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="61887b5d3901a2a46795d355b97fd1b42b70b659",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_676b9",
                    table="files_attachment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="efff817bbb2cf7b8c4964895570fa09c51216134",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_31c34",
                    table="files_attachment",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="attachment",
            trigger=pgtrigger.compiler.Trigger(
                name="content_fixed",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."content_id" IS DISTINCT FROM (NEW."content_id") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."uploaded_by_id" IS DISTINCT FROM (NEW."uploaded_by_id") OR OLD."uploaded_at" IS DISTINCT FROM (NEW."uploaded_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="2e125dbe4fe31c84f9ee077f64fe4d4943518769",
                    operation="UPDATE",
                    pgid="pgtrigger_content_fixed_d0625",
                    table="files_attachment",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["subject_type", "subject_id"], name="files_document_subject"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["recipient", "-id"], name="files_document_recipient"),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(fields=["programme", "-id"], name="files_document_programme"),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(
                condition=models.Q(("number", ""), _negated=True),
                fields=("programme", "number"),
                name="files_document_number_once",
                violation_error_message="该文号已使用，请另编文号。",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at", None), ("state", "issued"), ("successor", None)),
                    models.Q(("ended_at__isnull", False), ("state", "revoked"), ("successor", None)),
                    models.Q(
                        ("ended_at__isnull", False), ("state", "superseded"), ("successor__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="files_document_state_fields",
                violation_error_message="撤销须有时间，替代须指明新的文书。",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("successor", None),
                    models.Q(("successor", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="files_document_successor_not_self",
                violation_error_message="文书不能由自身替代。",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="6d6ebdf4856fb27d10272728607b43586464d1ae",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_94841",
                    table="files_document",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="never_deleted",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;",
                    hash="e35fae1e28bada5071eb6bf54e1a4b4349b47c93",
                    operation="DELETE",
                    pgid="pgtrigger_never_deleted_d3cca",
                    table="files_document",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="document",
            trigger=pgtrigger.compiler.Trigger(
                name="as_issued",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."template" IS DISTINCT FROM (NEW."template") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."data" IS DISTINCT FROM (NEW."data") OR OLD."facts" IS DISTINCT FROM (NEW."facts") OR OLD."code" IS DISTINCT FROM (NEW."code") OR OLD."attachment_id" IS DISTINCT FROM (NEW."attachment_id") OR OLD."issued_at" IS DISTINCT FROM (NEW."issued_at"))',
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;",
                    hash="5c19c02a08e859d017f122ad3995b97d1f7f5f8c",
                    operation="UPDATE",
                    pgid="pgtrigger_as_issued_b6652",
                    table="files_document",
                    when="BEFORE",
                ),
            ),
        ),
    ]
