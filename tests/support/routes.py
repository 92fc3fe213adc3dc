"""Who gets what from the routes of support. See tests/portal/test_routes.py."""

MONEY = ("finance", "leader", "auditor", "officer", "administrator")


def _gone(programme):
    return {"pk": 0}


def _round(programme):
    from datetime import UTC, datetime

    from kaichuang.cases.models import Matter, Round

    matter, _new = Matter.objects.get_or_create(
        programme=programme, code="route", defaults={"pack": "x", "title": "x"}
    )
    opens = datetime(2015, 1, 1, tzinfo=UTC)
    made = Round.objects.create(
        matter=matter, title="x", opens_at=opens, closes_at=opens.replace(year=2016), year=2015
    )
    return {"pk": made.pk}


def _for_money(**more):
    return {"public": 302, **dict.fromkeys(MONEY, 200), "*": 403, **more}


ROUTES = {
    "support:awards": {"*": 200},
    "support:my_money": {"*": 302},
    "support:account": {"*": 302},
    "support:paper": {"make": _gone, "public": 302, "*": 404},
    "support:check": {"method": "post", "make": _gone, "public": 302, "*": 404},
    "support:report": {"make": _gone, "public": 302, "*": 404},
    "support:ruling": {"make": _gone, "public": 302, "*": 404},
    "support:money": _for_money(),
    "support:caps": {"method": "post", "public": 302, "finance": 302, "*": 403},
    "support:waiting": _for_money(),
    "support:recoveries": _for_money(),
    "support:recovery": {"make": _gone, "public": 302, "*": 404},
    "support:receipt": {"make": _gone, "public": 302, "*": 404},
    "support:plan": {"make": _gone, "public": 302, "*": 404},
    "support:write_off": {"make": _gone, "public": 302, "*": 404},
    "support:sharing": _for_money(make=_round),
    "support:share": {
        "method": "post",
        "make": _round,
        "public": 302,
        "leader": 400,
        "officer": 400,
        "*": 403,
    },
    "api:awards": {"*": 200},
    "api:totals": {"*": 200},
    "api:money": _for_money(public=401),
    "api:waiting": _for_money(public=401),
    "api:tranches": {"public": 401, "*": 200},
    "api:recoveries": {"public": 401, "*": 200},
}
