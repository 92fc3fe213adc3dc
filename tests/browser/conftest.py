"""Chromium against the real site: journeys, accessibility, nothing wrong on the console, nothing too wide.

Runs where Chromium is found (KAICHUANG_CHROMIUM, or on the PATH); where not, the tests are skipped and say so,
except under CI, where its absence is a failure. With KAICHUANG_SCREENSHOTS=1 pictures of every page checked go to
screenshots/ in the working directory.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.parties.models import RoleGrant
from kaichuang.places.models import Division, Programme

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1366, "height": 900}
PHONE = {"width": 390, "height": 844}
SMALL_PHONE = {"width": 360, "height": 740}
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SCREENSHOTS = Path("screenshots")


def chromium() -> str | None:
    """The browser's program."""
    named = os.environ.get("KAICHUANG_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    return named or next(filter(None, map(shutil.which, names)), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser test."""
    here = str(Path(__file__).parent)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.filterwarnings("ignore:No directory at:UserWarning"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for a module: its event loop must end before tests that run a worker of their own."""
    program = chromium()
    if program is None:
        reason = "no Chromium found: install it (apt-get install chromium) or set KAICHUANG_CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from kaichuang.runtime import assets

    assets.install()
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


class Visit:
    """A browser window at the site that remembers everything that went wrong in it."""

    def __init__(self, page: Page, base: str, language: str) -> None:
        self.page = page
        self.base = base
        self.language = language
        self.errors: list[str] = []
        self.under_way: set[Request] = set()
        page.on("request", lambda request: self.under_way.add(request))
        page.on("requestfinished", lambda request: self.under_way.discard(request))
        page.on("requestfailed", lambda request: self.under_way.discard(request))
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        page.on("requestfailed", self._on_failure)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A page that answers 404 on purpose is reported as a failed resource, too.
        if message.type == "error" and message.location.get("url") != self.page.url:
            self.errors.append(f"console: {message.text}")

    def _on_failure(self, request: Request) -> None:
        # Whoever types on, or goes on to the next page, has given up on what was still under way.
        if request.failure != "net::ERR_ABORTED":
            self.errors.append(f"failed: {request.url}")

    def go(self, path: str) -> Page:
        """Open `path` and wait until it has settled."""
        self.page.goto(self.base + path)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until nothing is under way any more. Playwright's own `networkidle` is half a second of silence."""
        quiet = 0
        for _turn in range(1000):
            self.page.wait_for_timeout(20)
            quiet = 0 if self.under_way else quiet + 1
            if quiet == 3:
                return
        raise AssertionError(f"{self.page.url}: still under way: {[one.url for one in self.under_way]}")

    def check(self, name: str = "") -> None:
        """Nothing on the console, nothing wider than the window, no accessibility violation."""
        assert_accessible(self.page)
        assert_fits(self.page)
        assert_drawn_once(self.page)
        assert not self.errors, f"{self.page.url}: {self.errors}"
        if name:
            screenshot(self.page, name)

    def fits(self) -> None:
        """Nothing is wider than the window."""
        assert_fits(self.page)

    def survey(self, path: str, name: str) -> None:
        """Open `path` once and check it on a desk and on a phone."""
        self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]  # a plain dict is one
        self.go(path)
        self.check(f"{name}-desktop")
        self.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # the same
        self.settle()
        if self.language == settings.LANGUAGE_CODE:
            self.check(f"{name}-phone")
        else:  # other words: axe has read them on the desk, the phone's own parts are the same
            assert_fits(self.page)
            screenshot(self.page, f"{name}-phone")


def assert_accessible(page: Page) -> None:
    """axe finds nothing on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)  # not a script tag: the content security policy would refuse it
    found = page.evaluate("axe.run({resultTypes: ['violations']}).then(result => result.violations)")
    told = [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found
    ]
    assert not told, f"{page.url}: {told}"


def assert_fits(page: Page) -> None:
    """The page does not scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} is {wide}px too wide"


def assert_drawn_once(page: Page) -> None:
    """No chart lies over another."""
    drawn = page.evaluate(
        "[...document.querySelectorAll('.kc-chart-canvas')].map(one => one.querySelectorAll('svg').length)"
    )
    assert all(number <= 1 for number in drawn), f"{page.url}: charts drawn {drawn} times"


def screenshot(page: Page, name: str) -> None:
    """A picture for people to look at, where they asked for it."""
    if not os.environ.get("KAICHUANG_SCREENSHOTS"):
        return
    SCREENSHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


OpenVisit = Callable[..., Visit]


@pytest.fixture
def visit(browser: Browser, live_server: Any) -> Iterator[OpenVisit]:
    """`visit(size=PHONE, language="en", user=user, scripts=False)`: a fresh window, checked when the test ends."""
    opened: list[tuple[Visit, Any]] = []

    def start(
        *,
        size: dict[str, int] = DESKTOP,
        language: str = "zh-hans",
        user: User | None = None,
        scripts: bool = True,
    ) -> Visit:
        context = browser.new_context(viewport=size, java_script_enabled=scripts, reduced_motion="reduce")  # type: ignore[arg-type]  # a plain dict is one
        context.set_default_timeout(15_000)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])
        found = Visit(context.new_page(), live_server.url, language)
        opened.append((found, context))
        return found

    yield start
    wrong = [error for found, _context in opened for error in found.errors]
    for _found, context in opened:
        context.close()
    assert not wrong, wrong


def session_of(user: User) -> str:
    """The cookie of a session opened by `user` with a second factor."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY] = True
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.fixture
def programme(transactional_db: None) -> Programme:
    place, _created = Division.objects.get_or_create(code="330226", defaults={"name": "宁海县", "level": 3})
    return Programme.objects.create(
        slug="ninghai", name="宁海县大众创业万众创新项目", place=place, business_date=date(2015, 11, 20)
    )


@pytest.fixture
def make_user(programme: Programme) -> Callable[..., User]:
    """`make_user("officer", "founder")`: a person who holds these roles."""

    def make(*roles: str, name: str = "林晓") -> User:
        user = User.objects.create_user(username=f"u{User.objects.count()}", name=name, password="x")
        for role in roles:
            RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2015, 1, 1))
        return user

    return make
