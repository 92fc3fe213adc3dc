"""Who gets what from the routes of notices. See tests/portal/test_routes.py."""

ROUTES = {
    "notices:inbox": {"public": 302, "*": 200},
    "notices:notice": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "notices:open": {"kwargs": {"pk": 0}, "method": "post", "public": 302, "*": 404},
    "notices:read": {"method": "post", "*": 302},
    "notices:read_all": {"method": "post", "*": 302},
    "notices:preferences": {"public": 302, "*": 200},
    "notices:work": {"public": 302, "*": 200},
    "notices:work_item": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "notices:finish": {"method": "post", "kwargs": {"pk": 0}, "public": 302, "*": 404},
    "notices:urge": {"method": "post", "kwargs": {"pk": 0}, "public": 302, "*": 404},
}
