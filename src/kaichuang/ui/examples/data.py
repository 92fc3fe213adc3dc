"""The values that the examples show. Names are invented; figures have the shape of real ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, QueryDict
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kaichuang.kit.problems import Problem
from kaichuang.ui.charts import Chart, RegionMap, Series
from kaichuang.ui.citations import Citation
from kaichuang.ui.components.badges import badge
from kaichuang.ui.components.cards import Row
from kaichuang.ui.components.history import Event
from kaichuang.ui.components.structure import Node, Step, Tab
from kaichuang.ui.forms import DateField, FileField, FilterForm, MoneyField
from kaichuang.ui.tables import Bulk, Column, Table, TablePage

TODAY = date(2015, 11, 20)
_CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of the example table."""

    pk: int
    number: str
    party: str
    kind: str
    amount_fen: int | None
    opened_on: date
    share: float
    state: str


_STATES = (
    ("reviewing", "评审中", "info"),
    ("approved", "已通过", "success"),
    ("returned", "待补正", "warning"),
)
_KINDS = ("场地租金补助", "大学生创业资助", "创新券兑付", "科技信贷风险补偿")
_PARTIES = ("宁海模具创客服务中心", "甬江软件有限公司", "青田石雕工坊", "浙东文创合作社", "滨海新材料研究院")
SAMPLES = [
    Sample(
        pk=index,
        number=f"NH2015-{index:04d}",
        party=_PARTIES[index % 5],
        kind=_KINDS[index % 4],
        amount_fen=None if index % 7 == 0 else index * 1_250_000,
        opened_on=date(2015, 1 + index % 11, 1 + index % 27),
        share=index % 10 / 10,
        state=_STATES[index % 3][0],
    )
    for index in range(1, 48)
]


def _state_badge(row: Sample) -> str:
    label, tone = next((label, tone) for code, label, tone in _STATES if code == row.state)
    return badge(label, tone=tone)


TABLE = Table(
    name="samples",
    caption=gettext_lazy("申请列表"),
    columns=(
        Column("number", gettext_lazy("编号"), kind="code", sort="number", url=lambda row: f"#row-{row.pk}"),
        Column("party", gettext_lazy("申请主体"), sort="party", wide=True),
        Column("kind", gettext_lazy("申请事项"), minor=True),
        Column("amount_fen", gettext_lazy("金额"), kind="money", sort="amount_fen"),
        Column("opened_on", gettext_lazy("提交日期"), kind="day", sort="opened_on"),
        Column("share", gettext_lazy("完成比例"), kind="percent", sort="share"),
        Column("state", gettext_lazy("状态"), show=_state_badge),
    ),
    default_sort="-opened_on",
    page_size=8,
)


def _table(request: HttpRequest, **changes: Any) -> TablePage:
    from dataclasses import replace

    return replace(TABLE, **changes).page(request, SAMPLES)


