"""What a deadline is about, in the reader's language.

The context that starts a deadline tells it once, from `AppConfig.ready`:

    words.name_deadline("policy.answer", _("答复政策咨询"), address=lambda pk: reverse("policy:handle", args=[pk]), roles=CLERKS)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.apps import apps

from kaichuang.clock.models import Deadline
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import type_str

Address = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class _Name:
    label: type_str
    address: Address | None
    roles: frozenset[str]


_names: dict[str, _Name] = {}


def name_deadline(
    name: str, label: type_str, *, address: Address | None = None, roles: Iterable[str] = ()
) -> None:
    """Say what the deadlines of this name are called, where their subject is seen, and by which roles (none: all)."""
    _names[name] = _Name(label, address, frozenset(roles))


def matter(deadline: Deadline) -> str:
    """What has to be done; the bare name where no context has told it."""
    known = _names.get(deadline.name)
    return str(known.label) if known is not None else deadline.name


def subject(deadline: Deadline) -> str:
    """The row that the deadline is about: its model's name and number."""
    try:
        name = apps.get_model(deadline.subject_type)._meta.verbose_name
    except LookupError:
        name = deadline.subject_type
    return f"{name} {deadline.subject_id}"


def address(deadline: Deadline, actor: Actor) -> str:
    """The page of the subject; empty when there is none for the actor."""
    known = _names.get(deadline.name)
    if known is None or known.address is None or (known.roles and not actor.has(*known.roles)):
        return ""
    return known.address(deadline.subject_id)


def names_like(text: str) -> list[str]:
    """The names of the deadlines whose words hold `text`, and `text` itself."""
    return [text, *(name for name, known in _names.items() if text in str(known.label))]
