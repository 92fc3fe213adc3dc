"""The pages of the shell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client, RequestFactory, override_settings

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import NotAllowed, Problem, Refused, Stale
from kaichuang.parties.models import Membership, Party, PartyKind
from kaichuang.places.models import Programme
from kaichuang.portal.web import context
from kaichuang.portal.web.middleware import ProblemMiddleware
from kaichuang.ui import home, navigation, search, work
from kaichuang.ui.components.cards import Row
from kaichuang.ui.home import Figure
from kaichuang.ui.navigation import Area
from kaichuang.ui.search import Found, Hit
from kaichuang.ui.work import WorkItem, WorkList

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_registries(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The shell without any context hung into it."""
    monkeypatch.setattr(navigation, "_entries", {})
    monkeypatch.setattr(navigation, "_inbox", [])
    monkeypatch.setattr(search, "_providers", {})
    monkeypatch.setattr(work, "_providers", {})
    monkeypatch.setattr(home, "_figures", {})
    monkeypatch.setattr(home, "_feeds", {})
    context.forget()
    yield
    context.forget()


def text(client: Client, address: str, **more: Any) -> str:
    answer = client.get(address, **more)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_front_page_costs_one_query_without_registered_content(
    programme: Programme, empty_registries: None, django_assert_num_queries: Any
) -> None:
    client = Client()
    client.get("/")
    with django_assert_num_queries(1):
        html = text(client, "/")
    assert programme.name in html


def test_the_front_page_works_without_any_programme() -> None:
    assert "创业创新政策公共服务" in text(Client(), "/")


