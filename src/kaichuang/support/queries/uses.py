"""What earmarked money of a case may be spent on."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from kaichuang.cases.models import Case
from kaichuang.cases.queries.computing import asked_of
from kaichuang.rules.lang import Definition, Field, Program
from kaichuang.rules.measures.model import Use
from kaichuang.rules.measures.scope import qualify
from kaichuang.support.models import OUTSIDE

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_ALLOWED = "allowed"


def uses_of(case: Case) -> list[Use]:
    """The categories of the measure that apply to the case; none where the money is not earmarked."""
    asked = asked_of(case)
    measure = case.version.file.matter.measure
    if asked is None or measure is None:
        return []
    plan, known = asked.book.plans[measure], asked.answers.known
    own = {name: f"{plan.symbol}.{name}" for name in (*plan.measure.parameters, *plan.measure.let)}
    found = []
    for use in plan.measure.uses:
        if use.when is None:
            found.append(use)
            continue
        text = qualify(use.when, own).text
        names = [name for name in _NAME.findall(text) if name in known]
        fields = [Field(name, asked.book.program.type_of(name)) for name in dict.fromkeys(names)]
        program = Program.build(fields, (), [Definition(_ALLOWED, text)])
        if program.case([_ALLOWED])({field.name: known[field.name] for field in fields})[_ALLOWED] is True:
            found.append(use)
    return found


def titles_of(case: Case) -> dict[str, str]:
    """Titles of all categories that the measure knows, by code."""
    measure = case.version.file.matter.measure
    asked = asked_of(case)
    if asked is None or measure is None:
        return {}
    titles = {use.code: use.title.zh for use in asked.book.measure(measure).uses}
    return titles | {OUTSIDE: _("用于其他方面（专项以外）")}
