from kaichuang.notices.models.dispatch import Dispatch, Posting
from kaichuang.notices.models.notice import Notice, Receipt
from kaichuang.notices.models.outside import OutsideMail
from kaichuang.notices.models.preference import Preference
from kaichuang.notices.models.work import WorkItem

__all__ = ["Dispatch", "Notice", "OutsideMail", "Posting", "Preference", "Receipt", "WorkItem"]
