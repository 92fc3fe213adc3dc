"""Write a previewed table down, slice by slice, so that progress is seen and a broken run goes on where it stopped."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from kaichuang.facts.enums import ImportState
from kaichuang.facts.importing import TableReader
from kaichuang.facts.kinds import IMPORT_FAILED, IMPORTED
from kaichuang.facts.models import ImportRun, Origin, Source
from kaichuang.facts.operations.imports import sheet_of
from kaichuang.facts.operations.observe import write_down
from kaichuang.facts.workflow import IMPORTS
from kaichuang.journal.operations import transition
from kaichuang.kit.actor import Actor
from kaichuang.kit.problems import Problem, Refused
from kaichuang.notices.audience import Audience
from kaichuang.notices.kinds import NoticeKind
from kaichuang.notices.operations import notify

log = logging.getLogger(__name__)
TASK = "facts.apply_import"
SLICE = 5_000
"""Rows in one transaction: a second or two, so that nobody waits long for a subject."""


def apply_import(*, actor: Actor, now: datetime, run: ImportRun, skip_wrong: bool = False) -> ImportRun:
    """Start writing in the background. Wrong cells keep the file out, unless they are to be left out by decision."""
    wrong = int(run.findings.get("wrong_count", 0))
    if wrong and not skip_wrong:
        message = _("还有%(count)s个单元格有误。请更正文件后重新上传，或选择跳过有误的单元格。")
        raise Refused(Problem("cells_wrong", message % {"count": wrong}, field="skip_wrong"))
    if not run.findings.get("values"):
        raise Refused(Problem("nothing_to_import", _("没有可导入的数据，请检查列的对应和信用代码。")))
    with transaction.atomic():
        run = transition(
            workflow=IMPORTS,
            instance=run,
            move="run",
            actor=actor,
            now=now,
            changes={"told_at": run.told_at or now, "failure": ""},
            payload={"skip_wrong": skip_wrong},
            scope=run.programme.slug,
        )
        if run.origin is None:
            assert run.attachment is not None and run.told_at is not None
            run.origin = Origin.objects.create(
                programme=run.programme,
                kind="import",
                reference=f"{run.feed.supplier}《{run.feed.name}》",
                data_as_of=run.data_as_of,
                told_by_id=actor.user_id,
                told_at=run.told_at,
                sha256=run.attachment.content_id,
            )
            run.save(update_fields=["origin"])
        _enqueue(run)
    return run


def _enqueue(run: ImportRun) -> None:
    """Ask for the job, unless it waits in the queue already."""
    try:
        with transaction.atomic():
            app.configure_task(TASK, queueing_lock=f"{TASK}:{run.pk}").defer(run_id=run.pk)
    except (AlreadyEnqueued, IntegrityError):
        return


def run_import(*, run_id: int, now: datetime) -> ImportRun:
    """What the background job does. Called again after a crash it goes on; called for a finished run it does nothing."""
    run = ImportRun.objects.select_related("feed", "programme", "origin", "attachment__content").get(
        pk=run_id
    )
    if run.state != ImportState.RUNNING:
        return run
    actor = Actor.system("import", programme_id=run.programme_id)
    try:
        complete = _write(run)
    except Exception as error:
        # Whatever went wrong, the person who waits must be told; the job itself fails as well.
        log.exception("import %s failed after %s rows", run.pk, run.done)
        failure = str(error)[:500] or type(error).__name__
        run = transition(
            workflow=IMPORTS,
            instance=run,
            move="fail",
            actor=actor,
            now=now,
            changes={"failure": failure},
            scope=run.programme.slug,
        )
        _tell(run, now, IMPORT_FAILED, {"failure": failure})
        raise
    if not complete:
        return run
    with transaction.atomic():
        run = transition(
            workflow=IMPORTS,
            instance=run,
            move="finish",
            actor=actor,
            now=now,
            payload={"rows": run.total, "origin": run.origin_id},
            scope=run.programme.slug,
        )
        _tell(run, now, IMPORTED, {"total": run.total, "as_of": str(run.data_as_of)})
    return run


def _write(run: ImportRun) -> bool:
    """Slice by slice to the end; False when another worker has taken over."""
    assert run.origin is not None and run.told_at is not None
    reader = TableReader(sheet_of(run), run.mapping, as_of=run.data_as_of, since=run.since, until=run.until)
    reader.match()
    if run.done:
        list(reader.told(0, run.done))  # so that a code repeated further down is still recognised
    while run.done < run.total:
        stop = min(run.done + SLICE, run.total)
        with transaction.atomic():
            row = ImportRun.objects.select_for_update(of=("self",), no_key=True).get(pk=run.pk)
            if (row.done, row.state) != (run.done, ImportState.RUNNING):
                return False
            told = reader.told(run.done, stop)
            write_down(origin=run.origin, now=run.told_at, source=Source.REPORTED, told=told)
            run.done = stop
            run.save(update_fields=["done"])
    return True


def _tell(run: ImportRun, now: datetime, kind: NoticeKind, params: dict[str, object]) -> None:
    if run.uploaded_by_id is not None:
        notify(
            kind=kind.code,
            audience=Audience.of_user(run.uploaded_by_id),
            now=now,
            programme=run.programme,
            params={"feed": run.feed.name, **params},
            link=reverse("facts:import", args=[run.pk]),
            subject=run,
            key=f"{kind.code}:{run.pk}:{run.done}",
        )
