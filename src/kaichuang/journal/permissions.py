"""Who may read the journal."""

from __future__ import annotations

from kaichuang.kit.permissions import any_role

AUDITORS = ("auditor", "administrator")

may_audit = any_role(*AUDITORS)
"""Auditors and administrators, over the entries of their programme."""
