"""The door for values: facts and parameters are checked for type and bounds before any rule sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from kaichuang.rules.lang.errors import FactErrors, Problem, Wrong, nearest
from kaichuang.rules.lang.types import Field, Parameter, Type, Value

PYTHON_TYPES: dict[Type, type] = {
    Type.BOOL: bool,
    Type.INT: int,
    Type.MONEY: int,
    Type.RATIO: Fraction,
    Type.DATE: dt.date,
    Type.TEXT: str,
}


def admit(field: Field, value: object) -> Value:
    """A fact's value in the form that the engines compute with.

    Raises ``Wrong`` if it is of another type (a float is never accepted), out of bounds, or not in the vocabulary.
    """
    if value is None:
        if not field.nullable:
            raise Wrong("required", name=field.name)
        return None
    if field.type is Type.RATIO:
        return _ratio(field, value)
    wanted = PYTHON_TYPES[field.type]
    if type(value) is not wanted and not (wanted is str and isinstance(value, str)):
        raise _refused(field, value)
    if isinstance(value, str):
        return _text(field, value)
    if not isinstance(value, bool):
        _within(field, value)
    assert isinstance(value, bool | int | dt.date)
    return value


def _within(field: Field, value: object) -> None:
    low, high = field.bounds
    size = value.toordinal() if isinstance(value, dt.date) else value
    assert isinstance(size, int)
    if not low <= size <= high:
        first, last = (
            (dt.date.fromordinal(low), dt.date.fromordinal(high)) if field.type is Type.DATE else (low, high)
        )
        raise Wrong("out_of_range", name=field.name, value=value, low=first, high=last)


def _text(field: Field, value: str) -> str:
    if field.values is not None and value not in field.values:
        raise Wrong(
            "vocabulary", value=value, suggestion=nearest(value, field.values) or " | ".join(field.values)
        )
    return str(value)


def _ratio(field: Field, value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal | Fraction):
        raise _refused(field, value)
    try:
        exact = Fraction(value)
    except (ValueError, OverflowError, ZeroDivisionError) as error:
        raise _refused(field, value) from error
    low, high = field.bounds
    if not (low <= exact.numerator <= high and exact.denominator <= high):
        raise Wrong("out_of_range", name=field.name, value=exact, low=low, high=high)
    return exact


def _refused(field: Field, value: object) -> Wrong:
    shown = f"{value!r} ({type(value).__name__})"
    return Wrong(
        "wrong_fact", name=field.name, expected=field.type.zh, expected_en=field.type.value, value=shown
    )


def admit_all(fields: Iterable[Field], facts: Mapping[str, object]) -> dict[str, Value]:
    """All facts of the fields, unknown ones as ``None``; raises ``FactErrors`` with every refusal."""
    admitted: dict[str, Value] = {}
    refused: list[Problem] = []
    for field in fields:
        try:
            admitted[field.name] = admit(field, facts.get(field.name))
        except Wrong as wrong:
            refused.append(wrong.at(field.name))
    if refused:
        raise FactErrors(refused)
    return admitted


def as_field(parameter: Parameter) -> Field:
    """A parameter seen as a fact that must be known."""
    return Field(parameter.name, parameter.type, parameter.unit, parameter.values, nullable=False)


def slots_of(name: str, type_: Type) -> tuple[str, ...]:
    """The slots that hold a value: one, or numerator and denominator of a ratio."""
    return (f"{name}#num", f"{name}#den") if type_ is Type.RATIO else (name,)


def spread(name: str, type_: Type, value: Value) -> dict[str, Value]:
    """A value put into its slots."""
    if type_ is not Type.RATIO:
        return {name: value}
    num, den = slots_of(name, type_)
    if isinstance(value, Fraction):
        return {num: value.numerator, den: value.denominator}
    return {num: None, den: None}
