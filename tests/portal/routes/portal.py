"""Who gets what from the portal's routes. See tests/portal/test_routes.py."""

ROUTES = {
    "portal:home": {"*": 200},
    "portal:search": {"*": 200},
    "portal:programmes": {"*": 200},
    "portal:acting": {"public": 302, "*": 200},
    "portal:workspace": {"public": 302, "*": 200},
    "portal:role_workspace": {"kwargs": {"role": "officer"}, "public": 302, "officer": 200, "*": 404},
    "portal:design": {"*": 200},
    "portal:design_job": {"*": 200},
    "portal:favicon": {"*": 302},
    "portal:area": {"kwargs": {"area": "services"}, "*": 200},
}
