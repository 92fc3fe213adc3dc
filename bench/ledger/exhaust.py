"""Empty a pool of a million yuan by random claims from 32 clients, and count what was handed out."""

from __future__ import annotations

import random
import threading
import uuid
from datetime import date

POOL = 100_000_000
LARGEST = 500_000


def exhaust(*, clients: int = 32) -> dict[str, int]:
    """What is left, what was claimed, and how far over the pool that is (never more than zero)."""
    from django.db import connection

    from kaichuang.kit.actor import Actor
    from kaichuang.kit.problems import Refused
    from kaichuang.ledger.models import Account, Claim
    from kaichuang.ledger.operations import Draft, open_account, open_pool, post, reserve
    from kaichuang.places.models import Programme

    programme = Programme.objects.get(slug="bench")
    actor, day = Actor.system("bench"), date(2026, 3, 2)
    code = f"drain-{uuid.uuid4().hex[:8]}"
    pool = open_pool(programme_id=programme.pk, code=code, name=code)
    source = open_account(programme_id=programme.pk, code="source", name="source", kind="appropriation").pk
    lines = ((pool.available, POOL), (source, -POOL))
    post(Draft(programme_id=programme.pk, key=code, kind="adopt", at=day, lines=lines, actor=actor))
    acknowledged = [0] * clients

    def client(n: int) -> None:
        dice, refusals = random.Random(n), 0
        while refusals < 40:
            amount = dice.randint(1, LARGEST)
            try:
                reserve(pool=pool, amount=amount, key=str(uuid.uuid4()), at=day, actor=actor)
                acknowledged[n] += amount
            except Refused:
                refusals += 1
        connection.close()

    threads = [threading.Thread(target=client, args=(n,)) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = Account.objects.select_related("balance").get(pk=pool.available).balance.balance
    claimed = sum(Claim.objects.filter(pool=code).values_list("reserved", flat=True))
    assert claimed == sum(acknowledged) == POOL - left
    return {"pool": POOL, "left": left, "claimed": claimed, "overspent": max(claimed - POOL, 0)}
