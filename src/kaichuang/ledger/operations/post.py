"""The door to the ledger. See docs/adr on how it is durable without holding locks while the disk works.

`post` works everywhere. Outside a transaction it is one round trip, shared with other threads, and what it
returned survives a crash. Inside a transaction it is part of it, and as durable as the caller's commit; the
balances' rows stay locked until then, so post last.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, OperationalError, connection, transaction

from kaichuang.kit.problems import Refused
from kaichuang.kit.sql import ask
from kaichuang.ledger.drafts import Draft, Posted
from kaichuang.ledger.operations.combine import Combiner
from kaichuang.ledger.refusals import FLOOR, LIMIT, constraint_of, problem_of, reused_problem

KEY_REUSED = "key_reused"
_RETRIES = 8
_MAY_RETRY = {"40001", "40P01"}
"""Serialization failure and deadlock: nothing was written, the same call may succeed."""


def post(draft: Draft) -> Posted:
    """Post one transfer. Raises `Refused` with the reason; then nothing has changed."""
    if connection.in_atomic_block:
        return post_together([draft])[0]
    answer = _combiner.submit(draft)
    if isinstance(answer, Broken):
        raise answer.refusal()
    return answer


def post_each(drafts: Sequence[Draft]) -> list[Posted | Refused]:
    """Post many transfers, each by itself, outside a transaction: a refused one does not stop the others."""
    answers = _durably(drafts)
    return [answer.refusal() if isinstance(answer, Broken) else answer for answer in answers]


def post_together(drafts: Sequence[Draft]) -> list[Posted]:
    """Post all or none, as part of the caller's transaction if there is one."""
    drafts = tuple(drafts)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ledger_post(%s::jsonb)", [_request(drafts)])
            answers = _read(drafts, _parsed(cursor.fetchone()[0]))
            problems = [
                p for answer in answers if isinstance(answer, Broken) for p in answer.refusal().problems
            ]
            if problems:
                raise Refused(*problems)
    except IntegrityError as error:
        raise Refused(problem_of(constraint_of(error), drafts)) from error
    return [answer for answer in answers if isinstance(answer, Posted)]


@dataclass(frozen=True, slots=True)
class Broken:
    """What refuses a draft. Who asked finds the words for it, not who posts for all."""

    draft: Draft
    constraint: str

    def refusal(self) -> Refused:
        if self.constraint == KEY_REUSED:
            return Refused(reused_problem(self.draft))
        return Refused(problem_of(self.constraint, (self.draft,)))


def _durably(drafts: Sequence[Draft]) -> list[Posted | Broken]:
    """One call for all. Where a constraint refuses, those that break a limit as it stands are set aside; then halves
    are tried until the guilty one stands alone."""
    drafts = tuple(drafts)
    if not drafts:
        return []
    try:
        return _read(drafts, _call(drafts))
    except IntegrityError as error:
        constraint = constraint_of(error)
    if len(drafts) == 1:
        return [Broken(drafts[0], constraint)]
    over = _over(drafts) if constraint == LIMIT else frozenset()
    if over:
        others = iter(_durably([draft for n, draft in enumerate(drafts) if n not in over]))
        return [Broken(draft, LIMIT) if n in over else next(others) for n, draft in enumerate(drafts)]
    half = len(drafts) // 2
    return [*_durably(drafts[:half]), *_durably(drafts[half:])]


def _over(drafts: tuple[Draft, ...]) -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_over(%s::jsonb)", [_request(drafts)])
        return frozenset(cursor.fetchone()[0])


def _call(drafts: tuple[Draft, ...]) -> list[list[Any]]:
    for attempt in range(_RETRIES):
        try:
            answer = ask("ledger_post", "CALL ledger_post_durably($1::jsonb, NULL)", _request(drafts))
            return list(json.loads(answer))
        except OperationalError as error:
            state = getattr(error.__cause__, "sqlstate", None)
            if state not in _MAY_RETRY or attempt == _RETRIES - 1:
                raise
    raise AssertionError  # pragma: no cover - the loop returns or raises


def _request(drafts: tuple[Draft, ...]) -> str:
    return json.dumps([draft.request(n) for n, draft in enumerate(drafts)])


def _parsed(answer: str | list[list[Any]]) -> list[list[Any]]:
    """Django leaves JSON as text on its connections, but only on those that it has prepared for it."""
    return json.loads(answer) if isinstance(answer, str) else answer


def _read(drafts: tuple[Draft, ...], answers: list[list[Any]]) -> list[Posted | Broken]:
    found: list[Posted | Broken | None] = [None] * len(drafts)
    for n, status, transfer_id in answers:
        match status:
            case "posted" | "replayed":
                found[n] = Posted(transfer_id, replayed=status == "replayed")
            case "reused":
                found[n] = Broken(drafts[n], KEY_REUSED)
            case _:
                found[n] = Broken(drafts[n], FLOOR)
    return [answer for answer in found if answer is not None]


_combiner: Combiner[Draft, Posted | Broken] = Combiner(_durably)
