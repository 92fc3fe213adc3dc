"""One row of the audit journal."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kaichuang.kit.models import Model
from kaichuang.kit.triggers import append_only

CONTENT = (
    "recorded_at",
    "at",
    "kind",
    "scope",
    "action",
    "subject_type",
    "subject_id",
    "from_state",
    "to_state",
    "reason",
    "actor_kind",
    "actor_user_id",
    "actor_party_id",
    "actor_name",
    "payload",
)
"""The columns that the row's hash covers, in this order."""


def hash_expression(row: str) -> str:
    """SQL for the SHA-256 of a row's content: a JSON array has one reading only, whatever the texts hold."""
    columns = ", ".join(
        f"extract(epoch from {row}.{name})" if name in {"recorded_at", "at"} else f"{row}.{name}"
        for name in CONTENT
    )
    return f"sha256(convert_to(jsonb_build_array({columns})::text, 'UTF8'))"


class Kind(models.TextChoices):
    MOVE = "move", _("状态变更")
    CHANGE = "change", _("内容变更")
    VIEW = "view", _("查看个人信息")


class Entry(Model):
    """Who did what to which row, for whom, when and why.

    `scope` is the chain of the row, usually the programme's slug; empty for the installation itself.
    `at` is the business time that was passed in, `recorded_at` the database's own clock.
    The hash is written by a trigger, so no code path can forget or forge it; see Note [Sealing] in `seal.py`.
    """

    recorded_at = models.DateTimeField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    scope = models.CharField(max_length=80, blank=True, db_default="")
    action = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=80)
    from_state = models.CharField(max_length=40, blank=True, db_default="")
    to_state = models.CharField(max_length=40, blank=True, db_default="")
    reason = models.TextField(blank=True, db_default="")
    actor_kind = models.CharField(max_length=10)
    actor_user_id = models.BigIntegerField(null=True)
    actor_party_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=150, blank=True, db_default="")
    payload = models.JSONField(default=dict)
    row_hash = models.BinaryField(max_length=32, editable=False)

    class Meta:
        verbose_name = _("操作记录")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="journal_entry_subject"),
            models.Index(fields=["scope", "-id"], name="journal_entry_scope"),
            models.Index(fields=["actor_user_id", "-id"], name="journal_entry_user"),
        ]
        constraints = [
            models.CheckConstraint(
                name="journal_entry_move_has_states",
                condition=~Q(kind=Kind.MOVE) | (~Q(to_state="") & ~Q(action="")),
                violation_error_message=_("状态变更必须写明目标状态。"),
            ),
        ]
        triggers = [
            append_only(),
            pgtrigger.Trigger(
                name="hash_row",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=f"""
                    NEW.recorded_at := clock_timestamp();
                    NEW.row_hash := {hash_expression("NEW")};
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="queue_for_seal",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                func="INSERT INTO journal_unsealed (entry_id) VALUES (NEW.id); RETURN NULL;",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"
