"""Who gets what from the routes of publicity. See tests/portal/test_routes.py."""

from datetime import UTC, date, datetime
from itertools import count

_number = count(1)


def _announcement(programme, **more):
    from kaichuang.parties.models import Unit
    from kaichuang.publicity.models import Announcement, Line

    number = next(_number)
    unit, _made = Unit.objects.get_or_create(programme=programme, name="科技局")
    now = datetime(2015, 11, 18, tzinfo=UTC)
    row = Announcement.objects.create(
        programme=programme,
        unit=unit,
        kind="award",
        title="奖励公示",
        columns=[{"code": "name", "zh": "姓名", "en": "", "kind": "text", "mask": ""}],
        days=5,
        drafted_at=now,
    )
    Line.objects.create(announcement=row, position=1, cells={"name": "张*"}, search="张*")
    values = {
        "number": f"公示〔2014〕{number}号",
        "digest": "0" * 64,
        "opens_on": date(2015, 11, 18),
        "closes_on": date(2015, 11, 25),
        "opened_at": now,
        **more,
    }
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
    return row


def _move(row, state):
    """Into a state without the steps that lead there."""
    from django.db import transaction

    from kaichuang.journal.operations.transition import _through_door

    with transaction.atomic():
        _through_door([row], "state", state, {})
    row.refresh_from_db()


def _open(programme):
    row = _announcement(programme)
    _move(row, "open")
    return row


def _draft(programme):
    return _announcement(programme, number="")


def _objection(programme):
    from kaichuang.files.codes import new_code
    from kaichuang.publicity.models import Objection

    row = _open(programme)
    return Objection.objects.create(
        announcement=row,
        serial=1,
        code=new_code(),
        identity_kind="person",
        name="王大明",
        phone="13800138000",
        text="发票与另一家公司重复。",
        lodged_at=datetime(2015, 11, 19, tzinfo=UTC),
        lodged_on=date(2015, 11, 19),
    )


def _accepted(programme):
    row = _objection(programme)
    _move(row, "accepted")
    return row


def _pk(make):
    return lambda programme: {"pk": make(programme).pk}


def _code(programme):
    return {"code": _objection(programme).code}


HANDLERS = ("officer", "leader")
DRAFTERS = (*HANDLERS, "clerk", "administrator")
READERS = (*DRAFTERS, "auditor", "inspector", "finance")


def _by(roles, status=200, other=403, **entry):
    return {"public": 302, **dict.fromkeys(roles, status), "*": other, **entry}


ROUTES = {
    "publicity:announcements": {"*": 200},
    "publicity:feed": {"*": 200},
    "publicity:announcement": {"make": _pk(_open), "*": 200},
    "publicity:object": {"make": _pk(_open), "*": 200},
    "publicity:find_objection": {"*": 200},
    "publicity:receipt": {"make": _code, "*": 200},
    "publicity:letter": {"make": _code, "*": 404},
    "publicity:retract": {"make": _code, "method": "post", "*": 302},
    "publicity:office": _by(READERS),
    "publicity:new": _by(DRAFTERS),
    "publicity:office_announcement": {"make": _pk(_draft), **_by(READERS)},
    "publicity:revise": {"make": _pk(_draft), **_by(DRAFTERS)},
    "publicity:open": {"make": _pk(_draft), "method": "post", **_by(HANDLERS, 302)},
    "publicity:withdraw": {"make": _pk(_open), **_by(HANDLERS)},
    "publicity:objections": _by(READERS),
    "publicity:objection": {"make": _pk(_objection), **_by(READERS)},
    "publicity:accept": {"make": _pk(_objection), "method": "post", **_by(HANDLERS, 302)},
    "publicity:refuse": {"make": _pk(_objection), **_by(HANDLERS)},
    "publicity:decide": {"make": _pk(_accepted), **_by(HANDLERS)},
    # Without a day and a caller nothing is noted.
    "publicity:called": {"make": _pk(_objection), "method": "post", **_by(HANDLERS, 422)},
    # Without a reason nothing is shown.
    "publicity:reveal": {"make": _pk(_objection), "method": "post", **_by(HANDLERS, 422)},
    "api:list_announcements": {"*": 200},
    "api:announce": {"method": "post", "public": 401, "*": 400},
    "api:get_announcement": {"make": _pk(_open), "*": 200},
    "api:list_lines": {"make": _pk(_open), "*": 200},
    "api:lodge_objection": {"make": _pk(_open), "method": "post", "*": 400},
    "api:get_receipt": {"make": _code, "*": 200},
    "api:retract_objection": {"make": _code, "method": "post", "*": 200},
    "api:open_announcement": {
        "make": _pk(_draft),
        "method": "post",
        "public": 401,
        **dict.fromkeys(HANDLERS, 200),
        **dict.fromkeys(set(READERS) - set(HANDLERS), 403),
        "*": 404,
    },
    "api:withdraw_announcement": {"make": _pk(_open), "method": "post", "public": 401, "*": 400},
    "api:list_objections": {"public": 401, "*": 200},
    "api:accept_objection": {
        "make": _pk(_objection),
        "method": "post",
        "public": 401,
        **dict.fromkeys(HANDLERS, 200),
        "*": 403,
    },
    "api:refuse_objection": {"make": _pk(_objection), "method": "post", "public": 401, "*": 400},
    "api:decide_objection": {"make": _pk(_objection), "method": "post", "public": 401, "*": 400},
}
