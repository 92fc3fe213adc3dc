"""Parties of whom an expression over facts is known to hold."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from kaichuang.facts.derived import derived_facts
from kaichuang.facts.models import Definition
from kaichuang.facts.queries.frame import frame
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Programme
from kaichuang.rules.lang import Definition as Rule
from kaichuang.rules.lang import Field, LanguageErrors, Program, Type


def parties_where(programme: Programme, expression: str, *, on: date) -> set[int]:
    """The keys of the parties for which `expression` is true of what is known on that day; unknown is not true."""
    fields = tuple(
        (code, kind) for code, kind in Definition.objects.order_by("code").values_list("code", "type")
    )
    program = _program(expression, fields)
    codes = sorted(program.uses("who"))
    known = derived_facts()
    observed = {code for code, _kind in fields}
    codes = [code for code in codes if code in observed or code in known]
    table = frame(programme, codes=codes, on=on)
    answers = program.frame(table.lazy(), outputs=["who"]).collect()
    return set(answers.filter(answers["who"].fill_null(False))["id"].to_list())


@lru_cache(maxsize=32)
def _program(expression: str, fields: tuple[tuple[str, str], ...]) -> Program:
    try:
        return Program.build(
            [Field(code, Type[kind.upper()]) for code, kind in fields],
            (),
            [Rule("who", expression, Type.BOOL)],
        )
    except LanguageErrors as error:
        message = _("填报范围的表达式有误：%(problems)s") % {
            "problems": "；".join(p.zh for p in error.problems)
        }
        raise Refused(Problem("who_wrong", message)) from error
