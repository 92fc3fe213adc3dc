"""Who gets what from the routes of experts. See tests/portal/test_routes.py."""

from datetime import UTC, datetime
from itertools import count

_number = count(1)
NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)

SHEET = {"criteria": [{"code": "a", "title": "甲", "max_points": 100}]}


def _person():
    from kaichuang.parties.models import Party

    return Party.objects.create(kind="person", name=f"专家{next(_number)}")


def _expert(programme, state="active"):
    from kaichuang.experts.models import Expert

    return Expert.objects.create(
        programme=programme,
        party=_person(),
        number=f"R{next(_number):04d}",
        specialities=["it"],
        proposed_at=NOW,
        state=state,
        admitted_on="2026-03-02" if state == "active" else None,
    )


def _system(programme):
    from kaichuang.kit.actor import Actor

    return Actor.system("test", programme_id=programme.pk)


def _panel(programme):
    from kaichuang.experts.operations import ItemSpec, open_panel
    from kaichuang.parties.models import Party

    party = Party.objects.create(kind="organisation", name=f"企业{next(_number)}")
    spec = ItemSpec.about(party, label="项目", party=party)
    return open_panel(
        programme=programme,
        title="评审",
        sheet=SHEET,
        seats=1,
        items=[spec],
        actor=_system(programme),
        now=NOW,
    )


def _drawn(programme):
    from kaichuang.experts.operations import announce, draw

    _expert(programme)
    panel, system = _panel(programme), _system(programme)
    announce(panel=panel, actor=system, now=NOW)
    draw(panel=panel, actor=system, now=NOW)
    return panel


def _seat(programme):
    from kaichuang.experts.models import Seat

    return Seat.objects.get(panel=_drawn(programme))


def _score(programme):
    from kaichuang.experts.models import Score
    from kaichuang.experts.operations import accept

    seat = _seat(programme)
    accept(seat=seat, actor=_system(programme), now=NOW)
    return Score.objects.get(seat=seat)


def _pk(make, **more):
    return lambda programme: {"pk": make(programme).pk, **more}


OFFICERS = ("officer", "administrator")
READERS = (*OFFICERS, "leader", "auditor")


def _readers(**entry):
    """Public servants who may read; a page of somebody else is not there for others."""
    return {"public": 302, **dict.fromkeys(READERS, 200), "*": 404, **entry}


def _runs(**entry):
    """Officers act, readers see that they may not, others see nothing."""
    return _readers(leader=403, auditor=403, **entry)


STRANGER = {"public": 302, "*": 404}
PANEL, SEAT, SCORE = _pk(_panel), _pk(_seat), _pk(_score)

ROUTES = {
    "experts:mine": {"public": 302, "*": 200},
    # Whoever has not entered their own person cannot apply.
    "experts:apply": {"public": 302, "*": 403},
    # A seat and its scores belong to one expert; nobody else gets there, officers neither.
    "experts:seat": {"make": SEAT, **STRANGER},
    "experts:leave": {"make": SEAT, **STRANGER},
    "experts:submit": {"make": SEAT, "method": "post", **STRANGER},
    "experts:score": {"make": SCORE, **STRANGER},
    "experts:autosave": {"make": SCORE, "method": "post", **STRANGER},
    "experts:stand_back": {"make": SCORE, **STRANGER},
    "experts:material": {"make": _pk(_score, file=1), **STRANGER},
    "experts:score_detail": {"make": SCORE, **_readers()},
    "experts:replace": {"make": SEAT, **_runs()},
    "experts:pool": {"public": 302, **dict.fromkeys(READERS, 200), "*": 403},
    "experts:nominate": {"public": 302, **dict.fromkeys(OFFICERS, 200), "*": 403},
    "experts:expert": {"make": _pk(_expert), **_readers()},
    "experts:edit": {"make": _pk(_expert), **_runs()},
    "experts:admit": {
        "make": lambda programme: {"pk": _expert(programme, "proposed").pk},
        "method": "post",
        **_runs(officer=302, administrator=302),
    },
    "experts:move": {"make": _pk(_expert, verb="end"), **_runs()},
    "experts:panels": {"public": 302, **dict.fromkeys(READERS, 200), "*": 403},
    "experts:panel": {"make": PANEL, **_readers()},
    "experts:announce": {"make": PANEL, **_runs()},
    "experts:draw_panel": {"make": PANEL, **_runs()},
    "experts:start": {"make": PANEL, **_runs()},
    "experts:another_reader": {"make": PANEL, **_runs()},
    "experts:close": {"make": PANEL, **_runs()},
    "experts:cancel": {"make": PANEL, **_runs()},
    "experts:pack": {"make": PANEL, "method": "post", **_runs(officer=409, administrator=409)},
    "experts:draws": {"*": 200},
    "experts:draw": {"make": _pk(_drawn), "*": 200},
    "experts:draw_record": {"make": _pk(_drawn), "*": 200},
    "api:list_experts": {"public": 401, **dict.fromkeys(READERS, 200), "*": 200},
    "api:list_panels": {"public": 401, "*": 200},
    "api:get_panel": {"make": PANEL, **_readers(public=401)},
    "api:list_panel_results": {"make": PANEL, **_readers(public=401)},
    "api:get_draw": {"make": _pk(_drawn), "*": 200},
    "api:list_my_seats": {"public": 401, "*": 200},
    "api:list_my_scores": {"make": SEAT, "public": 401, "*": 404},
    "api:save_my_score": {"make": SCORE, "method": "put", "public": 401, "*": 422},
    "api:submit_my_scores": {"make": SEAT, "method": "post", "public": 401, "*": 404},
}
