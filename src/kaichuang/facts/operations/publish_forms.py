"""Make the report forms of a pack those of a programme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.facts.models import Form
from kaichuang.facts.permissions import may_collect
from kaichuang.facts.reporting.schema import FormErrors, FormSpec, read_form
from kaichuang.facts.reporting.sheet import Sheet
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused, refuse_if
from kaichuang.packs.loader import Pack
from kaichuang.places.models import Programme


def forms_in(pack: Pack, *, facts: Iterable[str] | None = None) -> list[FormSpec]:
    """The pack's forms, checked down to their expressions and the facts that they name.

    Raises `Refused` with everything that is wrong; a form that is only named, without a table, is left out.
    """
    known = set(facts) if facts is not None else {fact.code for fact in pack.all.facts}
    problems: list[Problem] = []
    found: list[FormSpec] = []
    for declared in pack.all.forms:
        content = declared.model_dump(mode="json")
        if not content.get("rows"):
            continue  # only named so far: further keys are for people
        try:
            spec = read_form(content)
            problems.extend(_unknown_facts(Sheet(spec), known))
            found.append(spec)
        except FormErrors as error:
            problems.extend(
                Problem("form_wrong", f"{error.form}：{one}", field=error.form) for one in error.sentences
            )
    refuse_if(problems)
    return found


def publish_forms(*, actor: Actor, now: datetime, programme: Programme, pack: Pack) -> list[Form]:
    """Adopt the forms of a pack; what has changed becomes a new version, and reports that are open keep theirs.

    Forms that the pack has no more are retired: nothing new is opened for them.
    """
    require(may_collect(actor, programme.pk))
    specs = forms_in(pack)
    with transaction.atomic():
        Programme.objects.select_for_update(of=("self",), no_key=True).get(pk=programme.pk)
        mine = Form.objects.filter(programme=programme, pack=pack.id, is_current=True)
        mine.exclude(code__in=[spec.id for spec in specs]).update(is_current=False)
        return [_publish(actor, now, programme, pack.id, spec) for spec in specs]


def _publish(actor: Actor, now: datetime, programme: Programme, pack: str, spec: FormSpec) -> Form:
    content: Mapping[str, Any] = spec.model_dump(mode="json", exclude_defaults=True)
    versions = Form.objects.filter(programme=programme, code=spec.id)
    current = versions.filter(is_current=True).first()
    if current is not None and current.spec == content:
        return current
    if current is not None and current.pack != pack:
        message = _("报表“%(code)s”已由政策包“%(pack)s”发布。") % {"code": spec.id, "pack": current.pack}
        raise Refused(Problem("form_of_other_pack", message, field=spec.id))
    versions.filter(is_current=True).update(is_current=False)
    last = versions.order_by("-version").values_list("version", flat=True).first() or 0
    form = Form.objects.create(
        programme=programme,
        code=spec.id,
        version=last + 1,
        title=spec.title.zh,
        title_en=spec.title.en or "",
        clause=spec.clause,
        period=spec.period,
        spec=content,
        pack=pack,
        published_at=now,
    )
    payload = {"code": form.code, "version": form.version, "pack": pack}
    record(actor=actor, now=now, action="publish_form", subject=form, scope=programme.slug, payload=payload)
    return form


def _unknown_facts(sheet: Sheet, known: set[str]) -> Iterable[Problem]:
    for cell in sheet.cells.values():
        if cell.fact and cell.fact not in known:
            message = _("报表“%(form)s”的单元格%(cell)s引用了不存在的数据项“%(fact)s”。")
            values = {"form": sheet.spec.id, "cell": cell.name, "fact": cell.fact}
            yield Problem("fact_unknown", message % values, field=cell.name)
