"""Who gets what from the routes of cases. See tests/portal/test_routes.py."""

_NOBODY = {"pk": 999_999}
_FILES = {"pk": 999_999, "number": 1}
_DECISION = {"pk": 999_999, "decision": 1}


def _own(kwargs, method="get"):
    """Pages of an applicant: sign in first; a case that is not one's own is not there."""
    return {"kwargs": kwargs, "method": method, "public": 302, "*": 404}


def _api(method="get", *, body=400):
    return {"kwargs": _NOBODY, "method": method, "public": 401, "*": body if method != "get" else 404}


PUBLIC = {
    "cases:matters": {"*": 200},
    "cases:matter": {"kwargs": _NOBODY, "*": 404},
    "cases:performance": {"*": 200},
}
APPLICANT = {
    "cases:begin": {"kwargs": _NOBODY, "method": "post", "*": 404},
    "cases:mine": {"public": 302, "*": 200},
    "cases:case": _own(_NOBODY),
    "cases:apply": _own(_NOBODY),
    "cases:autosave": _own(_NOBODY, "post"),
    "cases:upload": _own({"pk": 999_999, "paper": "invoice"}, "post"),
    "cases:review": _own(_NOBODY),
    "cases:reply": _own(_NOBODY, "post"),
    "cases:act": _own({"pk": 999_999, "move": "withdraw"}, "post"),
    "cases:application_json": _own(_FILES),
    "cases:application_pdf": _own(_FILES),
    "cases:letter": _own(_DECISION),
    "cases:decision_json": _own(_DECISION),
}
API = {
    "api:list_matters": {"*": 422},
    "api:get_matter": {"kwargs": _NOBODY, "*": 404},
    "api:get_performance": {"*": 422},
    "api:begin_application": {**_api("post"), "*": 404},
    "api:my_cases": {"public": 401, "*": 200},
    "api:get_case": _api(),
    "api:save_application": _api("put", body=422),
    "api:add_application_paper": {**_api("post", body=422), "kwargs": {"pk": 999_999, "paper": "invoice"}},
    "api:submit_application": {**_api("post"), "*": 404},
    "api:make_move": {**_api("post"), "kwargs": {"pk": 999_999, "move": "submit"}},
    "api:list_decisions": _api(),
}
ROUTES = {**PUBLIC, **APPLICANT, **API}
