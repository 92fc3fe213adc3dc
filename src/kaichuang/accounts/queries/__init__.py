from kaichuang.accounts.queries.language import normal_language
from kaichuang.accounts.queries.users import users_for

__all__ = ["normal_language", "users_for"]
