"""Who gets what from the routes of clock. See tests/portal/test_routes.py."""

ROUTES = {
    "clock:calendar": {"*": 302},
    "clock:year": {"kwargs": {"slug": "x", "number": 0}, "*": 404},
    "clock:export": {"kwargs": {"slug": "x", "number": 0}, "*": 404},
    "clock:edit": {"kwargs": {"slug": "x", "number": 0}, "public": 302, "*": 404},
    "clock:clear": {"method": "post", "kwargs": {"slug": "x", "number": 0}, "public": 302, "*": 404},
    "clock:import": {"kwargs": {"slug": "x", "number": 0}, "public": 302, "*": 404},
    "clock:deadlines": {
        "public": 302,
        "administrator": 200,
        "leader": 200,
        "officer": 200,
        "clerk": 200,
        "finance": 200,
        "auditor": 200,
        "inspector": 200,
        "*": 403,
    },
}
