"""End sessions."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from kaichuang.accounts.models import User


def end_sessions(*, user: User, keep: str = "") -> int:
    """End all sessions of the user but the one with session key `keep`; returns how many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=keep)
    count = 0
    for session in sessions:
        session.end()
        count += 1
    return count
