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
        if document.status in ("repealed", "superseded") and (last is None or last >= lint.as_of):
            word = "废止" if document.status == "repealed" else "被替代"
            zh = f"状态写“{word}”，有效期却未结束，措施仍会照常计算"
            en = f"{document.status}, but its validity goes on: its measures are still computed"
            yield Doubt("repealed", place, zh, en, "写 validity.until | end its validity")
        if document.status == "expired" and (last is None or last >= lint.as_of):
            zh, en = "状态写“失效”，但有效期未满", "marked as expired although its validity has not ended"
            yield Doubt("expired", place, zh, en, "status: in_force")


def outliving(lint: Lint) -> Iterator[Doubt]:
    """Annexes that apply longer than the document to which they belong."""
    documents = {document.id: document for document in lint.pack.all.documents}
    for document in lint.pack.own.documents:
        main = documents.get(document.annex_of or "")
        if main is None or main.validity.editions or document.validity.editions:
            continue
        end, own = main.validity.until, document.validity.until
        if end is not None and (own is None or own > end):
            zh, en = (
                f"附件在主文件失效（{end}）后仍然有效",
                f"the annex outlives its document, which ends on {end}",
            )
            yield Doubt("expired", ("documents", document.id, ("validity",)), zh, en)


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
            if end is None or edition.from_ <= end:
                place = ("documents", document.id, ("validity", "editions", at))
                zh, en = (
                    f"{edition.from_} 起的版本与前一版本重叠",
                    f"the edition of {edition.from_} overlaps the one before",
                )
                yield Doubt(
                    "overlap", place, zh, en, "版本按先后列出，前一版写 until | end the edition before"
                )
            end = edition.until
