"""The workflow editor: tables to fill in, every flaw at its row, a picture, and what differs from the version in force."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kaichuang.cases.models import Matter
from kaichuang.cases.operations.matters import read_matter, revise_matter
from kaichuang.cases.permissions import may_keep_matters
from kaichuang.cases.web.desk.common import DESK_LABELS, FORM, for_staff, matter_title
from kaichuang.cases.web.desk.editing import (
    Content,
    differences,
    drop_step,
    edited,
    insert_step,
    papers_of,
    removable,
)
from kaichuang.cases.web.desk.matters import matter_crumbs, own_matter
from kaichuang.cases.web.desk.picture import picture
from kaichuang.entitlement.queries.books import compiled
from kaichuang.entitlement.words import localised, named, words
from kaichuang.kit.http import Request
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.packs.flow import flaws
from kaichuang.packs.schema.matters import MatterFile
from kaichuang.parties.models import Role, Unit
from kaichuang.ui.forms import FileField, add_problems

_STAFF = ("officer", "leader", "finance", "clerk", "administrator", "inspector")
_AGGREGATES = (
    ("mean", gettext_lazy("平均分")),
    ("trimmed", gettext_lazy("去掉最高最低后的平均分")),
    ("median", gettext_lazy("中位数")),
)
_MOST_BYTES = 1024 * 1024


class ReasonForm(forms.Form):
    """Why it is changed, and what was changed."""

    reason = forms.CharField(
        label=gettext_lazy("修改的依据或原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


class ImportForm(forms.Form):
    file = FileField(label=gettext_lazy("事项文件"), accept=(".json",), max_bytes=_MOST_BYTES)


@for_staff
@require_http_methods(FORM)
def editor(request: Request, pk: int) -> HttpResponse:
    """Change the tables, look at what follows, then keep it as the next version."""
    row = own_matter(request, pk)
    require(may_keep_matters(request.actor, row))
    assert row.current is not None  # own_matter leaves out those without
    if request.method != "POST":
        return _page(request, row, row.current.content, based_on=row.current.number)
    based_on = request.POST.get("based_on", "")
    content = _changed(request, _read(request.POST.get("content", ""), row))
    form = ReasonForm(request.POST if request.POST.get("do") == "save" else None)
    if request.POST.get("do") == "save" and form.is_valid():
        try:
            file = read_matter(content)
            revise_matter(
                matter=row,
                content=file,
                reason=form.cleaned_data["reason"],
                actor=request.actor,
                now=request.now,
                based_on=int(based_on) if based_on.isdigit() else None,
            )
        except Refused as refused:
            at_rows = [problem for problem in refused.problems if _is_row(problem)]
            rest = [problem for problem in refused.problems if not _is_row(problem)]
            if rest:
                add_problems(form, Refused(*rest))
            return _page(request, row, content, based_on=based_on, form=form, problems=at_rows, refused=True)
        messages.success(request, _("新版本已保存。已提交的申请仍按原版本办理。"))
        return redirect("cases:desk_matter", pk)
    return _page(request, row, content, based_on=based_on, form=form)


def _changed(request: Request, content: Content) -> Content:
    content = edited(content, request.POST)
    do, _colon, what = request.POST.get("do", "").partition(":")
    if do == "insert":
        return insert_step(content, what)
    if do == "drop":
        return drop_step(content, what)
    return content


def _read(text: str, row: Matter) -> Content:
    """The working copy that the page carries; the version in force where it carries none that can be read."""
    try:
        content = json.loads(text)
        MatterFile.model_validate(content)
    except ValueError:
        assert row.current is not None  # own_matter leaves out those without
        kept: Content = row.current.content
        return kept
    found: Content = content
    return found


def _is_row(problem: Problem) -> bool:
    return problem.field.split(".")[0] in {"states", "moves", "workflow"}


@for_staff
@require_http_methods(FORM)
def take_in(request: Request, pk: int) -> HttpResponse:
    """A matter from a file goes into the editor: nothing is kept before somebody has looked at it."""
    row = own_matter(request, pk)
    require(may_keep_matters(request.actor, row))
    assert row.current is not None  # own_matter leaves out those without
    form = ImportForm(request.POST if request.method == "POST" else None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            document = json.loads(form.cleaned_data["file"].read(_MOST_BYTES + 1))
            file = read_matter(document)
        except ValueError:
            form.add_error("file", _("不是有效的 JSON 文件，请上传从事项页面下载的文件。"))
        except Refused as refused:
            add_problems(form, refused)
        else:
            content = file.model_dump(mode="json", by_alias=True)
            return _page(request, row, content, based_on=row.current.number)
    context = {
        "form": form,
        "title": _("从文件导入"),
        "subtitle": matter_title(row),
        "submit": _("读入编辑器"),
        "back": f"/cases/desk/matters/{pk}/",
        "crumbs": matter_crumbs(row),
        "multipart": True,
    }
    return render(request, "cases/desk/form.html", context, status=422 if form.errors else 200)


def _page(
    request: Request,
    row: Matter,
    content: Content,
    *,
    based_on: Any,
    form: ReasonForm | None = None,
    problems: list[Problem] | None = None,
    refused: bool = False,
) -> HttpResponse:
    assert row.current is not None  # own_matter leaves out those without
    told = _flaws(content, problems or [])
    shape_is_right, file = _file(content)
    pack = compiled(row.current.pack_version)[0]
    workflow = content["workflow"]
    desks = list(dict.fromkeys(state["desk"] for state in workflow["states"] if state["desk"] != "applicant"))
    context = {
        "matter": row,
        "title": _("编辑：%(matter)s") % {"matter": matter_title(row)},
        "crumbs": matter_crumbs(row),
        "content": json.dumps(content, ensure_ascii=False),
        "based_on": based_on,
        "form": form or ReasonForm(),
        "states": _states(content, told),
        "moves": _moves(content, told),
        "state_choices": [(state["id"], state["title"]["zh"]) for state in workflow["states"]],
        "desk_names": [(desk, DESK_LABELS.get(desk, desk)) for desk in desks],
        "desks": [
            (desk, DESK_LABELS.get(desk, desk), content["matter"]["desks"].get(desk, "")) for desk in desks
        ],
        "units": list(
            Unit.objects.filter(programme=row.programme_id).exclude(key="").values_list("key", "name")
        ),
        "roles": [(role, Role(role).label) for role in _STAFF],
        "publicity": content["matter"]["publicity"],
        "promise": content["matter"].get("promise"),
        "review": content["matter"].get("review"),
        "aggregates": _AGGREGATES,
        "papers": [(paper, named(pack, "evidence", paper["code"])) for paper in papers_of(content["matter"])],
        "paper_choices": [(item.code, words(item.title)) for item in pack.all.evidence],
        "picture": picture(file.workflow) if shape_is_right and file is not None else "",
        "differences": differences(row.current.content, content),
        "other": told.get(("", 0), []),
        "flawed": sum(len(texts) for texts in told.values()),
    }
    return render(request, "cases/desk/editor.html", context, status=422 if refused else 200)


def _file(content: Content) -> tuple[bool, MatterFile | None]:
    try:
        return True, read_matter(content)
    except Refused:
        return False, None


def _flaws(content: Content, problems: list[Problem]) -> dict[tuple[str, int], list[str]]:
    """Texts by the row at which they belong: `("states", 3)`; `("", 0)` for the whole."""
    found: dict[tuple[str, int], list[str]] = {}
    english = (get_language() or "").startswith("en")

    def put(path: list[str], text: str) -> None:
        part = path[1:] if path[:1] == ["workflow"] else path
        key = (part[0], int(part[1])) if len(part) > 1 and part[1].isdigit() else ("", 0)
        if text not in found.setdefault(key, []):
            found[key].append(text)

    try:
        file = read_matter(content)
    except Refused as refused:
        for problem in refused.problems:
            put(problem.field.split("."), str(problem))
        return found
    for flaw in flaws(file.workflow):
        put([str(part) for part in flaw.path], flaw.en if english else localised(flaw.zh))
    for problem in problems:
        put(problem.field.split("."), str(problem))
    return found


def _states(content: Content, told: dict[tuple[str, int], list[str]]) -> list[dict[str, Any]]:
    days, out = content["matter"].get("days", {}), removable(content)
    return [
        {
            "at": at,
            "row": state,
            "days": days.get(state["id"], state.get("days")),
            "flaws": told.get(("states", at), []),
            "removable": state["id"] in out,
            "fixed": state["desk"] == "applicant" or state["kind"] == "end",
            "desk": DESK_LABELS.get(state["desk"], state["desk"]),
        }
        for at, state in enumerate(content["workflow"]["states"])
    ]


def _moves(content: Content, told: dict[tuple[str, int], list[str]]) -> list[dict[str, Any]]:
    titles = {state["id"]: state["title"]["zh"] for state in content["workflow"]["states"]}
    return [
        {
            "at": at,
            "row": move,
            "from": "、".join(titles.get(name, name) for name in move["from"]),
            "to": titles.get(move["to"], move["to"]),
            "flaws": told.get(("moves", at), []),
            "by_staff": not move.get("on") and set(move["by"]) & set(_STAFF),
            "insertable": not move.get("on") and not move.get("returns") and move["by"] != ["applicant"],
        }
        for at, move in enumerate(content["workflow"]["moves"])
    ]
