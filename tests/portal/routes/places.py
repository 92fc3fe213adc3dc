"""Who gets what from the routes of places. See tests/portal/test_routes.py."""

ROUTES = {
    "places:divisions": {"*": 200},
    "places:division": {"kwargs": {"code": "x"}, "*": 404},
    "places:programme": {"kwargs": {"slug": "x"}, "*": 404},
    "places:business_date": {"kwargs": {"slug": "x"}, "public": 302, "*": 404},
    "places:settings": {"kwargs": {"slug": "x"}, "public": 302, "*": 404},
    "places:new_programme": {"kwargs": {"slug": "x"}, "public": 302, "*": 404},
}
