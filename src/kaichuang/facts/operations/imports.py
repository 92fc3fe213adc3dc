"""Take a bureau's table in: upload, say what its columns are, try it without writing anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kaichuang.facts.importing import TableReader, importable, problems_of_mapping, propose
from kaichuang.facts.models import Feed, ImportRun
from kaichuang.facts.operations.compare import Comparison, compare
from kaichuang.facts.permissions import may_collect
from kaichuang.facts.tabular import Sheet, read_table
from kaichuang.facts.workflow import IMPORTS
from kaichuang.files.operations import attach
from kaichuang.files.operations.attach import Upload
from kaichuang.files.store import open_content
from kaichuang.journal.operations import record, transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import require
from kaichuang.kit.problems import Problem, refuse_if
from kaichuang.places.models import Programme

KIND = "数据导入"


def upload_table(
    *,
    actor: Actor,
    now: datetime,
    programme: Programme,
    name: str,
    supplier: str,
    upload: Upload,
    data_as_of: date,
    today: date,
    since: date | None = None,
    until: date | None = None,
) -> ImportRun:
    """Keep the file and propose what its columns are. Raises `Refused` when it is no table."""
    require(may_collect(actor, programme.pk))
    refuse_if(_wrong(name, supplier, data_as_of, today, since, until))
    sheet = read_table(b"".join(upload.chunks()), upload.name or "")
    with transaction.atomic():
        feed, created = Feed.objects.get_or_create(
            programme=programme, name=name.strip(), defaults={"supplier": supplier.strip()}
        )
        if not created and feed.supplier != supplier.strip():
            feed.supplier = supplier.strip()
            feed.save(update_fields=["supplier"])
        run = ImportRun.objects.create(
            feed=feed,
            programme=programme,
            data_as_of=data_as_of,
            since=since,
            until=until,
            headings=[heading for heading in sheet.headings if heading],
            mapping=propose(sheet.headings, feed.mapping, importable()),
            total=len(sheet.rows),
            uploaded_by_id=actor.user_id,
            uploaded_at=now,
        )
        run.attachment = attach(
            uploads=[upload], actor=actor, now=now, programme=programme, subject=run, kind=KIND
        )[0]
        run.save(update_fields=["attachment"])
        payload = {"feed": feed.name, "rows": run.total, "as_of": str(data_as_of)}
        record(
            actor=actor, now=now, action="upload_table", subject=run, scope=programme.slug, payload=payload
        )
    return run


def preview_import(*, actor: Actor, now: datetime, run: ImportRun, mapping: Mapping[str, str]) -> ImportRun:
    """Read the whole file by the mapping and count what it would change. The mapping is kept for the next file."""
    require(may_collect(actor, run.programme_id))
    refuse_if(problems_of_mapping(run.headings, mapping, importable(), since=run.since, until=run.until))
    reader = TableReader(sheet_of(run), mapping, as_of=run.data_as_of, since=run.since, until=run.until)
    reader.match()
    told = list(reader.told())
    counts = compare(programme=run.programme, told=told, as_of=run.data_as_of)
    with transaction.atomic():
        run = transition(
            workflow=IMPORTS,
            instance=run,
            move="preview",
            actor=actor,
            now=now,
            changes={"mapping": dict(mapping), "findings": _findings(reader, counts), "failure": ""},
            payload=asdict(counts),
            scope=run.programme.slug,
        )
        feed = Feed.objects.select_for_update(of=("self",), no_key=True).get(pk=run.feed_id)
        feed.mapping = {**feed.mapping, **mapping}
        feed.save(update_fields=["mapping"])
    return run


def drop_import(*, actor: Actor, now: datetime, run: ImportRun) -> ImportRun:
    """The file is not imported; it stays with the record of who uploaded it."""
    return transition(
        workflow=IMPORTS, instance=run, move="drop", actor=actor, now=now, scope=run.programme.slug
    )


def sheet_of(run: ImportRun) -> Sheet:
    """The run's file, read again."""
    assert run.attachment is not None
    with open_content(run.attachment.content_id) as stream:
        return read_table(stream.read(), run.attachment.name)


def _findings(reader: TableReader, counts: Comparison) -> dict[str, Any]:
    found = reader.result
    return {
        **asdict(counts),
        "matched": found.matched,
        "values": found.values,
        "wrong_count": found.wrong_count,
        "wrong": [[problem.field, str(problem.message)] for problem in found.wrong],
        "unmatched_count": found.unmatched_count,
        "unmatched": [list(one) for one in found.unmatched],
    }


def _wrong(
    name: str, supplier: str, as_of: date, today: date, since: date | None, until: date | None
) -> list[Problem]:
    problems = []
    if not name.strip():
        problems.append(Problem("name_required", _("请填写数据表名称。"), field="name"))
    if not supplier.strip():
        problems.append(Problem("supplier_required", _("请填写提供单位。"), field="supplier"))
    if as_of > today:
        problems.append(Problem("as_of_in_future", _("数据时点不能晚于今天。"), field="data_as_of"))
    if (since is None) != (until is None):
        problems.append(Problem("period_half", _("所属期的起止日期须一并填写。"), field="until"))
    elif since is not None and until is not None and until < since:
        problems.append(Problem("period_order", _("所属期的止日不能早于起日。"), field="until"))
    return problems
