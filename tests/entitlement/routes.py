"""Who gets what from the routes of entitlement. See tests/portal/test_routes.py."""

from datetime import UTC, datetime

SIMULATORS = ("clerk", "officer", "administrator", "leader", "finance", "auditor", "statistician")
SETTERS = ("clerk", "officer", "administrator")


def _version(programme):
    """The programme runs a shipped pack; adopted once per test."""
    from kaichuang.kit.actor import Actor
    from kaichuang.packs.loader import load_pack
    from kaichuang.policy.models import PackVersion
    from kaichuang.policy.operations.adopt_pack import adopt_pack

    known = PackVersion.objects.filter(programme=programme, pack="ninghai-2016").last()
    if known is not None:
        return known
    actor = Actor.system("test", programme_id=programme.pk)
    now = datetime(2017, 1, 1, tzinfo=UTC)
    return adopt_pack(actor=actor, now=now, programme=programme, pack=load_pack("ninghai-2016"))


def _none(programme):
    _version(programme)
    return {}


def _code(programme):
    from kaichuang.entitlement.models import Calculation

    version = _version(programme)
    document = {"results": {}, "facts": {}, "tables": {}, "assumed": [], "sources": {}}
    found = Calculation.objects.create(
        programme=programme, version=version, made_at=datetime(2017, 1, 1, tzinfo=UTC), as_of="2017-01-01",
        document=document, digest="0" * 64,
    )  # fmt: skip
    return {"code": found.code}


def _simulation(programme):
    from kaichuang.entitlement.operations import ask_simulation
    from kaichuang.kit.actor import Actor

    made = ask_simulation(
        actor=Actor.system("test", programme_id=programme.pk), now=datetime(2017, 1, 1, tzinfo=UTC),
        version=_version(programme), title="x", as_of=datetime(2017, 1, 1, tzinfo=UTC).date(), changes={},
    )  # fmt: skip
    return {"pk": made.pk}


def _for(roles, **more):
    return {"public": 302, **dict.fromkeys(roles, 200), "*": 403, **more}


ROUTES = {
    "entitlement:start": {"*": 200},
    "entitlement:calculator": {"make": _none, "*": 302},
    "entitlement:live": {"method": "post", "*": 400},
    "entitlement:save": {"method": "post", "*": 400},
    "entitlement:mine": {"make": _none, "public": 302, "*": 200},
    "entitlement:result": {"make": _code, "*": 200},
    "entitlement:result_json": {"make": _code, "*": 200},
    "entitlement:result_pdf": {"make": _code, "*": 200},
    "entitlement:replay": {"*": 200},
    "entitlement:measures": {"*": 200},
    "entitlement:measure": {
        "make": lambda programme: _none(programme) or {"programme": programme.slug, "measure": "NH-M4"},
        "*": 200,
    },
    "entitlement:settings": {"make": _none, **_for(SETTERS)},
    "entitlement:versions": _for(SIMULATORS),
    "entitlement:redline": _for(SIMULATORS),
    "entitlement:doubts": {"make": lambda programme: {"pk": _version(programme).pk}, **_for(SIMULATORS)},
    "entitlement:simulator": {"make": _none, **_for(SIMULATORS)},
    "entitlement:preview": {"make": _none, "method": "post", **_for(SIMULATORS)},
    "entitlement:bring": {"make": _none, **_for(SIMULATORS)},
    "entitlement:simulations": _for(SIMULATORS),
    "entitlement:compare": _for(SIMULATORS),
    "entitlement:simulation": {"make": _simulation, **_for(SIMULATORS)},
    "entitlement:simulation_progress": {"make": _simulation, **_for(SIMULATORS)},
    "api:list_measures_of_packs": {"*": 422},
    "api:evaluate_case": {"method": "post", "*": 400},
    "api:next_facts": {"method": "post", "*": 400},
}
