"""Who may do what with the clock."""

from __future__ import annotations

from kaichuang.kit.permissions import any_role

may_edit_calendar = any_role("administrator")
"""Administrators: a calendar serves all programmes of the installation."""

may_see_deadlines = any_role("administrator", "leader", "officer", "clerk", "finance", "auditor", "inspector")
"""The programme's public servants, on its own list; everybody else sees a deadline beside its subject."""
