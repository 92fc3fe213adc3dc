import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.operations
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import kaichuang.kit.secrets
import kaichuang.parties.models.party


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("places", "0001_initial"),
    ]

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        django.contrib.postgres.operations.TrigramExtension(),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "个人"), ("team", "团队"), ("organisation", "单位")],
                        max_length=12,
                        verbose_name="类别",
                    ),
                ),
                ("name", models.CharField(max_length=200, verbose_name="名称")),
                ("sort_key", models.CharField(blank=True, editable=False, max_length=300)),
                ("sound", models.CharField(blank=True, editable=False, max_length=600)),
                (
                    "grams",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, editable=False, size=None
                    ),
                ),
                (
                    "uscc",
                    models.CharField(
                        blank=True,
                        max_length=18,
                        validators=[kaichuang.parties.models.party.validate_uscc],
                        verbose_name="统一社会信用代码",
                    ),
                ),
                (
                    "identity_number",
                    kaichuang.kit.secrets.EncryptedField(blank=True, default="", verbose_name="身份证号"),
                ),
                ("identity_hash", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "phone",
                    kaichuang.kit.secrets.EncryptedField(blank=True, default="", verbose_name="联系电话"),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="电子邮箱")),
                ("registered_on", models.DateField(blank=True, null=True, verbose_name="成立日期")),
                ("closed_on", models.DateField(blank=True, null=True, verbose_name="注销日期")),
                (
                    "division",
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
                    "registered_in",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="places.programme",
                        verbose_name="登记项目",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="party",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="账号",
                    ),
                ),
            ],
            options={
                "verbose_name": "主体",
                "verbose_name_plural": "主体",
                "indexes": [
                    models.Index(fields=["kind", "sort_key"], name="parties_party_sorted"),
                    django.contrib.postgres.indexes.GinIndex(fields=["grams"], name="parties_party_grams"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("sound", name="gin_trgm_ops"),
                        name="parties_party_sound",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass("name", name="gin_trgm_ops"),
                        name="parties_party_name",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("uscc", ""), _negated=True),
                        fields=("uscc",),
                        name="parties_party_uscc_once",
                        violation_error_message="该统一社会信用代码已登记。请改为申请加入该单位。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("identity_hash", ""), _negated=True),
                        fields=("identity_hash",),
                        name="parties_party_identity_once",
                        violation_error_message="该身份证号已登记。请用原账号登录。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("uscc", ""), ("kind", "organisation"), _connector="OR"),
                        name="parties_party_uscc_for_organisations",
                        violation_error_message="只有单位才有统一社会信用代码。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind", "person"),
                            models.Q(("identity_hash", ""), ("identity_number", ""), ("user", None)),
                            _connector="OR",
                        ),
                        name="parties_party_person_only_fields",
                        violation_error_message="只有个人才有身份证号和登录账号。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="parties_party_has_name",
                        violation_error_message="请填写名称。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("registered_on", None),
                            ("closed_on__gte", models.F("registered_on")),
                            _connector="OR",
                        ),
                        name="parties_party_closed_after_registration",
                        violation_error_message="注销日期不能早于成立日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("owner", "负责人"), ("editor", "经办人"), ("viewer", "查看人")],
                        max_length=10,
                        verbose_name="身份",
                    ),
                ),
                ("since", models.DateField(verbose_name="起始日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "成员",
                "indexes": [models.Index(fields=["party", "until"], name="parties_membership_party")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("user", "party"),
                        name="parties_membership_one_open",
                        violation_error_message="该用户已是本主体的成员。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="parties_membership_order",
                        violation_error_message="截止日期不能早于起始日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("owner", "负责人"), ("editor", "经办人"), ("viewer", "查看人")],
                        max_length=10,
                        verbose_name="身份",
                    ),
                ),
                ("by_party", models.BooleanField(verbose_name="由主体邀请")),
                ("message", models.CharField(blank=True, max_length=200, verbose_name="说明")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "待答复"),
                            ("accepted", "已接受"),
                            ("declined", "已谢绝"),
                            ("withdrawn", "已撤回"),
                        ],
                        default="pending",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="提出时间")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="admissions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="admissions",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "邀请与申请加入",
                "ordering": ["-asked_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending")),
                        fields=("user", "party"),
                        name="parties_admission_one_pending",
                        violation_error_message="已有待答复的邀请或申请。",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("legal_representative", "法定代表人"),
                            ("shareholder", "股东"),
                            ("director", "董事、监事或高管"),
                            ("employee", "员工"),
                            ("mentor", "导师"),
                            ("kin", "亲属"),
                            ("member", "团队成员"),
                            ("parent", "上级单位"),
                        ],
                        max_length=24,
                        verbose_name="关系",
                    ),
                ),
                (
                    "share_bp",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, verbose_name="持股比例（万分之）"
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="起始日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                ("evidence", models.CharField(blank=True, max_length=200, verbose_name="来源")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="relations",
                        to="parties.party",
                    ),
                ),
                (
                    "target",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_by",
                        to="parties.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "关系",
                "indexes": [models.Index(fields=["target", "kind"], name="parties_relation_target")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("source", "target", "kind"),
                        name="parties_relation_one_open",
                        violation_error_message="该关系已登记。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("source", models.F("target")), _negated=True),
                        name="parties_relation_not_self",
                        violation_error_message="主体不能与自身建立关系。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("share_bp", None),
                            models.Q(("kind", "shareholder"), ("share_bp__lte", 10000)),
                            _connector="OR",
                        ),
                        name="parties_relation_share",
                        violation_error_message="持股比例只用于股东，且不超过100%。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("since", None),
                            ("until", None),
                            ("until__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="parties_relation_order",
                        violation_error_message="截止日期不能早于起始日期。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(blank=True, max_length=80, verbose_name="代号")),
                ("name", models.CharField(max_length=120, verbose_name="名称")),
                ("aliases", models.JSONField(blank=True, default=list, verbose_name="别称")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="units",
                        to="places.programme",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="predecessors",
                        to="parties.unit",
                        verbose_name="现单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "责任单位",
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "name"),
                        name="parties_unit_once",
                        violation_error_message="本项目中已有同名单位。",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("key", ""), _negated=True),
                        fields=("programme", "key"),
                        name="parties_unit_key_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("successor", None),
                            models.Q(("successor", models.F("id")), _negated=True),
                            _connector="OR",
                        ),
                        name="parties_unit_successor_not_self",
                        violation_error_message="现单位不能是自身。",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "管理员"),
                            ("leader", "领导"),
                            ("officer", "业务经办"),
                            ("clerk", "政策文书"),
                            ("finance", "财政"),
                            ("auditor", "审计"),
                            ("inspector", "检查员"),
                            ("statistician", "统计员"),
                            ("expert", "评审专家"),
                            ("operator", "载体运营方"),
                            ("founder", "创业者"),
                            ("provider", "服务机构"),
                            ("mentor", "创业导师"),
                            ("investor", "投资人"),
                            ("bank", "金融机构"),
                        ],
                        max_length=20,
                        verbose_name="角色",
                    ),
                ),
                ("since", models.DateField(verbose_name="起始日期")),
                ("until", models.DateField(blank=True, null=True, verbose_name="截止日期")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="role_grants",
                        to="places.programme",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="role_grants",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="role_grants",
                        to="parties.unit",
                        verbose_name="单位",
                    ),
                ),
            ],
            options={
                "verbose_name": "角色授予",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("user", "programme", "role"),
                        name="parties_role_grant_one_open",
                        violation_error_message="该用户在本项目中已有此角色。",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="parties_role_grant_order",
                        violation_error_message="截止日期不能早于起始日期。",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            ("programme", "="),
                            ("role", "="),
                            (models.Func("since", "until", models.Value("[]"), function="daterange"), "&&"),
                        ],
                        name="parties_role_grant_no_overlap",
                        violation_error_message="该用户在这段时间已有此角色。",
                    ),
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="admission",
            trigger=pgtrigger.compiler.Trigger(
                name="one_door",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."state" IS DISTINCT FROM (NEW."state"))',
                    func="\n            IF coalesce(current_setting('kaichuang.door', true), '')\n               <> TG_TABLE_NAME || ':' || NEW.id || ':' || NEW.state THEN\n                RAISE EXCEPTION 'state of % % changes only through journal.transition', TG_TABLE_NAME, NEW.id\n                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_one_door';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="190d921195c2ac7d41bf475420c24c034e3fdfe6",
                    operation='UPDATE OF "state"',
                    pgid="pgtrigger_one_door_4df5a",
                    table="parties_admission",
                    when="BEFORE",
                ),
            ),
        ),
    ]
