"""Inbox and work list on the web and in the API."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kaichuang.accounts.models import User
from kaichuang.kit.actor import Actor, ActorKind
from kaichuang.notices.audience import Audience
from kaichuang.notices.models import Preference, Receipt, WorkItem
from kaichuang.notices.operations import notify, open_work
from kaichuang.notices.queries import unread_count
from kaichuang.parties.models import Party, Unit
from kaichuang.places.models import Programme

from .conftest import NOW, MakeUser, login

HAN = re.compile(r"[\u4e00-\u9fff]")


def main_of(answer: object) -> str:
    html = answer.content.decode()  # type: ignore[attr-defined]
    return str(html[html.index('<div class="kc-main"') : html.index("</main>")])


def tell(user: User, number: int = 0, **more: object) -> Receipt:
    notice = notify(
        kind="notices.message",
        audience=Audience.of_user(user.pk),
        now=NOW,
        params={"title": f"T{number}", "body": "B"},
        **more,
    )  # type: ignore[arg-type]
    return notice.receipts.get()


def give(
    programme: Programme, user: User, number: int = 0, *, due: date | None = None, kind: str = "test.call"
) -> WorkItem:
    about = Party.objects.create(kind="team", name=f"t{number}")
    return open_work(
        programme=programme,
        kind=kind,
        subject=about,
        recipient=Audience.of_user(user.pk),
        now=NOW,
        params={"name": "X", "matter": "X"},
        due_on=due,
        tell=False,
    )


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
def test_pages_speak_their_language(programme: Programme, make_user: MakeUser, language: str) -> None:
    Programme.objects.update(name="Ninghai")
    user = make_user("a", "leader")
    User.objects.filter(pk=user.pk).update(name="Ann")
    receipt, item = tell(user), give(programme, user, due=date(2026, 3, 5), kind="gone.kind")
    WorkItem.objects.update(params={"title": "Call"})
    client = login(user)
    client.cookies["django_language"] = language
    for path in (
        "inbox/",
        f"inbox/{receipt.pk}/",
        "preferences/",
        "work/",
        f"work/{item.pk}/",
        "work/?all=1&overdue=on",
    ):
        answer = client.get(f"/notices/{path}")
        assert answer.status_code == 200, path
        text = main_of(answer)
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", text)
        found = set(HAN.findall(text))
        if language == "en":
            assert not found, (path, "".join(found))
        else:
            assert found
            wrong = {"zh-hans": "項單據辦時標題", "zh-hant": "项单据办时标题"}[language]
            assert not set(wrong) & found, (path, set(wrong) & found)


def test_a_notice_is_read_when_its_page_says_so_and_others_cannot(make_user: MakeUser) -> None:
    user, other = make_user("a"), make_user("b")
    receipt = tell(user)
    assert login(other).get(f"/notices/inbox/{receipt.pk}/").status_code == 404
    client = login(user)
    assert "<strong>T0</strong>" in main_of(client.get("/notices/inbox/"))
    assert ">T0<" in main_of(client.get("/notices/inbox/?unread=on"))
    assert "T0" in main_of(client.get(f"/notices/inbox/{receipt.pk}/"))
    assert (
        Receipt.objects.get().read_at is None
    )  # a look changes nothing, nor does a browser that looks ahead
    assert login(other).post(f"/notices/inbox/{receipt.pk}/open/").status_code == 404
    assert (
        client.post(f"/notices/inbox/{receipt.pk}/open/", headers={"HX-Request": "true"}).status_code == 204
    )
    assert "<strong>T0</strong>" not in main_of(client.get("/notices/inbox/"))
    assert ">T0<" not in main_of(client.get("/notices/inbox/?unread=on"))


def test_a_notice_leads_into_the_programme_it_is_about(make_user: MakeUser, programme: Programme) -> None:
    other = Programme.objects.create(slug="other", name="另一项目", place=programme.place)
    user = make_user("a")
    receipt = tell(user, programme=other, link="/booking/?q=1")
    client = login(user)
    client.get("/?programme=" + programme.slug)
    answer = client.post(f"/notices/inbox/{receipt.pk}/open/")
    assert answer.headers["Location"] == "/booking/?q=1&programme=other"
    assert Receipt.objects.get().read_at is not None


def test_reading_in_bulk_touches_only_one_s_own(make_user: MakeUser) -> None:
    user, other = make_user("a"), make_user("b")
    mine, theirs = [tell(user, number) for number in range(3)], tell(other)
    client = login(user)
    client.post("/notices/inbox/read/", {"selected": [mine[0].pk, theirs.pk, "x", "9" * 30]})
    assert set(Receipt.objects.exclude(read_at=None)) == {mine[0]}
    client.post("/notices/inbox/read-all/")
    assert Receipt.objects.filter(read_at=None).get() == theirs


def test_the_bell_is_one_index_look_up(make_user: MakeUser, programme: Programme) -> None:
    user = make_user("a")
    for number in range(3):
        tell(user, number)
    actor = Actor(kind=ActorKind.USER, user_id=user.pk)
    with CaptureQueriesContext(connection) as queries:
        assert unread_count(actor) == 3
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        assert unread_count(Actor.public()) == 0
    assert len(queries) == 0
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN SELECT count(*) FROM notices_receipt WHERE user_id = 1 AND read_at IS NULL")
        assert "notices_receipt_unread" in str(cursor.fetchall())


def test_preferences_are_saved_by_programme(make_user: MakeUser, programme: Programme) -> None:
    user = make_user("a")
    client = login(user)
    form = {"mail": "daily", "quiet_from": "21:00", "quiet_until": "08:30", "digest_at": "09:00"}
    assert client.post("/notices/preferences/", {**form, "programme": ""}).status_code == 302
    assert (
        client.post("/notices/preferences/", {**form, "mail": "none", "programme": "ninghai"}).status_code
        == 302
    )
    assert (
        client.post("/notices/preferences/", {**form, "quiet_from": "25:99", "programme": ""}).status_code
        == 422
    )
    saved = {
        row.programme_id: (row.mail, str(row.quiet_until)) for row in Preference.objects.filter(user=user)
    }
    assert saved == {None: ("daily", "08:30:00"), programme.pk: ("none", "08:30:00")}


def test_the_work_page_lists_filters_and_exports(programme: Programme, make_user: MakeUser) -> None:
    user = make_user("a")
    late, later = (
        give(programme, user, 1, due=date(2020, 1, 1)),
        give(programme, user, 2, due=date(2090, 1, 1)),
    )
    client = login(user)
    text = main_of(client.get("/notices/work/"))
    assert text.index(f"/notices/work/{late.pk}/") < text.index(f"/notices/work/{later.pk}/")
    text = main_of(client.get("/notices/work/?overdue=on"))
    assert f"/notices/work/{late.pk}/" in text
    assert f"/notices/work/{later.pk}/" not in text
    exported = b"".join(client.get("/notices/work/?export=work.csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "2020-01-01" in exported
    assert client.post(f"/notices/work/{late.pk}/finish/").status_code == 302
    assert f"/notices/work/{late.pk}/" in main_of(client.get("/notices/work/?closed=on"))
    assert f"/notices/work/{late.pk}/" not in main_of(client.get("/notices/work/"))


def test_reassigning_by_the_page(programme: Programme, make_user: MakeUser, unit: Unit) -> None:
    user, other = make_user("a", "officer"), make_user("b", "officer")
    item = give(programme, user)
    client = login(user)
    path = f"/notices/work/{item.pk}/"
    assert client.post(path, {"reason": "x"}).status_code == 422
    assert client.post(path, {"reason": "x", "user": other.pk, "role": "officer"}).status_code == 422
    assert client.post(path, {"reason": "出差", "user": other.pk}).status_code == 302
    item.refresh_from_db()
    assert item.user == other
    assert client.get(path).status_code == 404
    assert "出差" in main_of(login(other).get(path))


@pytest.mark.parametrize("path", ["inbox/", "inbox/1/", "preferences/", "work/", "work/1/"])
def test_nobody_without_login(db: None, path: str) -> None:
    assert Client().get(f"/notices/{path}").status_code == 302


@pytest.mark.parametrize("path", ["/api/notices/inbox", "/api/notices/unread", "/api/notices/work"])
def test_the_api_needs_a_login(db: None, path: str) -> None:
    assert Client().get(path).status_code == 401


def test_the_api(programme: Programme, make_user: MakeUser) -> None:
    user, leader = make_user("a"), make_user("l", "leader")
    receipt, item = tell(user), give(programme, user, due=date(2026, 3, 9))
    client = login(user)
    [row] = client.get("/api/notices/inbox").json()["items"]
    assert (row["title"], row["body"], row["read_at"]) == ("T0", "B", None)
    assert client.get("/api/notices/unread").json() == {"count": 1}
    assert client.post(
        "/api/notices/read", {"ids": [receipt.pk]}, content_type="application/json"
    ).json() == {"count": 1}
    [work] = client.get("/api/notices/work").json()["items"]
    assert (work["title"], work["due"], work["state"]) == ("电话回访X", "2026-03-09", "open")
    boss = login(leader)
    assert boss.get("/api/notices/work").json()["count"] == 0
    assert boss.get("/api/notices/work?everybody=true").json()["count"] == 1
    assert boss.post(f"/api/notices/work/{item.pk}/urge").status_code == 200
    assert client.post(f"/api/notices/work/{item.pk}/finish").json()["state"] == "done"
    assert login(make_user("c")).post(f"/api/notices/work/{item.pk}/finish").status_code == 404


@pytest.mark.parametrize(
    "path", ["/notices/inbox/", "/notices/work/", "/api/notices/inbox", "/api/notices/work"]
)
def test_a_list_costs_the_same_for_one_and_for_many(
    programme: Programme, make_user: MakeUser, path: str
) -> None:
    user = make_user("a", "leader")
    client, counts = login(user), []
    for round_ in range(2):
        for number in range(1 if round_ == 0 else 4):
            tell(user, number + 10 * round_)
            give(programme, user, number + 10 * round_, due=date(2026, 3, 2) + timedelta(days=number))
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 20
