"""Lists of experts, with the same columns as files."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from kaichuang.experts.models import Expert, Panel
from kaichuang.experts.specialities import labels_of
from kaichuang.experts.web.words import state_badge
from kaichuang.ui.components.badges import badge
from kaichuang.ui.tables import Column, Table


def _expert_url(row: Expert) -> str:
    return reverse("experts:expert", args=[row.pk])


def _panel_url(row: Panel) -> str:
    return reverse("experts:panel", args=[row.pk])


POOL = Table(
    name="pool",
    caption=_("专家库"),
    columns=(
        Column("number", _("编号"), kind="code", sort="number", url=_expert_url),
        Column("name", _("姓名"), value="party.name", kind="code", sort="party__sort_key"),
        Column("specialities", _("专业领域"), value=lambda row: labels_of(row.specialities), wide=True),
        Column("employer", _("工作单位"), value="employer.name", sort="employer__sort_key", wide=True),
        Column("title", _("职称或职务"), minor=True),
        Column("home", _("所在地"), value="home.name", kind="code", minor=True),
        Column("load", _("在评组数"), kind="number", sort="load"),
        Column("most", _("上限"), value="most_panels", kind="number", minor=True),
        Column("state", _("状态"), value="get_state_display", sort="state", show=state_badge),
    ),
    default_sort="number",
    empty_title=_("专家库还没有人"),
    empty_text=_("推荐专家，或请专家本人申请入库。"),
    empty_label=_("推荐专家"),
    empty_url="/experts/pool/new/",
)

PANELS = Table(
    name="panels",
    caption=_("评审组"),
    columns=(
        Column("title", _("名称"), sort="title", wide=True, url=_panel_url),
        Column("items", _("评审项"), value="item_count", kind="number"),
        Column("seats", _("评委人数"), value="seats_wanted", kind="number", sort="seats_wanted"),
        Column("opened", _("设立时间"), value="opened_at", kind="time", sort="opened_at", minor=True),
        Column("due", _("截止日期"), value="due_on", kind="day", sort="due_on"),
        Column("state", _("状态"), value="get_state_display", sort="state", show=state_badge),
    ),
    default_sort="-opened",
    empty_title=_("还没有评审组"),
    empty_text=_("办件进入专家评审环节时，在这里组织评审。"),
)


def _outcome_badge(row: Any) -> str:
    tone = "success" if row.within else "neutral"
    return badge(row.outcome, tone=tone)


_RANKS = (
    Column("rank", _("名次"), kind="number"),
    Column("key", _("项号"), kind="code"),
    Column("label", _("评审项"), wide=True, url=lambda row: f"#why-{row.key}"),
    Column("party", _("申报主体")),
    Column("score", _("总分"), kind="number"),
    Column("recommended", _("建议金额"), value="recommended_fen", kind="money"),
    Column("outcome", _("结果"), show=_outcome_badge),
)

RANKING = Table(
    name="ranking",
    caption=_("排名"),
    columns=_RANKS,
    page_size=200,
    empty_title=_("还没有评分"),
    empty_text=_("专家提交评分后，这里显示排名。"),
)

RANKING_FILE = Table(
    name="ranking",
    caption=_("排名"),
    columns=(
        *_RANKS,
        Column("count", _("有效评分数"), kind="number"),
        Column("spread", _("最高最低分差"), kind="number"),
        Column("reasons", _("说明")),
    ),
)
"""The same as a file, with the reasons that the page has in a card of their own."""

DRAWS = Table(
    name="draws",
    caption=_("专家抽取公开"),
    columns=(
        Column("title", _("评审组"), sort="title", wide=True, url=lambda row: _draw_url(row)),
        Column("announced", _("公布时间"), value="announced_at", kind="time", sort="announced_at"),
        Column("seed", _("种子"), value="get_seed_mode_display", minor=True),
        Column(
            "commitment", _("种子哈希或来源"), value=lambda row: row.commitment or row.seed_source, wide=True
        ),
        Column("state", _("状态"), value="get_state_display", sort="state", show=state_badge),
    ),
    default_sort="-announced",
    empty_title=_("还没有公布的评审组"),
    empty_text=_("抽取专家之前，这里先公布种子的哈希或来源。"),
)


def _draw_url(row: Any) -> str:
    return reverse("experts:draw", args=[row.pk]) if row.is_drawn else ""
