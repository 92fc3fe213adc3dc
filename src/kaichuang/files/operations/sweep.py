"""Remove what nothing needs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from kaichuang.files import access, store
from kaichuang.files.enums import AttachmentState
from kaichuang.files.models import Attachment, Content
from kaichuang.journal.operations import record
from kaichuang.kit.actor import Actor

ABANDONED = timedelta(days=1)
"""An upload that has not been kept for so long was interrupted."""

KEEP_WITHDRAWN = timedelta(days=90)
"""How long withdrawn files are kept although nothing needs them."""


@dataclass(frozen=True, slots=True)
class Swept:
    interrupted: int
    unregistered: int
    purged: int


def sweep(*, actor: Actor, now: datetime) -> Swept:
    """Remove interrupted uploads, files without a row, and contents whose every attachment was withdrawn long ago
    and is needed by no subject. A content's row stays, with the time of its removal, and the journal says so.
    """
    return Swept(_sweep_incoming(now), _sweep_unregistered(now), _purge(actor, now))


def _sweep_incoming(now: datetime) -> int:
    count = 0
    folder = store.incoming()
    for path in folder.iterdir() if folder.is_dir() else ():
        if not _is_fresh(path, now):
            path.unlink(missing_ok=True)
            count += 1
    return count


def _sweep_unregistered(now: datetime) -> int:
    """Files left by transactions that failed after the file was in place."""
    count = 0
    for path in store.all_paths():
        if _is_fresh(path, now) or Content.objects.filter(sha256=path.name, purged_at=None).exists():
            continue
        # The same bytes may be coming in again at this moment: take the file aside, then look at its age again.
        aside = store.incoming() / path.name
        store.incoming().mkdir(parents=True, exist_ok=True)
        path.rename(aside)
        if _is_fresh(aside, now):
            aside.rename(path)
        else:
            aside.unlink()
            count += 1
    return count


def _is_fresh(path: Path, now: datetime) -> bool:
    return now.timestamp() - path.stat().st_mtime <= ABANDONED.total_seconds()


def candidates(now: datetime) -> QuerySet[Content]:
    """Contents all of whose attachments were withdrawn more than `KEEP_WITHDRAWN` ago."""
    attached = Attachment.objects.filter(content=OuterRef("pk"))
    fresh = attached.exclude(state=AttachmentState.WITHDRAWN, withdrawn_at__lt=now - KEEP_WITHDRAWN)
    return Content.objects.filter(~Exists(fresh), Exists(attached), purged_at=None)


def _purge(actor: Actor, now: datetime) -> int:
    count = 0
    for sha256 in candidates(now).values_list("pk", flat=True):
        with transaction.atomic():
            # Locked and asked again: it may just have been attached anew.
            content = (
                Content.objects.select_for_update(of=("self",), no_key=True)
                .filter(pk__in=candidates(now).filter(pk=sha256))
                .first()
            )
            if content is None or _is_needed(content):
                continue
            content.purged_at = now
            content.save(update_fields=["purged_at"])
            record(actor=actor, now=now, action="purge", subject=content, payload={"size": content.size})
            store.path_of(content.sha256).unlink(missing_ok=True)
            count += 1
    return count


def _is_needed(content: Content) -> bool:
    subjects = Attachment.objects.filter(content=content).values_list("subject_type", "subject_id").distinct()
    return any(access.is_needed(subject_type, subject_id) for subject_type, subject_id in subjects)
