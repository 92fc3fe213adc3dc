from kaichuang.notices.queries.inbox import inbox_for, unread_count
from kaichuang.notices.queries.words import words_of, work_title
from kaichuang.notices.queries.work import all_work_for, with_due, work_for

__all__ = [
    "all_work_for",
    "inbox_for",
    "unread_count",
    "with_due",
    "words_of",
    "work_for",
    "work_title",
]
