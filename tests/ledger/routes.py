"""Who gets what from the routes of the ledger. See tests/portal/test_routes.py."""

from datetime import date

BOOKS = ("finance", "auditor", "leader", "administrator")


def _pool(programme):
    from kaichuang.kit.actor import Actor
    from kaichuang.ledger.operations import Draft, open_account, open_pool, post_together, reserve

    pool = open_pool(programme_id=programme.pk, code="route", name="route")
    source = open_account(programme_id=programme.pk, code="route.s", name="s", kind="appropriation")
    actor, day = Actor.system("test"), date(2015, 11, 20)
    lines = ((pool.available, 100), (source.pk, -100))
    draft = Draft(programme_id=programme.pk, key="route", kind="adopt", at=day, lines=lines, actor=actor)
    post_together([draft])
    return pool, reserve(pool=pool, amount=5, key="route:claim", at=day, actor=actor).id


def _budget(programme):
    from kaichuang.ledger.models import Budget

    found, _created = Budget.objects.get_or_create(
        programme=programme, year=2015, code="X", title="x", document="d", adopted_on=date(2015, 1, 1)
    )
    return {"pk": found.pk}


def _limit(programme):
    from kaichuang.ledger.models import Limit
    from kaichuang.ledger.operations import yuan

    found, _created = Limit.objects.get_or_create(
        programme=programme, code="x", name="x", unit=yuan(), dimension="party", period="year", ceiling=10**12
    )
    return {"pk": found.pk}


def _batch(programme):
    from kaichuang.accounts.models import User
    from kaichuang.ledger.models import Batch

    maker, _created = User.objects.get_or_create(username="routes-maker")
    number = f"r{Batch.objects.count()}"
    return {
        "pk": Batch.objects.create(
            programme=programme, number=number, made_on=date(2015, 1, 1), maker=maker
        ).pk
    }


def _seen_by_books(**more):
    return {"public": 302, **dict.fromkeys(BOOKS, 200), "*": 403, **more}


ROUTES = {
    "ledger:budgets": {"*": 200},
    "ledger:budget": {"make": _budget, "*": 200},
    "ledger:measures": {"*": 200},
    "ledger:adopt": {"public": 302, "finance": 200, "*": 403},
    "ledger:adjust": {"make": _budget, "public": 302, "finance": 200, "*": 403},
    "ledger:supplement": {"make": _budget, "public": 302, "finance": 200, "*": 403},
    "ledger:carry_over": {"make": _budget, "public": 302, "finance": 200, "*": 403},
    "ledger:close": {"make": _budget, "method": "post", "public": 302, "finance": 302, "*": 403},
    "ledger:accounts": {"public": 302, "*": 200},
    "ledger:account": {
        "make": lambda programme: {"pk": _pool(programme)[0].available},
        "public": 302,
        **dict.fromkeys(BOOKS, 200),
        "*": 404,
    },
    "ledger:account_pdf": {"kwargs": {"pk": 0}, "method": "post", "public": 302, "*": 404},
    "ledger:party_statement": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "ledger:party_statement_pdf": {"kwargs": {"pk": 0}, "method": "post", "public": 302, "*": 404},
    "ledger:transfer": {
        "make": lambda programme: {"pk": _pool(programme)[1]},
        "public": 302,
        **dict.fromkeys(BOOKS, 200),
        "*": 404,
    },
    "ledger:claims": {"public": 302, "*": 200},
    "ledger:claim": {
        "make": lambda programme: {"pk": _pool(programme)[1]},
        "public": 302,
        **dict.fromkeys(BOOKS, 200),
        "*": 404,
    },
    "ledger:limits": _seen_by_books(),
    **{
        f"ledger:{name}": {
            "make": lambda programme: {"pk": _pool(programme)[1]},
            "public": 302,
            "finance": 200,
            **dict.fromkeys(("auditor", "leader", "administrator"), 403),
            "*": 404,
        }
        for name in ("reverse", "demand", "receive")
    },
    "ledger:new_limit": {"public": 302, "finance": 200, "*": 403},
    "ledger:limit": {"make": _limit, "public": 302, "finance": 200, "*": 403},
    "ledger:trial_balance": _seen_by_books(),
    "ledger:batches": _seen_by_books(),
    "ledger:make_batch": {"public": 302, "finance": 200, "*": 403},
    "ledger:release_payment": {"kwargs": {"pk": 0}, "public": 302, "finance": 404, "*": 403},
    "ledger:batch": {"make": _batch, **_seen_by_books()},
    "ledger:approve": {"make": _batch, "method": "post", "public": 302, "finance": 400, "*": 403},
    "ledger:send": {"make": _batch, "method": "post", "public": 302, "finance": 409, "*": 403},
    "ledger:cancel": {"make": _batch, "public": 302, "finance": 200, "*": 403},
    "ledger:results": {"make": _batch, "public": 302, "finance": 200, "*": 403},
    "api:list_budgets": {"*": 200},
    "api:list_measures": {"*": 200},
    "api:list_limits": {"*": 200},
    "api:list_accounts": {"public": 401, "*": 200},
    "api:list_ledger_claims": {"public": 401, "*": 200},
    "api:get_statement": {"kwargs": {"account_id": 0}, "public": 401, "*": 422},
}
