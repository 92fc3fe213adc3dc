"""The database of all tests: a copy of a migrated template on a throw-away PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

# Playwright's event loop runs in the thread of the test.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
# Static files straight from the packages, with DATABASE_URL too.
os.environ.setdefault("KAICHUANG_MODE", "demo")


def pytest_configure() -> None:
    """Translations are compiled before anything is imported: Django reads a language once, with what is there then."""
    from kaichuang.runtime import translations

    translations.compile_all()


@pytest.fixture(scope="session", autouse=True)
def _test_settings(django_test_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Uploads go to a temporary directory, passwords are hashed fast."""
    from django.test import override_settings

    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media"), PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: object
) -> Iterator[None]:
    """Takes the place of pytest-django's own fixture, which would migrate every time."""
    from kaichuang.runtime import testing

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with django_db_blocker.unblock(), testing.test_database(worker), testing.refilled_from_a_copy():  # type: ignore[attr-defined]  # untyped plugin
        yield


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A request leaves its language active in the thread; the next test starts in the default one again."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()
