"""How a page calls an operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.forms import BaseForm

from kaichuang.kit.problems import NotAllowed, Refused
from kaichuang.ui.forms import add_problems

T = TypeVar("T")


def attempt(form: BaseForm, operation: Callable[[], T]) -> T | None:
    """The operation's result; None when it was refused, with every reason shown in the form.

    What is not allowed at all is no matter of the form: `NotAllowed` goes on to the error page.
    """
    try:
        return operation()
    except NotAllowed:
        raise
    except Refused as refused:
        add_problems(form, refused)
        return None
