"""Who may change the library, and who may read what."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.actor import Actor
from kaichuang.kit.permissions import ALLOWED, Permit, denied
from kaichuang.parties.models import Role
from kaichuang.policy.models import Question

CLERKS = (Role.CLERK, Role.OFFICER, Role.ADMINISTRATOR)


def may_edit_library(actor: Actor, programme_id: int) -> Permit:
    """Clerks, officers and administrators of the programme: import, check, publish, repeal, load packs."""
    if actor.is_system or (actor.programme_id == programme_id and actor.has(*CLERKS)):
        return ALLOWED
    if actor.is_public:
        return denied(_("请先登录。"), code="login_required")
    return denied(_("只有本项目的政策文书、业务经办或管理员可以维护政策库。"))


def may_edit_edition(actor: Actor, edition: Any) -> Permit:
    """Those who may edit the library of the edition's programme."""
    return may_edit_library(actor, edition.document.programme_id)


def may_decide_doubt(actor: Actor, doubt: Any) -> Permit:
    """Those who may edit the library of the edition's programme."""
    return may_edit_edition(actor, doubt.edition)


def may_edit_book(actor: Actor, book: Any) -> Permit:
    """Those who may edit the library of the book's programme."""
    return may_edit_library(actor, book.programme_id)


def may_route(actor: Actor, question: Question) -> Permit:
    """Clerks, officers and administrators of the programme in which it was asked."""
    return may_edit_library(actor, question.programme_id)


def may_answer(actor: Actor, question: Question) -> Permit:
    """Public servants of the unit in charge; clerks, officers and administrators of the programme."""
    if may_route(actor, question):
        return ALLOWED
    if question.unit_id is not None and actor.unit_id == question.unit_id:
        return ALLOWED
    return denied(_("只有承办单位可以答复。"))


def may_rate(actor: Actor, question: Question) -> Permit:
    """Whoever asked."""
    if actor.user_id is not None and actor.user_id == question.asked_by_id:
        return ALLOWED
    return denied(_("只有提问人可以评价。"))
