"""Who gets what from the desk of cases. See tests/portal/test_routes.py."""

from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count

_number = count(1)


@lru_cache(maxsize=1)
def _pack():
    from kaichuang.packs.loader import load_pack
    from kaichuang.policy.operations.adopt_pack import _content

    pack = load_pack("qinghai-2017")
    return pack, _content(pack)


def _matter(programme):
    from kaichuang.cases.models import Matter, MatterVersion
    from kaichuang.packs.matters import files_of
    from kaichuang.policy.models import PackVersion

    pack, content = _pack()
    now = datetime(2015, 11, 18, tzinfo=UTC)
    version, _made = PackVersion.objects.get_or_create(
        programme=programme,
        pack=pack.id,
        sha256=pack.hash,
        defaults={"version": pack.version, "content": content, "loaded_at": now},
    )
    file = next(file for file in files_of(pack) if file.matter.measure == "QH-M3")
    matter = Matter.objects.create(
        programme=programme,
        code=f"{file.matter.id}-{next(_number)}",
        pack=pack.id,
        title="离岗创业",
        measure="QH-M3",
    )
    matter.current = MatterVersion.objects.create(
        matter=matter,
        number=1,
        pack_version=version,
        content=file.model_dump(mode="json", by_alias=True),
        made_at=now,
    )
    matter.save(update_fields=["current"])
    return matter


def _case(programme):
    from kaichuang.cases.models import Case, Stay
    from kaichuang.parties.models import Party

    matter = _matter(programme)
    number = next(_number)
    now = datetime(2015, 11, 18, tzinfo=UTC)
    case = Case.objects.create(
        programme=programme,
        matter=matter,
        version=matter.current,
        number=f"T-{number}",
        party=Party.objects.create(kind="organisation", name=f"路由公司{number}"),
        state="submitted",
        stage="acceptance",
        opened_at=now,
        submitted_at=now,
        changed_at=now,
        as_of=date(2015, 11, 18),
    )
    Stay.objects.create(
        case=case, state="submitted", stage="acceptance", entered_at=now, entered_on=date(2015, 11, 18)
    )
    return case


def _ban(programme):
    from kaichuang.cases.models import Ban
    from kaichuang.parties.models import Party

    party = Party.objects.create(kind="organisation", name=f"路由公司{next(_number)}")
    return Ban.objects.create(
        programme=programme,
        party=party,
        since=date(2015, 1, 1),
        until=date(2016, 1, 1),
        clause="QH 一",
        reason="弄虚作假",
    )


def _run(programme):
    from kaichuang.cases.models import Run

    now = datetime(2015, 11, 18, tzinfo=UTC)
    version = _matter(programme).current
    return Run.objects.create(
        programme=programme, version=version, title="试", as_of=date(2015, 11, 18), started_at=now
    )


def _pk(make, **more):
    return lambda programme: {"pk": make(programme).pk, **more}


READERS = ("administrator", "leader", "officer", "clerk", "finance", "auditor")
KEEPERS = ("administrator", "leader", "officer")
WORKERS = ("officer", "leader", "finance")


def _by(roles, status=200, other=403, **entry):
    return {"public": 302, **dict.fromkeys(roles, status), "*": other, **entry}


ROUTES = {
    "cases:desk": _by(READERS),
    "cases:desk_columns": _by(READERS, 302),
    "cases:desk_overview": _by(READERS),
    "cases:desk_compare": _by(READERS),
    # Nothing was selected.
    "cases:desk_batch": {"kwargs": {"move": "accept"}, "method": "post", **_by(READERS, 422)},
    "cases:desk_bans": _by(READERS),
    "cases:desk_ban": _by(("leader", "administrator")),
    "cases:desk_lift": {"make": _pk(_ban), **_by(("leader", "administrator"))},
    "cases:desk_matters": _by(READERS),
    "cases:desk_matter": {"make": _pk(_matter), **_by(READERS)},
    "cases:desk_matter_json": {"make": _pk(_matter), **_by(READERS)},
    "cases:desk_editor": {"make": _pk(_matter), **_by(KEEPERS)},
    "cases:desk_import": {"make": _pk(_matter), **_by(KEEPERS)},
    "cases:desk_round": {"make": _pk(_matter), **_by(KEEPERS)},
    "cases:desk_offer": {"make": _pk(_matter), **_by(KEEPERS)},
    "cases:desk_case": {"make": _pk(_case), **_by(READERS)},
    # Without a text nothing is noted.
    "cases:desk_note": {"make": _pk(_case), "method": "post", **_by(READERS, 422)},
    "cases:desk_establish": {"make": _pk(_case, fact="leave_approved"), **_by(WORKERS)},
    "cases:desk_amount": {"make": _pk(_case), **_by(READERS)},
    "cases:desk_dossier": {"make": _pk(_case), **_by(READERS)},
    "cases:desk_move": {"make": _pk(_case, move="accept"), **_by(READERS)},
    "cases:runs": _by(READERS),
    "cases:new_run": _by(READERS),
    "cases:run": {"make": _pk(_run), **_by(READERS)},
    "cases:run_progress": {"make": _pk(_run), **_by(READERS)},
    # Not matched yet, no reason given, nobody has confirmed.
    "cases:run_offer": {
        "make": _pk(_run),
        "method": "post",
        **_by(READERS, 403),
        **dict.fromkeys(KEEPERS, 400),
    },
    "cases:run_cancel": {
        "make": _pk(_run),
        "method": "post",
        **_by(READERS, 403),
        **dict.fromkeys(KEEPERS, 400),
    },
    "cases:run_publicise": {"make": _pk(_run), "method": "post", "public": 302, "officer": 400, "*": 403},
    "cases:run_decide": {"make": _pk(_run), "method": "post", "public": 302, "leader": 400, "*": 403},
}
