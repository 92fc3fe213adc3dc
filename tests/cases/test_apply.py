"""The applicant's pages through the browser's door: form, papers, review, own cases."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kaichuang.accounts.models import User
from kaichuang.accounts.strong import STRONG_KEY
from kaichuang.cases.models import Case, Evidence
from kaichuang.cases.needs import is_complete
from kaichuang.cases.operations.matters import open_round
from kaichuang.cases.operations.stays import desks_of
from kaichuang.facts.operations import Told as Observed
from kaichuang.facts.operations import observe
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:No directory at:UserWarning")]


def browser_of(actor: Actor, place: Any) -> Client:
    """A browser signed in as the actor, acting for its party in the place."""
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session[STRONG_KEY], session["programme"] = True, place.programme.slug
    if actor.party_id is not None:
        session["party"] = actor.party_id
    session.save()
    return client


def announce(place: Any, code: str) -> None:
    """A round that is open on the day of the tests' clock, which is the computer's."""
    open_round(
        matter=place.matter(code), title="2017年第一批", opens_at=datetime(2017, 1, 1, tzinfo=UTC),
        closes_at=datetime(2099, 1, 1, tzinfo=UTC), year=2017, shortfall="queue", actor=place.system, now=place.now,
    )  # fmt: skip


def begin(client: Client, place: Any, code: str) -> Case:
    answer = client.post(reverse("cases:begin", args=[place.matter(code).pk]))
    assert answer.status_code == 302, answer.content[:500]
    return Case.objects.get(pk=int(re.search(r"/cases/(\d+)/apply/", answer["Location"])[1]))  # type: ignore[index]  # it is there


def stamp(case: Case) -> str:
    return Case.objects.get(pk=case.pk).changed_at.isoformat()


def rows(table: str, *given: dict[str, str], initial: int = 0) -> dict[str, str]:
    """A table as the form posts it."""
    values = {
        f"t-{table}-TOTAL_FORMS": str(len(given) + 1),
        f"t-{table}-INITIAL_FORMS": str(initial),
        f"q-{table}:have": "rows",
    }
    for number, row in enumerate(given):
        values |= {f"t-{table}-{number}-{name}": cell for name, cell in row.items()}
    return values


INVOICE = {"number": "A001", "issued_on": "2017-03-01", "amount": "40万", "category": "software", "necessary": "yes", "claimed_before": "no"}  # fmt: skip


def paper(name: str = "发票.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, f"{name},1\n".encode(), content_type="text/csv")


@pytest.fixture
def space(ninghai: Any) -> tuple[Client, Actor, Any]:
    announce(ninghai, "NH-S4")
    _party, actor = ninghai.party("宁海创客空间")
    return browser_of(actor, ninghai), actor, ninghai


def test_the_form_asks_only_for_what_the_measure_needs_and_the_applicant_can_supply(space: Any) -> None:
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    page = client.get(reverse("cases:apply", args=[case.pk])).content.decode()
    asked = set(re.findall(r'id="id_([a-z_]+)" tabindex', page))
    assert asked == {"is_space_or_centre", "invoices"}
    assert "平台已有的数据和您以前交过的材料不用重复提交" in page
    assert "协议约定金额" in page  # told, not asked: the bureau supplies it
    assert "q-agreement_amount" not in page and "q-paid_nh_m4_year" not in page
    assert 'name="q-requested"' in page


def test_typing_saves_and_shows_amount_step_by_step_with_its_clause(space: Any) -> None:
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    data = {"stamp": stamp(case), "q-is_space_or_centre": "yes", **rows("invoices", INVOICE)}
    answer = client.post(reverse("cases:autosave", args=[case.pk]), data)
    page = answer.content.decode()
    assert answer.status_code == 200 and 'id="results"' in page and "hx-swap-oob" in page
    assert "120,000" in page and "受此限制" not in page and re.search(r"NH \S+", page)
    case.refresh_from_db()
    assert case.answers["t"]["invoices"][0]["number"] == "A001"
    again = {**data, "stamp": stamp(case), **rows("invoices", INVOICE, {**INVOICE, "number": "A002", "amount": "500000", "issued_on": "昨天"})}  # fmt: skip
    page = client.post(reverse("cases:autosave", args=[case.pk]), again).content.decode()
    case.refresh_from_db()
    numbers = [row["number"] for row in case.answers["t"]["invoices"]]
    assert numbers == ["A001", "A002"], "good rows and good cells are kept while one cell is wrong"


def test_another_window_is_not_overwritten_unasked(space: Any) -> None:
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    address, old = reverse("cases:apply", args=[case.pk]), stamp(case)
    first = {"stamp": old, "q-is_space_or_centre": "yes", **rows("invoices")}
    assert client.post(address, {**first, "do": "save"}).status_code == 302
    late = {"stamp": old, "q-is_space_or_centre": "no", **rows("invoices")}
    answer = client.post(address, {**late, "do": "save"})
    assert answer.status_code == 409
    assert "另一个窗口" in answer.content.decode() and f'value="{old}"'.replace("+", "&#x2B;") in answer.content.decode().replace("+", "&#x2B;")  # fmt: skip
    case.refresh_from_db()
    assert case.answers["f"] == {"is_space_or_centre": True}
    assert client.post(address, {**late, "do": "overwrite"}).status_code == 302
    case.refresh_from_db()
    assert case.answers["f"] == {"is_space_or_centre": False}


def test_rows_pasted_from_a_spreadsheet_are_taken_all_or_none(space: Any) -> None:
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    address = reverse("cases:apply", args=[case.pk])
    base = {"stamp": stamp(case), "q-is_space_or_centre": "yes", **rows("invoices")}
    wrong = "A001\t2017-03-01\t40万\nA002\t昨天\t1万"
    answer = client.post(address, {**base, "do": "paste:invoices", "paste-invoices": wrong})
    assert answer.status_code == 422
    assert "第2行" in answer.content.decode() and "A002" in answer.content.decode()
    base["stamp"] = stamp(case)
    right = "A001\t2017-03-01\t40万\nA002\t2017/05/01\t10000"
    assert client.post(address, {**base, "do": "paste:invoices", "paste-invoices": right}).status_code == 302
    case.refresh_from_db()
    assert [row["number"] for row in case.answers["t"]["invoices"]] == ["A001", "A002"]


def test_everything_missing_is_listed_at_once_and_an_application_is_handed_in(space: Any) -> None:
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    address, review = reverse("cases:apply", args=[case.pk]), reverse("cases:review", args=[case.pk])
    page = client.post(review).content.decode()
    for place_in_form in ("#id_is_space_or_centre", "#id_invoices"):
        assert f'href="{address}{place_in_form}"' in page
    data = {"stamp": stamp(case), "q-is_space_or_centre": "yes", "q-requested": "5万", "do": "review", **rows("invoices", INVOICE)}  # fmt: skip
    key = "0123abcd"
    files = {f"file-invoice:{key}": paper(), f"file-payment:{key}": paper("付款.csv")}
    answer = client.post(address, {**data, "t-invoices-0-key": key, **files})
    assert answer.status_code == 302, answer.content.decode()
    page = client.get(review).content.decode()
    assert "还有" not in page and "发票.csv" in page and "50,000" in page
    answer = client.post(review)
    case.refresh_from_db()
    assert answer["Location"] == reverse("cases:case", args=[case.pk])
    assert case.state == "submitted" and case.ceiling_fen == 12_000_000 and case.requested_fen == 5_000_000
    page = client.get(answer["Location"]).content.decode()
    assert case.number in page and "还剩 5 个工作日" in page and "待受理" in page
    assert client.get(reverse("cases:application_pdf", args=[case.pk, 1])).content[:4] == b"%PDF"
    document = client.get(reverse("cases:application_json", args=[case.pk, 1])).json()
    assert document["answer"]["digest"] and {paper["paper"] for paper in document["papers"]} == {
        "invoice",
        "payment",
    }
    assert client.get(address).status_code == 302, "what was handed in is not edited any more"


def test_a_paper_handed_in_before_is_used_again_with_one_click(space: Any) -> None:
    client, _actor, place = space
    first = begin(client, place, "NH-S4")
    answer = client.post(reverse("cases:upload", args=[first.pk, "invoice"]), {"file": paper()})
    assert answer.status_code == 200 and "发票.csv" in answer.content.decode()
    client.post(reverse("cases:act", args=[first.pk, "discard"]))
    second = begin(client, place, "NH-S4")
    assert second.pk != first.pk
    address, key = reverse("cases:apply", args=[second.pk]), "0123abcd"
    row = {**rows("invoices", INVOICE), "t-invoices-0-key": key}
    client.post(address, {"stamp": stamp(second), **row, "do": "save"})
    page = client.get(address).content.decode()
    (earlier,) = re.findall(rf'value="(reuse:invoice:\d+:{key})"', page)
    data = {"stamp": stamp(second), **row}
    assert client.post(address, {**data, "do": earlier}).status_code == 302
    evidence = Evidence.objects.get(case=second, removed_at=None)
    page = client.get(address).content.decode()
    assert "发票.csv" in page and "reuse:" not in page
    remove = f"remove:invoice:{evidence.pk}"
    assert client.post(address, {"stamp": stamp(second), **row, "do": remove}).status_code == 302
    assert not Evidence.objects.filter(case=second, removed_at=None).exists()


def test_a_wrong_file_is_refused_in_words_and_the_rest_is_kept(space: Any) -> None:
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    bad = SimpleUploadedFile("病毒.exe", b"MZ" + b"\0" * 64)
    data = {
        "stamp": stamp(case),
        "q-is_space_or_centre": "yes",
        **rows("invoices"),
        "do": "save",
        "file-invoice": bad,
    }
    answer = client.post(reverse("cases:apply", args=[case.pk]), data)
    assert answer.status_code == 422 and "病毒.exe" in answer.content.decode()
    case.refresh_from_db()
    assert case.answers["f"] == {"is_space_or_centre": True}
    answer = client.post(reverse("cases:upload", args=[case.pk, "nonsense"]), {"file": paper()})
    assert answer.status_code == 422


def test_what_the_platform_knows_is_filled_in_and_a_difference_is_marked_with_its_reason(lhasa: Any) -> None:
    party, actor = lhasa.party("拉萨某公司")
    observe(
        actor=lhasa.system, now=lhasa.now, programme=lhasa.programme, kind="test",
        told=[Observed(party.pk, "registered_here", False, since=date(2019, 1, 1))],
        source="reported", reference="市场监管局导入", data_as_of=date(2019, 3, 1),
    )  # fmt: skip
    client = browser_of(actor, lhasa)
    case = begin(client, lhasa, "LS-S7")
    address = reverse("cases:apply", args=[case.pk])
    page = client.get(address).content.decode()
    assert "市场监管局导入" in page and "截至 2019-03-01" in page
    told = {"q-financed": "yes", "q-in_centre": "yes", "do": "save"}
    client.post(address, {"stamp": stamp(case), "q-registered_here": "no", **told})
    case.refresh_from_db()
    assert "registered_here" not in case.answers["f"], (
        "what only repeats the record keeps the record's source"
    )
    client.post(address, {"stamp": stamp(case), "q-registered_here": "yes", "q-registered_here:reason": "上月迁入", **told})  # fmt: skip
    case.refresh_from_db()
    assert case.answers["f"]["registered_here"] is True and case.answers["n"] == {
        "registered_here": "上月迁入"
    }
    assert "与已有数据不同" in client.get(address).content.decode()
    assert "上月迁入" in client.get(reverse("cases:review", args=[case.pk])).content.decode()


def test_a_firm_registered_elsewhere_sees_the_clause_that_refuses_it(lhasa: Any) -> None:
    _party, actor = lhasa.party("成都某公司")
    client = browser_of(actor, lhasa)
    case = begin(client, lhasa, "LS-S7")
    data = {"stamp": stamp(case), "q-financed": "yes", "q-in_centre": "yes", "q-registered_here": "no"}
    page = client.post(reverse("cases:autosave", args=[case.pk]), data).content.decode()
    assert "不符合条件" in page and "拉萨" in page and re.search(r"LS \S+", page)


def test_nobody_else_sees_the_case_and_public_servants_go_to_their_page(space: Any) -> None:
    client, _actor, place = space
    case = begin(client, place, "NH-S4")
    _party, other = place.party("别家")
    names = ("case", "apply", "review")
    for name in names:
        assert browser_of(other, place).get(reverse(f"cases:{name}", args=[case.pk])).status_code == 404
        assert Client().get(reverse(f"cases:{name}", args=[case.pk])).status_code == 302
    officer = browser_of(place.staff("officer", "science"), place)
    assert officer.get(reverse("cases:case", args=[case.pk])).status_code == 404, (
        "a draft is the applicant's own"
    )
    Case.objects.filter(pk=case.pk).update(submitted_at=place.now, number="X-1")
    answer = officer.get(reverse("cases:case", args=[case.pk]))
    assert answer.status_code == 302 and answer["Location"] == reverse("cases:desk_case", args=[case.pk])


def test_my_cases_say_who_acts_next_and_the_list_exports(space: Any) -> None:
    client, _actor, place = space
    begin(client, place, "NH-S4")
    page = client.get(reverse("cases:mine")).content.decode()
    assert "设备购置补助申领" in page and "申请人" in page
    csv = b"".join(client.get(reverse("cases:mine"), {"export": "mine.csv"}).streaming_content)  # type: ignore[attr-defined]  # a file
    assert "设备购置补助申领" in csv.decode("utf-8-sig")
    assert "还没有办件" in client.get(reverse("cases:mine"), {"when": "ended"}).content.decode()
    assert desks_of([Case.objects.get()], Case.objects.get().version.file.workflow.start) == [None]


def test_what_needs_no_application_cannot_be_applied_for(ninghai: Any) -> None:
    _party, actor = ninghai.party("宁海创客空间")
    client = browser_of(actor, ninghai)
    matter = next(m for m in ninghai.programme.matters.all() if m.current.file.matter.window == "none")
    answer = client.post(reverse("cases:begin", args=[matter.pk]))
    assert answer.status_code == 400 and "免申即享" in answer.content.decode()
    page = client.get(reverse("cases:matter", args=[matter.pk])).content.decode()
    assert "平台会主动通知您确认" in page and "cases:begin" not in page


def test_points_of_a_correction_are_answered_and_handed_in_again(lhasa: Any) -> None:
    _party, actor = lhasa.party("拉萨某公司")
    case = lhasa.draft("LS-S7", actor, financed=True, in_centre=True, registered_here=True)
    client = browser_of(actor, lhasa)
    for code in [one.code for one in case.version.file.matter.all_papers if one.required]:
        client.post(reverse("cases:upload", args=[case.pk, code]), {"file": paper(f"{code}.csv")})
    lhasa.move(case, "submit", actor)
    lhasa.now = datetime.now(UTC)
    items = [{"about": "financed", "text": "请说明融资方", "clause": "LS 三(三)"}]
    lhasa.move(case, "ask", lhasa.staff("officer"), items=items)
    address = reverse("cases:case", args=[case.pk])
    assert "请说明融资方" in client.get(address).content.decode()
    review = reverse("cases:review", args=[case.pk])
    assert "请补正：请说明融资方" in client.post(review).content.decode()
    answer = client.post(reverse("cases:reply", args=[case.pk]), {"reply-0": "由某基金投资", "do": "review"})
    assert answer["Location"] == review
    assert client.post(review)["Location"] == address
    case.refresh_from_db()
    assert case.state == "submitted" and case.submissions.count() == 2
    assert "由某基金投资" in client.get(address).content.decode()


def test_where_no_rule_says_what_is_needed_everything_asked_for_is(lhasa: Any) -> None:
    _party, actor = lhasa.party()
    case = lhasa.draft("LS-S12", actor, rule_title="商务秘书企业托管登记要求", rule_wish="  ")
    assert {problem.field for problem in is_complete(case, lhasa.now)} == {"rule_problem", "rule_wish"}
    with pytest.raises(Refused, match="请填写"):
        lhasa.move(case, "submit", actor)
    case = lhasa.tell(case, actor, rule_problem="托管户数设有上限。", rule_wish="取消上限。")
    assert not list(is_complete(case, lhasa.now))
    assert lhasa.move(case, "submit", actor).submitted_at is not None
