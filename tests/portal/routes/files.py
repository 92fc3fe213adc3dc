"""Who gets what from the routes of files. See tests/portal/test_routes.py."""

ROUTES = {
    "files:attachments": {"public": 302, "*": 200},
    "files:upload": {"public": 302, "*": 200},
    "files:attachment": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "files:download": {"kwargs": {"pk": 0}, "*": 404},
    "files:documents": {"public": 302, "*": 200},
    "files:document": {"kwargs": {"pk": 0}, "public": 302, "*": 404},
    "files:verify": {"*": 200},
}
