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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
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


def tables() -> dict[str, dict[str, dict[str, Any]]]:
    """What each context says, by its name."""
    own = {file.stem: file for file in sorted((HERE / "routes").glob("*.py"))}
    others = {file.parent.name: file for file in sorted(HERE.parent.glob("*/routes.py"))}
    assert not set(own) & set(others), "two files for one context"
    return {name: runpy.run_path(str(file))["ROUTES"] for name, file in (own | others).items()}


TABLES = tables()
EXPECTED = {name: entry for table in TABLES.values() for name, entry in table.items()}
ROUTES = dict(routes_of(get_resolver()))


def test_every_route_has_an_entry() -> None:
    missing = sorted(set(ROUTES) - set(EXPECTED))
    assert not missing, "add these to tests/<context>/routes.py: " + ", ".join(missing)


def test_every_entry_has_a_route_and_says_something_for_everybody() -> None:
    assert not sorted(set(EXPECTED) - set(ROUTES)), "these routes are gone"
    for name, entry in EXPECTED.items():
        assert set(entry) <= WORDS, f"{name}: unknown words {set(entry) - WORDS}"
        assert "*" in entry or set(AUDIENCES) <= set(entry), f"{name}: nothing said for some role"


@pytest.fixture
def visitors(programme: Programme, sign_in: Any, settings: Any) -> dict[str, Client]:
    """A browser for each audience. Who was last seen where is not noted at every request: nobody here reads it."""
    settings.USERSESSIONS_TRACK_ACTIVITY = False
    roles = {audience: () if audience == "person" else (audience,) for audience in AUDIENCES}
    return {name: Client() if name == "public" else sign_in(*held) for name, held in roles.items()}


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside keeps every promise of the database, and is then taken back.

    A bare savepoint: for whoever asks whether a transaction is under way, nothing changes.
    """
    before = transaction.savepoint()
    yield
    connection.check_constraints()
    transaction.savepoint_rollback(before)


def answers(
    name: str, entry: dict[str, Any], programme: Programme, visitors: dict[str, Client]
) -> Iterator[tuple[str, int]]:
    """(audience, status) for all: the rows are built once, and each finds them as they were built."""
    kwargs = entry["make"](programme) if "make" in entry else entry.get("kwargs", {})
    connection.check_constraints()
    address = reverse(name, kwargs=kwargs) if ROUTES[name] != name else f"/{name}"
    for audience, client in visitors.items():
        kept = dict(client.cookies)
        with undone():
            yield audience, getattr(client, entry.get("method", "get"))(address).status_code
        client.cookies.clear()  # some route signs out or changes the session
        client.cookies.update(kept)


@pytest.mark.parametrize("context", TABLES)
def test_every_route_answers_as_expected(
    context: str, programme: Programme, visitors: dict[str, Client]
) -> None:
    wrong = []
    for name, entry in TABLES[context].items():
        with undone():
            for audience, got in answers(name, entry, programme, visitors):
                expected = entry.get(audience, entry.get("*"))
                if got != expected:
                    wrong.append(f"{name} for {audience}: {got} instead of {expected}")
    assert not wrong, "; ".join(wrong)
