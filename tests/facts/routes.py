"""Who gets what from the routes of facts. See tests/portal/test_routes.py."""

TELLERS = ("officer", "statistician", "administrator")
READERS = (*TELLERS, "leader", "finance", "auditor", "inspector")


def _collectors(status, **more):
    return {"public": 302, **dict.fromkeys(TELLERS, status), "*": 403, **more}


def _nobody(**more):
    return {"public": 302, "*": 404, **more}


def _definition(programme):
    from kaichuang.facts.models import Definition

    Definition.objects.get_or_create(
        code="route",
        defaults={"title": "x", "subject_kind": "party", "type": "int", "period": "moment", "source": "x"},
    )
    return {"code": "route"}


ROUTES = {
    "facts:definitions": {"*": 200},
    "facts:definition": {"make": _definition, "*": 200},
    "facts:mine": {"public": 302, "*": 200},
    "facts:about": _nobody(kwargs={"pk": 0}),
    "facts:history": _nobody(kwargs={"pk": 0, "code": "x"}),
    "facts:reports": {"public": 302, **dict.fromkeys(READERS, 302), "*": 200},
    "facts:overview": {"public": 302, **dict.fromkeys(READERS, 200), "*": 403},
    "facts:report": _nobody(kwargs={"pk": 0}),
    "facts:fill": _nobody(kwargs={"pk": 0}),
    "facts:cells": _nobody(kwargs={"pk": 0}, method="post"),
    "facts:export": _nobody(kwargs={"pk": 0}),
    "facts:workbook": _nobody(kwargs={"pk": 0}),
    "facts:review": _nobody(kwargs={"pk": 0}),
    "facts:correct": _nobody(kwargs={"pk": 0}),
    "facts:move": _nobody(kwargs={"pk": "0", "name": "sign"}, method="post"),
    "facts:respondents": _nobody(kwargs={"code": "x"}),
    "facts:open": _nobody(kwargs={"code": "x"}, method="post"),
    "facts:end": _collectors(404, kwargs={"pk": 0}),
    "facts:imports": _collectors(200),
    "facts:new_import": _collectors(200),
    "facts:import": _collectors(404, kwargs={"pk": 0}),
    "facts:mapping": _collectors(404, kwargs={"pk": 0}),
    "facts:progress": _collectors(404, kwargs={"pk": 0}),
    "facts:drop": _collectors(404, kwargs={"pk": 0}, method="post"),
    "api:list_definitions": {"*": 200},
    "api:known": {"kwargs": {"pk": 0}, "public": 401, "*": 404},
    "api:list_reports": {"public": 401, "*": 200},
    "api:get_report": {"kwargs": {"pk": 0}, "public": 401, "*": 404},
}
