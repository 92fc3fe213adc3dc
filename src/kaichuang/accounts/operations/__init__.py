from kaichuang.accounts.operations.activation import deactivate_user, reactivate_user
from kaichuang.accounts.operations.profile import change_profile, choose_language
from kaichuang.accounts.operations.rotate import rotate_secrets
from kaichuang.accounts.operations.sessions import end_sessions

__all__ = [
    "change_profile",
    "choose_language",
    "deactivate_user",
    "end_sessions",
    "reactivate_user",
    "rotate_secrets",
]
