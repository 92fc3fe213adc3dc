from kaichuang.notices.operations.dispatch import collect_due, requeue_stuck, send_dispatch
from kaichuang.notices.operations.notify import notify
from kaichuang.notices.operations.preferences import save_preference
from kaichuang.notices.operations.read import mark_all_read, mark_read
from kaichuang.notices.operations.remind import remind_due, urge_work
from kaichuang.notices.operations.work import close_work, finish_work, open_work, reassign_work, withdraw_work

__all__ = [
    "close_work",
    "collect_due",
    "finish_work",
    "mark_all_read",
    "mark_read",
    "notify",
    "open_work",
    "reassign_work",
    "remind_due",
    "requeue_stuck",
    "save_preference",
    "send_dispatch",
    "urge_work",
    "withdraw_work",
]
