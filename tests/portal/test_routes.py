"""Every route × every role has an expected answer.

A context lists its routes in `tests/<context>/routes.py` (those of this folder are in `routes/`):

    ROUTES = {
        "cases:detail": {"kwargs": {"pk": 1}, "public": 302, "officer": 200, "*": 404},
        "cases:submit": {"method": "post", "make": lambda programme: {"pk": …}, "public": 302, "*": 403},
    }

Keys: a role of `parties`, `public` (no login), `person` (a login without a role), `*` (all others).
`kwargs` fill the address, `make` builds rows first and returns the kwargs. A route without a name goes by its pattern.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kaichuang.parties.models import Role
from kaichuang.places.models import Programme

HERE = Path(__file__).parent
AUDIENCES = ("public", "person", *(role.value for role in Role))
WORDS = {"kwargs", "make", "method", *AUDIENCES, "*"}


def routes_of(resolver: Any, prefix: str = "", namespaces: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """(name, pattern) of every route; a route without a name is named by its pattern."""
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from routes_of(entry, pattern, inner)
        elif isinstance(entry, URLPattern):
            yield ":".join((*namespaces, entry.name)) if entry.name else pattern, pattern


def tables() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in [*sorted((HERE / "routes").glob("*.py")), *sorted(HERE.parent.glob("*/routes.py"))]:
        found |= runpy.run_path(str(file))["ROUTES"]
    return found


EXPECTED = tables()
ROUTES = dict(routes_of(get_resolver()))


def test_every_route_has_an_entry() -> None:
    missing = sorted(set(ROUTES) - set(EXPECTED))
    assert not missing, "add these to tests/<context>/routes.py: " + ", ".join(missing)


def test_every_entry_has_a_route_and_says_something_for_everybody() -> None:
    assert not sorted(set(EXPECTED) - set(ROUTES)), "these routes are gone"
    for name, entry in EXPECTED.items():
        assert set(entry) <= WORDS, f"{name}: unknown words {set(entry) - WORDS}"
        assert "*" in entry or set(AUDIENCES) <= set(entry), f"{name}: nothing said for some role"


def ask(client: Client, programme: Programme, name: str, entry: dict[str, Any]) -> int:
    kwargs = entry["make"](programme) if "make" in entry else entry.get("kwargs", {})
    address = reverse(name, kwargs=kwargs) if ROUTES[name] != name else f"/{name}"
    return getattr(client, entry.get("method", "get"))(address).status_code


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_route_answers_as_expected(audience: str, programme: Programme, sign_in: Any) -> None:
    roles = () if audience == "person" else (audience,)
    client = Client() if audience == "public" else sign_in(*roles)
    kept = dict(client.cookies)
    wrong = []
    for name, entry in EXPECTED.items():
        expected = entry.get(audience, entry.get("*"))
        got = ask(client, programme, name, entry)
        if got != expected:
            wrong.append(f"{name}: {got} instead of {expected}")
        client.cookies.update(kept)  # some route signs out or changes the session
    assert not wrong, "; ".join(wrong)
