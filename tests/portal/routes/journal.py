"""Who gets what from the routes of journal. See tests/portal/test_routes.py."""

ROUTES = {
    "journal:entries": {"public": 302, "administrator": 200, "auditor": 200, "*": 403},
    "journal:history": {
        "kwargs": {"subject_type": "x", "subject_id": "x"},
        "public": 302,
        "administrator": 404,
        "auditor": 404,
        "*": 403,
    },
    "journal:verification": {"public": 302, "administrator": 200, "auditor": 200, "*": 403},
}
