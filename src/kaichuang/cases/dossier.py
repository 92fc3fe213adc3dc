"""One file per decision (一户一档): what contexts above put into it.

    dossier.register("payments", lambda case: [("payments.json", content)])

Each provider's files are put into a folder of its own name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kaichuang.cases.models import Case

Provider = Callable[[Case], list[tuple[str, bytes]]]

_providers: dict[str, Provider] = {}


def register(name: str, provider: Provider) -> None:
    """Add a folder to every dossier. The last registration under a name counts."""
    _providers[name] = provider


def provided(case: Case) -> Iterator[tuple[str, bytes]]:
    """Every file of the providers, by path inside the dossier."""
    for name in sorted(_providers):
        for path, content in _providers[name](case):
            yield f"{name}/{path}", content
