"""What the fields and constraints of a row have to say about it."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from kaichuang.kit.problems import Problem


def problems_of(row: models.Model) -> list[Problem]:
    """Everything that is wrong with a row about to be saved, each at its field."""
    try:
        row.full_clean()
    except ValidationError as error:
        return [
            Problem("invalid", message, field="" if name == NON_FIELD_ERRORS else name)
            for name, messages in error.message_dict.items()
            for message in messages
        ]
    return []
