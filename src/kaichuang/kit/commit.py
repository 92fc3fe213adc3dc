"""What happens once when the present transaction has committed."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction


def once_on_commit(function: Callable[[], object], *, robust: bool = False) -> bool:
    """`transaction.on_commit`, however often it is asked for; False where it was asked for before.

    What a savepoint rolled back was not asked for.
    """
    pending = transaction.get_connection().run_on_commit
    if any(asked is function for _savepoints, asked, _robust in pending):
        return False
    transaction.on_commit(function, robust=robust)
    return True
