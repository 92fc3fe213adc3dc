"""Who gets what from the routes of the policy library. See tests/portal/test_routes.py."""

EDITORS = {"clerk", "officer", "administrator"}
STAFF = {*EDITORS, "leader", "finance", "auditor", "inspector", "statistician"}


def for_editors(status: int = 200) -> dict[str, int]:
    """Those who may edit the library; others are told why not, the public signs in."""
    return {**dict.fromkeys(EDITORS, status), "public": 302, "*": 403}


def for_staff() -> dict[str, int]:
    return {**dict.fromkeys(STAFF, 200), "public": 302, "*": 403}


ROUTES = {
    "policy:library": {"*": 200},
    "policy:search": {"*": 200},
    "policy:go": {"*": 302},
    "policy:references": {"*": 200},
    "policy:cited": {"*": 404},
    "policy:rss": {"*": 200},
    "policy:atom": {"*": 200},
    "policy:duties": {"*": 200},
    "policy:matrix": {"*": 200},
    "policy:unit": {"kwargs": {"pk": 0}, "*": 404},
    "policy:questions": {"*": 200},
    "policy:ask": {"*": 200},
    "policy:my_questions": {"public": 302, "*": 200},
    "policy:desk": for_staff(),
    "policy:handle": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "policy:find_question": {"*": 200},
    "policy:track": {"kwargs": {"ticket": "x"}, "*": 404},
    "policy:books": {"*": 200},
    "policy:new_book": for_editors(),
    "policy:book": {"kwargs": {"pk": 0}, "*": 404},
    "policy:book_progress": {"kwargs": {"pk": 0}, "*": 404},
    "policy:book_download": {"kwargs": {"pk": 0}, "*": 404},
    "policy:book_move": {
        "method": "post",
        "kwargs": {"pk": 0, "move": "release"},
        "public": 302,
        "*": 404,
    },
    "policy:packs": {"*": 200},
    "policy:pack": {"kwargs": {"pk": 0}, "*": 404},
    "policy:making": for_editors(),
    "policy:upload": for_editors(),
    "policy:preview": {"kwargs": {"pk": 0}, **for_editors(404)},
    "policy:discard": {"method": "post", "kwargs": {"pk": 0}, **for_editors(404)},
    "policy:edition": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "policy:doubts": {"method": "post", "kwargs": {"pk": 0}, "public": 302, "*": 404},
    "policy:describe": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "policy:renew": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "policy:move": {"method": "post", "kwargs": {"pk": 0, "move": "check"}, "public": 302, "*": 404},
    "policy:document": {"kwargs": {"code": "XX"}, "*": 404},
    "policy:compare": {"kwargs": {"code": "XX"}, "*": 404},
    "policy:source": {"kwargs": {"code": "XX"}, "*": 404},
    "policy:clause": {"kwargs": {"code": "XX", "path": "一"}, "*": 404},
    "api:list_policies": {"*": 200},
    "api:get_policy": {"kwargs": {"code": "XX"}, "*": 404},
    "api:get_clause": {"*": 422},
    "api:search_clauses": {"*": 422},
    "api:list_citations": {"*": 200},
    "api:list_responsibilities": {"*": 200},
    "api:list_answers": {"*": 200},
    "api:ask_policy_question": {"method": "post", "*": 400},
    "api:get_policy_question": {"kwargs": {"ticket": "x"}, "*": 404},
}
