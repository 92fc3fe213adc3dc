"""What a deadline is about, in the reader's language.

The context that starts a deadline tells it once, from `AppConfig.ready`:

    words.name_deadline("policy.answer", _("答复政策咨询"), address=lambda pk: reverse("policy:handle", args=[pk]))
"""

from __future__ import annotations

from collections.abc import Callable

from django.apps import apps

from kaichuang.clock.models import Deadline
from kaichuang.kit.problems import type_str

Address = Callable[[str], str]
_names: dict[str, tuple[type_str, Address | None]] = {}


def name_deadline(name: str, label: type_str, *, address: Address | None = None) -> None:
    """Say what the deadlines of this name are called, and where their subject is seen."""
    _names[name] = label, address


def matter(deadline: Deadline) -> str:
    """What has to be done; the bare name where no context has told it."""
    label, _address = _names.get(deadline.name, (deadline.name, None))
    return str(label)


def subject(deadline: Deadline) -> str:
    """The row that the deadline is about: its model's name and number."""
    try:
        name = apps.get_model(deadline.subject_type)._meta.verbose_name
    except LookupError:
        name = deadline.subject_type
    return f"{name} {deadline.subject_id}"


def address(deadline: Deadline) -> str:
    """The page of the subject; empty when there is none."""
    _label, find = _names.get(deadline.name, ("", None))
    return find(deadline.subject_id) if find is not None else ""


def names_like(text: str) -> list[str]:
    """The names of the deadlines whose words hold `text`, and `text` itself."""
    return [text, *(name for name, (label, _address) in _names.items() if text in str(label))]
