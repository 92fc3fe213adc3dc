"""Documents: lapsed without saying so, resting on what was repealed, with holes between editions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from .context import Doubt, Lint

ONE_DAY = dt.timedelta(days=1)


def lapsed(lint: Lint) -> Iterator[Doubt]:
    """Documents past their last day that are still marked as in force, and the other way round."""
    for document in lint.pack.own.documents:
        ends = [document.validity.until, *(edition.until for edition in document.validity.editions)]
        last = None if None in ends else max(end for end in ends if end is not None)
        place = ("documents", document.id, ("validity",))
        if last is not None and last < lint.as_of and document.status == "in_force":
            zh, en = f"文件已于 {last} 失效，状态仍写“有效”", f"lapsed on {last} but marked as in force"
            yield Doubt("expired", place, zh, en, "status: expired")
        if document.status == "expired" and (last is None or last >= lint.as_of):
            zh, en = "状态写“失效”，但有效期未满", "marked as expired although its validity has not ended"
            yield Doubt("expired", place, zh, en, "status: in_force")


def repealed_basis(lint: Lint) -> Iterator[Doubt]:
    """Higher documents that were repealed."""
    for document in lint.pack.own.documents:
        for at, basis in enumerate(document.basis):
            if basis.repealed is not None and basis.repealed <= lint.as_of:
                name = basis.number or basis.title.zh
                zh, en = (
                    f"上位依据“{name}”已于 {basis.repealed} 废止",
                    f"“{name}” was repealed on {basis.repealed}",
                )
                yield Doubt("repealed", ("documents", document.id, ("basis", at)), zh, en)


def editions(lint: Lint) -> Iterator[Doubt]:
    """Days between the end of one edition and the start of the next on which nothing applies."""
    for document in lint.pack.own.documents:
        end = document.validity.until
        for at, edition in enumerate(document.validity.editions):
            if end is not None and edition.from_ > end + ONE_DAY:
                place = ("documents", document.id, ("validity", "editions", at))
                zh, en = (
                    f"{end + ONE_DAY} 至 {edition.from_ - ONE_DAY} 无文件可依",
                    f"nothing applies after {end}",
                )
                yield Doubt("gap", place, zh, en)
            end = edition.until
