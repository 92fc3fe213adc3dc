"""The journal for auditors, and the head of its chain for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Router, Schema
from ninja.security import django_auth
from pydantic import Field

from kaichuang.journal.queries import entries_for, head
from kaichuang.kit.http import Request

router = Router(tags=["journal"])
_LIMIT = 200


class HeadOut(Schema):
    position: int
    chain_hash: str
    waiting: int


class EntryOut(Schema):
    id: int
    recorded_at: datetime
    kind: str
    action: str
    subject_type: str
    subject_id: str
    from_state: str
    to_state: str
    reason: str
    actor_name: str


@router.get("/head", response=HeadOut, summary="链头，可抄存以备核验")
def get_head(request: Request) -> Any:
    """The last link of the chain. Whoever notes it can later tell that nothing before it was changed."""
    position, chain_hash, waiting = head()
    return {"position": position, "chain_hash": chain_hash, "waiting": waiting}


@router.get("/entries", response=list[EntryOut], auth=django_auth, summary="操作记录")
def list_entries(
    request: Request,
    before: Annotated[int, Field(ge=0, le=2**62)] = 2**62,
) -> Any:
    """The newest 200 entries older than the one numbered `before`, as far as the caller may see them."""
    scope = request.programme.slug if request.programme else ""
    return entries_for(request.actor, scope=scope).filter(id__lt=before)[:_LIMIT]
