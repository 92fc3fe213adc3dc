"""Tell the party of a line what happens to it; never who objected."""

from __future__ import annotations

from datetime import datetime

from kaichuang.notices.audience import Audience
from kaichuang.notices.kinds import NoticeKind
from kaichuang.notices.operations import notify
from kaichuang.publicity.models import Line


def tell_line(kind: NoticeKind, line: Line, now: datetime) -> None:
    """A notice to the line's party, if it has one."""
    if line.party_id is None:
        return
    notify(
        kind=kind.code,
        audience=Audience.of_party(line.party_id),
        now=now,
        programme=line.announcement.programme,
        params={"title": line.announcement.title, "line": line.label, "reason": line.reason},
        link=line.announcement.get_absolute_url(),
        clause=line.clause[:60],
        subject=line,
    )
