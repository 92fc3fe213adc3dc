"""Found a programme for a place."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, Refused
from kaichuang.places.models import Division, Programme
from kaichuang.places.permissions import may_create_programme
from kaichuang.places.queries.divisions import is_within


@transaction.atomic
def create_programme(
    *,
    slug: str,
    name: str,
    place: Division,
    actor: Actor,
    now: datetime,
    superior: Programme | None = None,
    calendar: str = "cn",
    is_public: bool = True,
) -> Programme:
    """A new programme for `place`, below `superior` if there is one. Raises `Refused` with every problem."""
    require(may_create_programme(actor, superior))
    programme = Programme(
        slug=slug, name=name.strip(), place=place, superior=superior, calendar=calendar, is_public=is_public
    )
    refuse_invalid(programme)
    programme.save(force_insert=True)
    payload = {"slug": slug, "name": name, "place": place.code, "calendar": calendar}
    record(actor=actor, now=now, action="create", subject=programme, scope=slug, payload=payload)
    return programme


def refuse_invalid(programme: Programme) -> None:
    """Raise `Refused` with everything that is wrong with the programme's fields."""
    problems: list[Problem] = []
    try:
        programme.full_clean()
    except ValidationError as error:
        problems += [
            Problem("invalid", message, field=field)
            for field, messages in error.message_dict.items()
            for message in messages
        ]
    if not programme.place.is_current:
        message = _("%(place)s已停用，请选择现行的行政区划。") % {"place": programme.place.name}
        problems.append(Problem("place_out_of_use", message, field="place"))
    superior = programme.superior
    if superior is not None and not is_within(programme.place_id, superior.place_id):
        message = _("%(place)s不在上级项目所在地%(superior)s之内。") % {
            "place": programme.place.name,
            "superior": superior.place.name,
        }
        problems.append(Problem("place_outside_superior", message, field="place"))
    if problems:
        raise Refused(*problems)
