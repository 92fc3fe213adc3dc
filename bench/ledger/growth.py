"""How the cost grows from ten thousand transfers to a million."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

STEPS = (10_000, 100_000, 1_000_000)
_BATCH = 250
_PARTIES = 500


def grow(steps: Sequence[int], progress: Callable[[str], None]) -> list[dict[str, Any]]:
    """Post up to each step between 500 wallets over four years, then time single posts, sealing, the
    verification of everything, and one wallet's statement of one year."""
    from kaichuang.ledger.operations import seal
    from kaichuang.ledger.operations.post import post_each
    from kaichuang.ledger.queries import statement, trial_balance, verify
    from kaichuang.places.models import Programme

    programme = Programme.objects.get(slug="bench")
    wallets = _wallets(programme.pk)
    rows, done = [], 0
    for step in steps:
        begun = time.perf_counter()
        for _ in range((step - done) // _BATCH):
            post_each([_draft(programme.pk, wallets) for _ in range(_BATCH)])
        bulk = (step - done) / (time.perf_counter() - begun)
        done = step
        row: dict[str, Any] = {"transfers": step, "posted_per_s": round(bulk)}
        row["single_post_ms"] = round(_median_ms(lambda: post_each([_draft(programme.pk, wallets)]), 200), 2)
        row["seal_s"], _ = _timed(seal)
        row["verify_s"], found = _timed(verify)
        assert found.sound, found.findings[:5]
        row["statement_ms"], drawn = _timed(
            lambda: statement(account=wallets[7], since=date(2026, 1, 1), until=date(2026, 12, 31)), scale=1e3
        )
        row["statement_rows"] = len(drawn.rows)
        row["trial_balance_ms"], _ = _timed(lambda: trial_balance(programme_id=programme.pk), scale=1e3)
        assert drawn.closing == drawn.opening + sum(r.debit - r.credit for r in drawn.rows)
        rows.append(row)
        progress(f"{step:,}: {row}")
    return rows


def _wallets(programme_id: int) -> list[Any]:
    from kaichuang.ledger.operations import open_account

    return [
        open_account(programme_id=programme_id, code=f"grow.{n}", name=f"{n}", kind="wallet", floor=None)
        for n in range(_PARTIES)
    ]


def _draft(programme_id: int, wallets: Sequence[Any]) -> Any:
    from kaichuang.kit.actor import Actor
    from kaichuang.ledger.operations import Draft

    giver, taker = random.sample(range(_PARTIES), 2)
    amount = random.randint(1, 100_000)
    return Draft(
        programme_id=programme_id,
        key=str(uuid.uuid4()),
        kind="transfer",
        at=date(2023, 1, 1) + timedelta(days=random.randrange(1461)),
        lines=((wallets[taker].pk, amount), (wallets[giver].pk, -amount)),
        actor=Actor.system("bench"),
    )


def _timed(work: Callable[[], Any], *, scale: float = 1.0) -> tuple[float, Any]:
    begun = time.perf_counter()
    answer = work()
    return round((time.perf_counter() - begun) * scale, 2), answer


def _median_ms(work: Callable[[], Any], times: int) -> float:
    taken = sorted(_timed(work, scale=1e3)[0] for _ in range(times))
    return taken[times // 2]
