"""The pages: what strangers see, how they object, what officers do; queries do not grow with the list."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.kit.actor import Actor
from kaichuang.parties.models import RoleGrant
from kaichuang.places.models import Programme
from kaichuang.publicity.columns import LineSpec
from kaichuang.publicity.models import Announcement, Objection
from kaichuang.publicity.operations import (
    accept_objection,
    decide_objection,
    open_announcement,
    refuse_objection,
    withdraw_announcement,
)
from kaichuang.publicity.operations.open import digest_of

from .conftest import OPENED, TEXT, at, states

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at:UserWarning")]
Make = Callable[..., Any]
DAY = date(2026, 3, 3)
GOOD = {"identity_kind": "person", "name": "王大明", "phone": "13800138000", "email": "", "text": TEXT}


@pytest.fixture(autouse=True)
def _frozen(programme: Programme) -> Iterator[None]:
    """Tuesday, the second day of the period."""
    Programme.objects.filter(pk=programme.pk).update(business_date=DAY)
    programme.refresh_from_db()
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor(programme: Programme) -> Client:
    client = Client()
    client.get(f"/?programme={programme.slug}")
    return client


@pytest.fixture
def sign_in(programme: Programme) -> Callable[..., Client]:
    def make(*roles: str) -> Client:
        user = User.objects.create_user(username=f"s{User.objects.count()}", name="林晓", password="x")
        for role in roles:
            RoleGrant.objects.create(user=user, programme=programme, role=role, since=date(2015, 1, 1))
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.session
        session[STRONG_KEY] = True
        session["programme"] = programme.slug
        session.save()
        return client

    return make


def test_strangers_find_what_is_open_and_what_was(visitor: Client, opened: Make, draft: Make) -> None:
    open_one, hidden = opened(), draft(title="草稿中的名单")
    page = visitor.get("/publicity/").content.decode()
    assert open_one.title in page and hidden.title not in page
    assert visitor.get(f"/publicity/{hidden.pk}/").status_code == 404
    assert open_one.title in visitor.get("/publicity/?when=open").content.decode()
    assert open_one.title not in visitor.get("/publicity/?when=over").content.decode()
    assert open_one.title not in visitor.get("/publicity/?kind=sanction").content.decode()
    assert open_one.title in visitor.get("/publicity/?place=all&kind=award").content.decode()


def test_the_feed_holds_what_is_public(
    visitor: Client, opened: Make, draft: Make, programme: Programme
) -> None:
    one = opened()
    draft(title="草稿中的名单")
    feed = visitor.get(f"/publicity/feed/?programme={programme.slug}").content.decode()
    assert one.title in feed and f"/publicity/{one.pk}/" in feed and "草稿" not in feed
    assert one.title not in visitor.get("/publicity/feed/?programme=elsewhere").content.decode()


def test_a_private_programme_s_lists_are_not_public(
    visitor: Client, opened: Make, programme: Programme
) -> None:
    one = opened()
    Programme.objects.filter(pk=programme.pk).update(is_public=False)
    assert visitor.get(f"/publicity/{one.pk}/").status_code == 404
    assert visitor.get(f"/api/publicity/announcements/{one.pk}").status_code == 404


def test_the_list_can_be_searched(visitor: Client, opened: Make) -> None:
    lines = [LineSpec(subject=None, cells={"name": name}) for name in ("张小三", "李思远", "王晓东")]
    one = opened(lines=lines)
    page = visitor.get(f"/publicity/{one.pk}/?q=李").content.decode()
    assert "李*远" in page and "张*三" not in page
    assert "没有符合条件" in visitor.get(f"/publicity/{one.pk}/?q=zzz").content.decode()


def test_an_excel_file_holds_every_line(visitor: Client, opened: Make) -> None:
    lines = [LineSpec(subject=None, cells={"name": "张小三", "amount": n * 100}) for n in range(120)]
    one = opened(lines=lines)
    answer = visitor.get(f"/publicity/{one.pk}/?export=lines.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined, arg-type]  # a streaming answer
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 121 and rows[2] == [2, "张*三", 1, "公示中"]


def test_queries_do_not_grow_with_the_list(visitor: Client, opened: Make) -> None:
    def queries(address: str) -> int:
        visitor.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert visitor.get(address).status_code == 200
        return len(seen)

    small = opened()
    big = opened(lines=[LineSpec(subject=None, cells={"name": "张小三"}) for _ in range(3000)])
    assert queries(f"/publicity/{big.pk}/") == queries(f"/publicity/{small.pk}/") <= 20
    assert queries("/publicity/") <= 12


def test_an_officer_s_pages_stay_within_their_queries(
    sign_in: Make, opened: Make, lodge: Make, django_assert_max_num_queries: Any
) -> None:
    client = sign_in("officer")
    announcement = opened()
    for position in (1, 2, 3):
        lodge(announcement, position)
    objection = Objection.objects.first()
    assert objection is not None
    for address, most in (
        ("/publicity/office/", 25),
        (f"/publicity/office/{announcement.pk}/", 32),
        ("/publicity/queue/", 25),
        (f"/publicity/queue/{objection.pk}/", 32),
    ):
        client.get(address)
        with django_assert_max_num_queries(most):
            assert client.get(address).status_code == 200


def test_a_stranger_objects_and_follows_it_by_the_receipt(
    visitor: Client, opened: Make, officer: Actor
) -> None:
    one = opened()
    answer = visitor.post(
        f"/publicity/{one.pk}/object/",
        {**GOOD, "line": "2", "files": [SimpleUploadedFile("发票.txt", "发票号码".encode())]},
        follow=True,
    )
    made = Objection.objects.get()
    assert answer.status_code == 200 and made.line is not None and made.line.position == 2
    page = answer.content.decode()
    assert made.printed_code in page and TEXT in page and "王*明" in page and "王大明" not in page
    assert answer["X-Robots-Tag"] == "noindex" and "no-store" in answer["Cache-Control"]
    found = visitor.get(f"/publicity/objections/?code={made.printed_code.lower()}")
    assert found.url == f"/publicity/objections/{made.code}/"  # type: ignore[attr-defined]  # a redirect
    accepted = accept_objection(objection=made, actor=officer, now=OPENED)
    decide_objection(objection=accepted, upheld=True, reason="发票重复，属实。", actor=officer, now=OPENED)
    page = visitor.get(f"/publicity/objections/{made.code}/").content.decode()
    assert "发票重复，属实。" in page and "下载答复书" in page
    letter = visitor.get(f"/publicity/objections/{made.code}/letter/")
    assert b"".join(letter.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined, arg-type]  # a streaming answer
    assert "发票重复，属实。" in visitor.get(f"/publicity/{one.pk}/").content.decode()


def test_the_letter_is_for_whoever_has_the_code(
    visitor: Client, opened: Make, lodge: Make, officer: Actor
) -> None:
    made = accept_objection(objection=lodge(opened()), actor=officer, now=OPENED)
    done = decide_objection(objection=made, upheld=False, reason="不属实。", actor=officer, now=OPENED)
    assert done.letter is not None
    assert visitor.get(f"/files/attachments/{done.letter.attachment_id}/download/").status_code == 404
    assert visitor.get("/publicity/objections/0000000000000000/letter/").status_code == 404


def test_everything_wrong_is_told_at_once_and_nothing_is_lost(visitor: Client, opened: Make) -> None:
    one = opened()
    answer = visitor.post(
        f"/publicity/{one.pk}/object/",
        {"identity_kind": "person", "name": "", "phone": "", "email": "x", "text": "不对劲", "line": "1"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "不对劲" in page and 'value="x"' in page
    assert set(answer.context["form"].errors) == {"name", "email", "text"}
    answer = visitor.post(f"/publicity/{one.pk}/object/", {"identity_kind": "person", "text": TEXT})
    assert set(answer.context["form"].errors) == {"name", "phone"}
    answer = visitor.post(f"/publicity/{one.pk}/object/", {**GOOD, "phone": "abc"})
    assert set(answer.context["form"].errors) == {"phone"} and TEXT in answer.content.decode()
    answer = visitor.post(
        f"/publicity/{one.pk}/object/", {**GOOD, "files": [SimpleUploadedFile("x.exe", b"MZ")]}
    )
    assert answer.status_code == 422 and "重新选择" in answer.content.decode()
    assert not Objection.objects.exists()


def test_a_machine_soon_waits_and_keeps_its_text(visitor: Client, opened: Make) -> None:
    one = opened()
    for _ in range(10):
        assert visitor.post(f"/publicity/{one.pk}/object/", GOOD).status_code == 302
    answer = visitor.post(f"/publicity/{one.pk}/object/", GOOD)
    assert answer.status_code == 429 and TEXT in answer.content.decode()
    assert Objection.objects.count() == 10


def test_guessing_receipts_is_slowed_down(visitor: Client) -> None:
    answers = [visitor.get("/publicity/objections/0000000000000000/").status_code for _ in range(32)]
    assert set(answers[:30]) == {404} and answers[-1] == 429


@pytest.mark.parametrize("line", ["0", "99", "-1", "１", "x", "9" * 30])
def test_a_line_that_is_not_there_is_not_found(visitor: Client, opened: Make, line: str) -> None:
    assert visitor.get(f"/publicity/{opened().pk}/object/?line={line}").status_code == 404


def test_a_late_objection_says_so(visitor: Client, opened: Make, programme: Programme) -> None:
    one = opened()
    Programme.objects.filter(pk=programme.pk).update(business_date=date(2026, 3, 20))
    assert "公示期已过" in visitor.get(f"/publicity/{one.pk}/object/").content.decode()
    page = visitor.post(f"/publicity/{one.pk}/object/", GOOD, follow=True).content.decode()
    assert "公示期外" in page and Objection.objects.get().is_late


def test_a_withdrawn_list_keeps_its_page(visitor: Client, opened: Make, officer: Actor) -> None:
    one = opened()
    withdraw_announcement(announcement=one, reason="名单有误，另行公示", actor=officer, now=OPENED)
    page = visitor.get(f"/publicity/{one.pk}/").content.decode()
    assert "名单有误，另行公示" in page
    assert visitor.get(f"/publicity/{one.pk}/object/").status_code == 404


def test_an_officer_takes_a_list_from_spreadsheet_to_record(
    sign_in: Make, visitor: Client, unit: Any, programme: Programme
) -> None:
    client = sign_in("officer")
    rows = "企业\t联系人姓名\t手机\t拟补助金额\n甲公司\t张小三\t13800138000\t12万\n乙公司\t李四\t13900139000\t3,000.50\n"
    values = {
        "kind": "award",
        "title": "补助公示",
        "unit": unit.pk,
        "clause": "NH 三(二)",
        "days": 5,
        "rows": rows,
    }
    answer = client.post("/publicity/office/new/", values)
    row = Announcement.objects.get()
    assert answer.url == f"/publicity/office/{row.pk}/"  # type: ignore[attr-defined]  # a redirect
    first = row.lines.get(position=1)
    assert first.cells == {"c1": "甲公司", "c2": "张*三", "c3": "138****8000", "c4": 12_000_000}
    assert first.amount_fen == 12_000_000 and row.lines.get(position=2).amount_fen == 300_050
    assert "2026-03-10" in client.get(f"/publicity/office/{row.pk}/").content.decode()
    values = {"title": "补助公示（更正）", "days": 3, "text": "", "contact": "0574-1", "opens_on": ""}
    assert client.post(f"/publicity/office/{row.pk}/revise/", values).status_code == 302
    assert client.post(f"/publicity/office/{row.pk}/open/").status_code == 302
    row.refresh_from_db()
    assert row.title == "补助公示（更正）" and row.closes_on == date(2026, 3, 6)
    visitor.post(f"/publicity/{row.pk}/object/", {**GOOD, "line": "2"})
    made = Objection.objects.get()
    assert made.reference in client.get("/publicity/queue/?state=waiting").content.decode()
    assert client.post(f"/publicity/queue/{made.pk}/accept/").status_code == 302
    assert states(row) == ["listed", "contested"]
    shown = client.post(f"/publicity/queue/{made.pk}/reveal/", {"reveal-reason": "电话核实"}).content.decode()
    assert "王大明" in shown and "13800138000" in shown
    assert "王大明" not in client.get(f"/publicity/queue/{made.pk}/").content.decode()
    wrong = client.post(f"/publicity/queue/{made.pk}/decide/", {"upheld": "yes", "reason": "王大明所述属实"})
    assert wrong.status_code == 422
    done = client.post(f"/publicity/queue/{made.pk}/decide/", {"upheld": "yes", "reason": "重复申报，属实。"})
    assert done.status_code == 302
    Programme.objects.filter(pk=programme.pk).update(business_date=date(2026, 3, 7))
    out = io.StringIO()
    call_command("close_announcements", stdout=out)
    assert "closed 1" in out.getvalue()
    row.refresh_from_db()
    assert states(row) == ["cleared", "struck"]
    page = visitor.get(f"/publicity/{row.pk}/").content.decode()
    assert "公示结果记录" in page
    pdf = visitor.get(f"/files/attachments/{row.record.attachment_id}/download/")
    assert pdf.status_code == 200


@pytest.mark.parametrize("rows", ["只有一行", "企业\t金额\n甲\t很多\n", "企业\n甲\t乙\t丙\n"])
def test_a_pasted_list_that_cannot_be_read_is_kept(sign_in: Make, unit: Any, rows: str) -> None:
    values = {"kind": "award", "title": "x", "unit": unit.pk, "clause": "y", "days": 5, "rows": rows}
    answer = sign_in("officer").post("/publicity/office/new/", values)
    assert answer.status_code == 422 and answer.context["form"].errors.keys() == {"rows"}
    assert not Announcement.objects.exists()


def test_an_officer_refuses_with_a_letter(sign_in: Make, opened: Make, lodge: Make) -> None:
    made = lodge(opened())
    client = sign_in("officer")
    values = {"refusal": "out_of_scope", "reason": "反映的是另一事项。"}
    assert client.post(f"/publicity/queue/{made.pk}/refuse/", values).status_code == 302
    made.refresh_from_db()
    assert made.state == "not_accepted" and made.letter is not None
    assert client.post(f"/publicity/queue/{made.pk}/accept/").status_code == 409


def test_the_digest_can_be_repeated_from_the_api(visitor: Client, opened: Make) -> None:
    import hashlib

    one = opened()
    detail = visitor.get(f"/api/publicity/announcements/{one.pk}").json()
    listed = visitor.get(f"/api/publicity/announcements/{one.pk}/lines?limit=1000").json()

    def line(value: object) -> bytes:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode() + b"\n"

    digest = hashlib.sha256(line(detail["columns"]))
    for row in listed["lines"]:
        digest.update(line([row["position"], row["cells"], row["amount_fen"]]))
    assert digest.hexdigest() == detail["digest"] == digest_of(one)


def test_the_api_goes_the_whole_way(visitor: Client, sign_in: Make, unit: Any) -> None:
    client = sign_in("officer")

    def post(who: Client, address: str, **values: Any) -> Any:
        return who.post(f"/api/publicity/{address}", json.dumps(values), content_type="application/json")

    made = post(
        client,
        "announcements",
        kind="award",
        title="接口公示",
        columns=[{"code": "name", "zh": "姓名", "mask": "name"}],
        lines=[{"name": "张小三"}, {"name": "李四"}],
        days=5,
        unit=unit.pk,
    ).json()
    assert visitor.get(f"/api/publicity/announcements/{made['id']}").status_code == 404
    opened = post(client, f"announcements/{made['id']}/open").json()
    assert opened["state"] == "open" and opened["closes_on"] == "2026-03-10"
    assert visitor.get("/api/publicity/announcements?running=true").json()[0]["id"] == made["id"]
    wrong = post(visitor, f"announcements/{made['id']}/objections", position=1, text="短")
    assert wrong.status_code == 422
    assert {one["code"] for one in wrong.json()["problems"]} == {"name", "contact", "text"}
    receipt = post(visitor, f"announcements/{made['id']}/objections", position=1, **GOOD).json()
    assert receipt["author"] == "王*明"
    pk = client.get("/api/publicity/objections").json()[0]["id"]
    assert post(client, f"objections/{pk}/accept").json()["state"] == "accepted"
    again = post(client, f"objections/{pk}/accept")
    assert again.status_code == 409 and again.json()["problems"][0]["code"] == "stale"
    post(client, f"objections/{pk}/decide", upheld=False, reason="经核查不属实。")
    code = receipt["code"]
    assert visitor.get(f"/api/publicity/receipts/{code}").json()["reason"] == "经核查不属实。"
    assert visitor.get("/api/publicity/receipts/abc").status_code == 422
    assert visitor.get("/api/publicity/objections").status_code == 401


def test_ten_thousand_lines_are_one_page_of_fifty(visitor: Client, draft: Make, officer: Actor) -> None:
    lines = [LineSpec(subject=None, cells={"name": f"{n}张小三", "amount": n}) for n in range(10_000)]
    one = open_announcement(announcement=draft(lines=lines), actor=officer, now=OPENED)
    page = visitor.get(f"/publicity/{one.pk}/?lines-sort=-amount").content.decode()
    assert "共 10,000 条" in page or "共 10000 条" in page
    csv = b"".join(visitor.get(f"/publicity/{one.pk}/?export=lines.csv").streaming_content)  # type: ignore[attr-defined, arg-type]  # a streaming answer
    assert csv.count(b"\r\n") == 10_001


def test_pages_come_in_three_languages(visitor: Client, opened: Make) -> None:
    one = opened()
    for language, word in (("en", "Object"), ("zh-hant", "提出異議"), ("zh-hans", "提出异议")):
        visitor.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = visitor.get(f"/publicity/{one.pk}/").content.decode()
        assert word in page


def test_the_demo_loads_twice_and_shows_both_ends(programme: Programme, settings: Any) -> None:
    from kaichuang.publicity import demo

    settings.DEMO = True
    Programme.objects.filter(pk=programme.pk).update(slug="ninghai", business_date=None)
    for _ in range(2):
        demo.load(now=at(date(2026, 6, 10)))
    found = dict(Announcement.objects.values_list("kind", "state"))
    assert found == {"recognition": "closed", "award": "open", "sanction": "draft"}
    assert sorted(Objection.objects.values_list("state", flat=True)) == ["accepted", "lodged", "upheld"]
    assert states(Announcement.objects.get(kind="recognition")) == ["cleared"] * 3 + ["struck"]


def test_the_desk_notes_the_call_on_the_page(
    sign_in: Make, opened: Make, lodge: Make, officer: Actor
) -> None:
    objection = lodge(opened(), reply_by="phone")
    refuse_objection(
        objection=objection, refusal="no_facts", reason="没有写明事实。", actor=officer, now=OPENED
    )
    client = sign_in("officer")
    page = f"/publicity/queue/{objection.pk}/"
    assert "登记已告知" in client.get(page).content.decode()
    assert (
        client.post(f"{page}called/", {"call-called_on": "", "call-called_by": "王经办"}).status_code == 422
    )
    objection.refresh_from_db()
    told = {"call-called_on": objection.decided_on.isoformat(), "call-called_by": "王经办"}
    answer = client.post(f"{page}called/", told, follow=True).content.decode()
    assert "已登记电话告知" in answer and "王经办" in answer and "登记已告知" not in answer
