"""The API against whatever its own OpenAPI allows, and what it does not: it answers, and never breaks."""

from __future__ import annotations

import json

import pytest
import schemathesis
from django.contrib.auth import get_user_model
from django.test import Client
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

from kaichuang.parties.models import Party, Role, RoleGrant
from kaichuang.places.models import Division, Programme
from kaichuang.portal.api_urls import api

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

schema = schemathesis.openapi.from_dict(json.loads(json.dumps(api.get_openapi_schema(), default=str)))

FUZZ = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def nobody_watches(request: pytest.FixtureRequest) -> None:
    """Without a note of who was last seen where at every request, which nobody here reads."""
    request.getfixturevalue("settings").USERSESSIONS_TRACK_ACTIVITY = False


@pytest.fixture
def programme(db: None) -> Programme:
    return Programme.objects.create(slug="fuzz", name="模糊测试", place=Division.objects.get(code="330226"))


@pytest.fixture
def visitor(programme: Programme) -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def administrator(programme: Programme) -> Client:
    """Somebody who may do nearly everything, signed in with a second factor."""
    user = get_user_model().objects.create(username="fuzz", name="模糊", email="fuzz@example.org")
    Party.objects.create(kind="person", name="模糊", user=user)
    for role in (Role.ADMINISTRATOR, Role.OFFICER, Role.FINANCE, Role.CLERK, Role.STATISTICIAN):
        RoleGrant.objects.create(user=user, programme=programme, role=role, since="2020-01-01")
    client = Client(raise_request_exception=False)
    client.force_login(user)
    session = client.session
    session["strong_login"], session["programme"] = True, programme.slug
    session.save()
    return client


def answers(client: Client, case: Case) -> None:
    """An answer of 5xx fails, and so does a refusal that is not JSON (an address or method that is none is Django's)."""
    sent = case.as_transport_kwargs(base_url="http://testserver")
    path = str(sent["url"]).removeprefix("http://testserver")
    body = sent.get("json", sent.get("data"))
    response = client.generic(
        case.method,
        path,
        data=body
        if isinstance(body, bytes)
        else json.dumps(body, default=str).encode()
        if body is not None
        else b"",
        content_type="application/json",
        query_params=sent.get("params") or None,
    )
    where = (case.method, path, sent.get("params"), body)
    assert response.status_code < 500, (*where, response.content[:300])
    if 400 <= response.status_code < 500 and response.status_code not in (404, 405):
        assert response.headers["Content-Type"].startswith("application/json"), (*where, response.status_code)


@schema.parametrize()
@FUZZ
def test_a_visitor_without_login_breaks_nothing(case: Case, visitor: Client) -> None:
    answers(visitor, case)


@schema.parametrize()
@FUZZ
def test_an_administrator_breaks_nothing(case: Case, administrator: Client) -> None:
    answers(administrator, case)