class SampleFilters(FilterForm):
    words = forms.CharField(label=gettext_lazy("关键词"), widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(
        label=gettext_lazy("状态"),
        choices=[("", gettext_lazy("全部"))] + [(code, label) for code, label, _tone in _STATES],
    )
    since = DateField(label=gettext_lazy("提交日期不早于"))


class SampleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("项目名称"), max_length=60, help_text=gettext_lazy("与申报书一致，不超过60字。")
    )
    amount = MoneyField(label=gettext_lazy("申请金额"), max_fen=50_000_000)
    started_on = DateField(label=gettext_lazy("成立日期"))
    kind = forms.ChoiceField(label=gettext_lazy("申请事项"), choices=[(kind, kind) for kind in _KINDS])
    level = forms.ChoiceField(
        label=gettext_lazy("载体级别"),
        widget=forms.RadioSelect,
        choices=[
            ("county", gettext_lazy("县级")),
            ("city", gettext_lazy("市级")),
            ("province", gettext_lazy("省级")),
        ],
    )
    fields_of_work = forms.MultipleChoiceField(
        label=gettext_lazy("行业"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("mould", gettext_lazy("模具")),
            ("software", gettext_lazy("软件")),
            ("culture", gettext_lazy("文创")),
        ],
    )
    about = forms.CharField(
        label=gettext_lazy("项目简介"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    evidence = FileField(
        label=gettext_lazy("租赁合同"), required=False, accept=(".pdf", ".jpg"), max_bytes=20 * 1024 * 1024
    )
    agreed = forms.BooleanField(label=gettext_lazy("我承诺所填内容真实，并愿意承担相应责任。"))


def _form(prefix: str, *, wrong: bool = False) -> SampleForm:
    if not wrong:
        return SampleForm(auto_id=f"{prefix}_%s", initial={"amount": 20_000_000, "level": "county"})
    form = SampleForm({"amount": "60万", "started_on": "昨天"}, auto_id=f"{prefix}_%s")
    form.is_valid()
    return form


def _filled_filters(request: HttpRequest) -> tuple[SampleFilters, TablePage]:
    from copy import copy

    filled = copy(request)
    filled.GET = QueryDict("state=approved&words=%E5%88%9B%E5%AE%A2")
    return SampleFilters(filled.GET, auto_id="filled_%s"), _table(
        filled, name="filtered", caption=_("已筛选申请")
    )


CHART = Chart(
    title=gettext_lazy("各年度兑现资金"),
    categories=["2011", "2012", "2013", "2014", "2015"],
    series=[
        Series(label=gettext_lazy("计划"), values=[800, 900, 1200, 1500, 2000]),
        Series(label=gettext_lazy("兑现"), values=[620, 910, 1105, 1480, None]),
    ],
    unit=gettext_lazy("万元"),
    target=1800,
    target_label=gettext_lazy("目标"),
)

DATA: dict[str, Callable[[HttpRequest], Any]] = {
    "today": lambda request: TODAY,
    "moment": lambda request: datetime(2015, 11, 20, 9, 30, tzinfo=_CHINA),
    "yesterday": lambda request: date(2015, 11, 16),
    "soon": lambda request: date(2015, 11, 22),
    "later": lambda request: date(2015, 12, 18),
    "nothing": lambda request: None,
    "amount": lambda request: 123_456_789,
    "wan": lambda request: 20_000_000,
    "crumbs": lambda request: [(_("办事"), "#"), (_("我的申请"), "#")],
    "rows": lambda request: [
        Row(
            title="宁海县县级众创空间认定结果公示", url="#", note="2015-11-18 · 县科技局", icon="speakerphone"
        ),
        Row(
            title="关于申报大学生创业资助的通知",
            url="#",
            note="2015-11-12 · 县人社局",
            aside=badge(_("申报中"), tone="success"),
        ),
    ],
    "tab_items": lambda request: [
        Tab(label=_("全部"), url="#", count=128),
        Tab(label=_("待我办理"), url="#", active=True, count=6),
        Tab(label=_("已办结"), url="#"),
    ],
    "step_items": lambda request: [
        Step(label=_("提交"), state="done", on=date(2015, 11, 2)),
        Step(label=_("受理"), state="done", on=date(2015, 11, 5)),
        Step(label=_("评审"), state="current", note=_("3位专家")),
        Step(label=_("公示")),
        Step(label=_("兑现")),
    ],
    "failed_steps": lambda request: [
        Step(label=_("提交"), state="done"),
        Step(label=_("受理"), state="failed", note=_("材料不齐")),
        Step(label=_("评审")),
    ],
    "facts": lambda request: [
        (_("申请主体"), "宁海模具创客服务中心"),
        (_("统一社会信用代码"), "91330226144736412M"),
        (_("办公面积"), "620 ㎡"),
        (_("备注"), None),
    ],
    "tree": lambda request: [
        Node(label="总体要求", url="#c1", number="一、"),
        Node(
            label="政策扶持",
            url="#c2",
            number="二、",
            children=[
                Node(label="支持众创空间建设", url="#c2-1", number="（一）"),
                Node(label="场地租金补助", url="#c2-2", number="（二）"),
                Node(label="创业贷款贴息", url="#c2-3", number="（三）"),
            ],
        ),
        Node(label="组织保障", url="#c3", number="三、"),
    ],
    "citation": lambda request: Citation(
        label="宁政发〔2015〕66号 二（二）", url="#", document="示例政策文件"
    ),
    "table_page": _table,
    "bulk_page": lambda request: _table(
        request,
        name="bulk",
        caption=_("待受理申请"),
        page_size=3,
        bulk=(Bulk(label=_("批量受理"), url="#", tone="primary"),),
    ),
    "empty_page": lambda request: TABLE.page(request, []),
    "filter_form": lambda request: SampleFilters(QueryDict(""), auto_id="plain_%s"),
    "filled_filters": lambda request: _filled_filters(request)[0],
    "filled_page": lambda request: _filled_filters(request)[1],
    "sample_form": lambda request: _form("form"),
    "wrong_form": lambda request: _form("wrong", wrong=True),
    "fields_form": lambda request: SampleForm(auto_id="fields_%s"),
    "one_field": lambda request: SampleForm(auto_id="one_%s")["name"],
    "problem_list": lambda request: [
        Problem(
            "area",
            _("办公面积620㎡，不足要求的1000㎡。请核对租赁合同面积。"),
            clause="宁政发〔2015〕66号 二（一）",
        ),
        Problem("missing", _("缺少营业执照，请上传扫描件。"), field="form_evidence"),
    ],
    "message_list": lambda request: [
        Message(25, _("申请已提交，编号 NH2015-0012。")),
        Message(30, _("距离申报截止还有2天。")),
    ],
    "events": lambda request: [
        Event(
            at=datetime(2015, 11, 5, 15, 20, tzinfo=_CHINA),
            title=_("受理"),
            actor="林晓（县科技局）",
            before=_("已提交"),
            after=_("已受理"),
            tone="success",
        ),
        Event(
            at=datetime(2015, 11, 3, 10, 5, tzinfo=_CHINA),
            title=_("一次性告知补正"),
            actor="林晓（县科技局）",
            text=_("请补充近三个月的房租发票。"),
            tone="warning",
            clause="宁政发〔2015〕66号 四（二）",
        ),
        Event(at=datetime(2015, 11, 2, 9, 0, tzinfo=_CHINA), title=_("提交申请"), actor="王敏"),
    ],
    "old_text": lambda request: "对认定的县级众创空间，给予房租30%的补助，最高不超过10万元。",
    "new_text": lambda request: "对认定的县级以上众创空间，给予房租50%的补助，每年最高不超过20万元。",
    "chart_data": lambda request: CHART,
    "ring_data": lambda request: Chart(
        title=_("资金按措施分布"),
        kind="ring",
        categories=list(_KINDS),
        series=[Series(label=_("金额"), values=[420, 180, 260, 90])],
        unit=_("万元"),
    ),
    "map_data": lambda request: RegionMap(
        title=_("各市众创空间数量"),
        source=static("vendor/maps/province/zhejiang.json"),
        values={"330100": 46, "330200": 38, "330300": 21, "330700": 12, "331000": 15},
        names={
            "330100": "杭州市",
            "330200": "宁波市",
            "330300": "温州市",
            "330700": "金华市",
            "331000": "台州市",
        },
        unit=_("家"),
    ),
}