@pytest.mark.parametrize("address", ["/", "/search/", "/areas/data/", "/programmes/", "/design/"])
def test_pages_of_the_shell_cost_few_queries(
    programme: Programme, address: str, empty_registries: None, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(3):
        Client().get(address)


def test_contexts_fill_the_front_page(programme: Programme, empty_registries: None) -> None:
    home.register_figure(key="a", ask=lambda actor, today: Figure(label="兑现", value=1480, unit="万元"))
    home.register_figure(key="b", ask=lambda actor, today: None)
    home.register_feed(
        key="c",
        label="最新政策",
        url_name="portal:search",
        ask=lambda actor, today, limit: [Row(title=f"办法{today:%Y}", url="/x/")][:limit],
    )
    html = text(Client(), "/")
    assert "1,480" in html
    assert "办法2015" in html


def test_contexts_fill_areas_and_the_main_navigation(programme: Programme, empty_registries: None) -> None:
    navigation.register(label="会议室", url_name="portal:search", area=Area.SPACES, text="按小时预约。")
    navigation.register(label="仅专家", url_name="portal:design", area=Area.SPACES, roles={"expert"})
    navigation.register(label="政策库", url_name="portal:programmes", area=Area.POLICY, main=True)
    context.forget()
    html = text(Client(), "/areas/spaces/")
    assert "会议室" in html
    assert "仅专家" not in html
    assert '<li><a href="/programmes/">政策</a></li>' in html
    assert '<a href="/areas/spaces/" aria-current="true">' in html


def test_the_side_navigation_lights_one_entry_and_the_workspace(sign_in: Any, empty_registries: None) -> None:
    navigation.register(label="主体", url_name="parties:mine", area=Area.WORKSPACE)
    navigation.register(label="名录", url_name="parties:register_list", area=Area.WORKSPACE)
    html = text(sign_in("officer"), "/parties/register/")
    assert html.count('aria-current="page"') == 1
    assert '<a href="/parties/register/" aria-current="page">' in html
    assert '<a href="/workspace/" aria-current="true">' in html


def test_who_acts_for_nobody_is_asked_and_comes_back(sign_in: Any) -> None:
    client = sign_in("founder")
    person = Party.objects.create(
        kind=PartyKind.PERSON, name="林晓", user_id=int(client.session["_auth_user_id"])
    )
    answer = client.get("/booking/keep/new/", follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain == [("/acting/?next=%2Fbooking%2Fkeep%2Fnew%2F", 302)]
    assert "本人" in html
    assert f'value="{person.pk}"' in html
    answer = client.post("/acting/", {"party": person.pk, "next": "/booking/keep/new/"})
    assert answer.headers["Location"] == "/booking/keep/new/"


def test_browsers_that_ask_for_the_old_icon_get_the_mark() -> None:
    assert Client().get("/favicon.ico").headers["Location"].endswith("ui/mark.svg")


def test_an_area_without_entries_says_what_to_do(empty_registries: None) -> None:
    assert "请先查阅政策或联系责任单位" in text(Client(), "/areas/services/")
    assert Client().get("/areas/nowhere/").status_code == 404


def test_the_workspace_shows_what_is_to_do_by_urgency_and_what_is_mine(
    sign_in: Any, empty_registries: None
) -> None:
    def to_do(actor: Actor, /, *, today: date, limit: int) -> WorkList:
        assert today == date(2015, 11, 20)
        items = (
            WorkItem(title="以后", url="/1/", due_on=date(2015, 12, 30)),
            WorkItem(title="超期件", url="/2/", due_on=date(2015, 11, 18), state="评审中", tone="info"),
            WorkItem(title="中止件", url="/3/", paused=True),
            WorkItem(title="明天件", url="/4/", due_on=date(2015, 11, 21)),
        )
        return WorkList(items, 9, "/all/")

    def mine(actor: Actor, /, *, today: date, limit: int) -> WorkList:
        return WorkList((WorkItem(title="我的申请", url="/5/"),), 1)

    work.register(key="r", label="待评审", roles={"expert"}, to_do=to_do)
    work.register(key="m", label="申请", roles=set(), mine=mine)
    client = sign_in("expert")
    html = text(client, "/workspace/")
    order = [html.index(title) for title in ("超期件", "明天件", "以后", "中止件")]
    assert order == sorted(order)
    assert "已超期 2 天" in html
    assert "我的申请" in html
    assert "待评审 <span" in html
    assert "超期件" not in text(client, "/workspace/person/")


def test_what_is_ones_own_stands_in_the_workspace_of_a_role_held_from_outside(
    sign_in: Any, empty_registries: None
) -> None:
    def mine(actor: Actor, /, *, today: date, limit: int) -> WorkList:
        return WorkList((WorkItem(title="我的申请", url="/5/"),), 1)

    work.register(key="m", label="申请", roles={work.PERSON}, mine=mine)
    founder = text(sign_in("founder"), "/workspace/")
    assert "我的申请" in founder and "/workspace/person/" not in founder
    officer = sign_in("officer")
    assert "我的申请" not in text(officer, "/workspace/")
    assert "我的申请" in text(officer, "/workspace/person/")


def test_one_may_open_only_the_workspaces_of_roles_one_holds(sign_in: Any) -> None:
    client = sign_in("officer", "founder")
    html = text(client, "/workspace/")
    assert 'href="/workspace/officer/" aria-current="page"' in html
    assert 'href="/workspace/founder/"' in html
    assert client.get("/workspace/auditor/").status_code == 404
    assert client.get("/workspace/nobody/").status_code == 404


def test_the_programme_is_chosen_and_kept(programme: Programme) -> None:
    other = Programme.objects.create(slug="other", name="另一项目", place=programme.place)
    Programme.objects.create(slug="closed", name="内部项目", place=programme.place, is_public=False)
    client = Client()
    assert "内部项目" not in text(client, "/programmes/")
    answer = client.post("/programmes/", {"programme": other.slug, "next": "/search/"})
    assert answer.headers["Location"] == "/search/"
    assert "另一项目" in text(client, "/search/")
    assert client.post("/programmes/", {"programme": "closed"}).status_code == 404


def test_one_acts_for_a_party_only_as_its_member(sign_in: Any, programme: Programme) -> None:
    client = sign_in("founder")
    user = User.objects.get(pk=client.session["_auth_user_id"])
    mine = Party.objects.create(kind=PartyKind.TEAM, name="创客团队")
    strange = Party.objects.create(kind=PartyKind.TEAM, name="别人的团队")
    Membership.objects.create(user=user, party=mine, kind="owner", since=date(2015, 1, 1))
    html = text(client, "/acting/")
    assert "创客团队" in html
    assert "别人的团队" not in html
    assert client.post("/acting/", {"party": strange.pk}).status_code == 404
    assert client.post("/acting/", {"party": mine.pk}).status_code == 302
    assert "代表 创客团队" in text(client, "/")
    client.post("/acting/", {"party": ""})
    assert "代表 创客团队" not in text(client, "/")


@pytest.mark.parametrize(
    ("address", "expected"),
    [("//evil.example/", "/"), ("https://evil.example/", "/"), ("/design/", "/design/")],
)
def test_one_is_sent_on_only_within_this_site(programme: Programme, address: str, expected: str) -> None:
    answer = Client().post("/programmes/", {"programme": programme.slug, "next": address})
    assert answer.headers["Location"] == expected


@pytest.mark.parametrize(
    ("code", "tag", "word"),
    [("zh-hans", "zh-Hans", "办事"), ("zh-hant", "zh-Hant", "辦事"), ("en", "en", "Services")],
)
def test_the_language_is_switched_and_the_page_kept(code: str, tag: str, word: str) -> None:
    client = Client()
    page = text(client, "/search/?q=x")
    assert 'name="next" value="/search/?q=x"' in page
    answer = client.post("/accounts/language/", {"language": code, "next": "/search/?q=x"})
    assert answer.headers["Location"] == "/search/?q=x"
    html = text(client, "/search/?q=x")
    assert f'<html lang="{tag}"' in html
    assert word in html


def test_search_asks_every_provider_and_marks_the_words(empty_registries: None) -> None:
    def find(actor: Actor, /, *, text: str, limit: int, offset: int) -> Found:
        hits = tuple(Hit(title=f"{text}空间{offset + n}", url="/h/", text=f"<b>{text}") for n in range(limit))
        return Found(hits, 45)

    search.register(key="spaces", label="空间", find=find)
    client = Client()
    html = text(client, "/search/?q=众创")
    assert html.count("<mark>众创</mark>空间") == 5
    assert "&lt;b&gt;<mark>众创</mark>" in html
    assert "查看全部 45 条" in html
    page = text(client, "/search/?q=众创&kind=spaces&page=2")
    assert page.count("<mark>众创</mark>空间") == 20
    assert "<mark>众创</mark>空间20" in page


def test_search_without_hits_says_what_to_try(empty_registries: None) -> None:
    assert "请换一个更短的词" in text(Client(), "/search/?q=没有")
    assert "想找什么？" in text(Client(), "/search/")


def test_the_bell_counts_unread_notices(sign_in: Any, empty_registries: None) -> None:
    navigation.register_inbox(url_name="portal:search", unread=lambda actor: 120)
    html = text(sign_in(), "/")
    assert "99+" in html
    assert "99+" not in text(Client(), "/")


@override_settings(DEBUG=False)
def test_errors_have_pages_of_the_shell(programme: Programme) -> None:
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    missing = client.get("/no/such/page/")
    assert missing.status_code == 404
    assert "没有找到这个页面" in missing.content.decode()
    stale = client.post("/programmes/", {"programme": "x"})
    assert stale.status_code == 403
    assert "页面已过期" in stale.content.decode()


def test_a_broken_page_says_so_without_the_shell(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(context.Shell, "programme", property(broken))
    client = Client(raise_request_exception=False)
    answer = client.get("/")
    assert answer.status_code == 500
    assert "系统出错了" in answer.content.decode()
    assert "broken" not in answer.content.decode()


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (NotAllowed(Problem("role_required", "请联系管理员。")), 403, "请联系管理员。"),
        (Stale(), 409, "刷新"),
        (Refused(Problem("a", "面积不足。"), Problem("b", "申报已截止。")), 400, "申报已截止。"),
    ],
)
def test_a_refusal_that_no_view_handles_is_a_page_with_its_reasons(
    error: Exception, status: int, words: str, rf: RequestFactory
) -> None:
    answer = ProblemMiddleware(lambda request: None).process_exception(rf.get("/x/"), error)  # type: ignore[arg-type]  # not called
    assert answer is not None
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_refusal_for_want_of_a_login_leads_to_the_sign_in(rf: RequestFactory) -> None:
    error = NotAllowed(Problem("login_required", "请先登录。"))
    answer = ProblemMiddleware(lambda request: None).process_exception(rf.get("/x/?a=1"), error)  # type: ignore[arg-type]  # same
    assert answer is not None
    assert answer.headers["Location"] == "/accounts/login/?next=/x/%3Fa%3D1"


def test_every_role_has_its_guide() -> None:
    from kaichuang.parties.models import Role
    from kaichuang.portal.web.roles import GUIDES

    assert set(GUIDES) == {*(role.value for role in Role), "person"}


def test_every_area_of_the_navigation_leads_somewhere() -> None:
    context.forget()
    client = Client()
    for item in context.main_navigation("zh-hans"):
        assert client.get(item.url).status_code == 200, item
    for entry in navigation.all_entries():
        assert entry.url.startswith("/")


def test_nothing_inline_and_a_strict_policy(programme: Programme) -> None:
    answer = Client().get("/")
    html = answer.content.decode()
    assert "<style" not in html
    assert " style=" not in html
    assert html.count("<script") == html.count("<script src=")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_kept_header_is_filled_for_each_request(programme: Programme) -> None:
    client = Client()
    first = text(client, "/search/?q=甲")
    again = text(client, "/search/", data={"q": "\x00token\x00<b>"})
    assert 'value="甲"' in first
    assert "&lt;b&gt;" in again
    assert "甲" not in again
    token = client.cookies["csrftoken"].value
    assert token not in again.split('id="site-search"')[1].split(">")[0]
    programme.name = "改名后的项目"
    programme.save()
    assert "改名后的项目" in text(client, "/search/")
