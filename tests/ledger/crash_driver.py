"""Kill clients and the server with SIGKILL at every step of reserve → commit → order → pay, then look and resume.

Run as a program by `test_crash.py`, with KAICHUANG_HOME set to an empty directory: it makes its own durable
server there (fsync on) and prints what it found as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import django

django.setup()

from django.db import connection, connections  # noqa: E402  # after django.setup()
from django.db.utils import DatabaseError, InterfaceError  # noqa: E402

from kaichuang.ledger.models import Claim, Transfer  # noqa: E402
from kaichuang.ledger.operations import commit, order, pay, reserve, seal  # noqa: E402
from kaichuang.ledger.operations.claims import reservation  # noqa: E402
from kaichuang.ledger.operations.post import _request  # noqa: E402
from kaichuang.ledger.queries import verify  # noqa: E402
from kaichuang.runtime import schema  # noqa: E402
from kaichuang.runtime.cluster import cluster  # noqa: E402

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from tests.ledger import races  # noqa: E402

AMOUNT = 7
STEPS = ("reserve", "commit", "order", "pay")


def do_step(pool: races.Pool, story: str, number: int) -> int:
    """Step `number` of a story, under the story's own key; safe to repeat. Answers with the transfer."""
    key, name = f"{story}:{STEPS[number]}", STEPS[number]
    if name == "reserve":
        return reserve(pool=pool, amount=AMOUNT, key=key, at=races.DAY, actor=races.SYSTEM).id
    claim = Claim.objects.get(pk=Transfer.objects.get(key=f"{story}:reserve").pk)
    more = {"claim": claim, "amount": AMOUNT, "key": key, "at": races.DAY, "actor": races.SYSTEM}
    if name == "commit":
        from django.utils import timezone

        return commit(now=timezone.now(), **more).id
    return {"order": order, "pay": pay}[name](**more).id


def finish(pool: races.Pool, story: str) -> bool:
    """Resume from the beginning, as a client that does not know how far it came; whether all is well."""
    for number in range(len(STEPS)):
        do_step(pool, story, number)
    claim = Claim.objects.get(pk=Transfer.objects.get(key=f"{story}:reserve").pk)
    once = all(Transfer.objects.filter(key=f"{story}:{name}").count() == 1 for name in STEPS)
    return once and (claim.reserved, claim.committed, claim.ordered, claim.paid) == (0, 0, 0, AMOUNT)


def in_child(work: Callable[[], None]) -> None:
    """Run `work` in a forked process, which is expected not to survive it."""
    pid = os.fork()
    if pid == 0:
        for known in connections.all(initialized_only=True):
            known.connection = None
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def client_killed(pool: races.Pool, number: int, *, during: bool) -> bool:
    """A client dies after step `number` was done but before it could say so, or in the middle of it."""
    story = f"client-{number}-{during}-{uuid.uuid4().hex[:6]}"

    def work() -> None:
        for earlier in range(number):
            do_step(pool, story, earlier)
        if during:
            threading.Thread(target=do_step, args=(pool, story, number), daemon=True).start()
            time.sleep(random.uniform(0, 0.004))
        else:
            do_step(pool, story, number)
        kill_self()

    in_child(work)
    return finish(pool, story)


def kill_server() -> None:
    """SIGKILL to the postmaster and all its processes at once: shared memory is gone, the disk remains."""
    main = int((cluster().paths.data / "postmaster.pid").read_text().split()[0])
    children = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue
            if parent == main:
                children.append(int(entry.name))
    for pid in (main, *children):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def bring_back() -> None:
    connection.close()
    cluster().recover()
    for _ in range(200):
        try:
            connection.ensure_connection()
        except DatabaseError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not come back")


def server_killed(pool: races.Pool, number: int) -> bool:
    """The server dies right after step `number` was acknowledged."""
    story = f"server-{number}-{uuid.uuid4().hex[:6]}"
    acknowledged = [do_step(pool, story, step) for step in range(number + 1)]
    kill_server()
    bring_back()
    kept = Transfer.objects.filter(pk__in=acknowledged).count() == len(acknowledged)
    return kept and finish(pool, story)


def acknowledge_until_killed(pool: races.Pool, claim: Callable[[str], None]) -> tuple[int, int]:
    """Eight clients claim while the server is killed; how many claims were acknowledged, and how many are lost."""
    acknowledged: list[list[str]] = [[] for _ in range(8)]

    def client(n: int) -> None:
        while True:
            key = f"{pool.code}:{uuid.uuid4()}"
            try:
                claim(key)
            except (DatabaseError, InterfaceError):
                return
            acknowledged[n].append(key)

    threads = [threading.Thread(target=client, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    kill_server()
    for thread in threads:
        thread.join(30)
    bring_back()
    keys = {key for part in acknowledged for key in part}
    found = set(Transfer.objects.filter(key__startswith=f"{pool.code}:").values_list("key", flat=True))
    return len(keys), len(keys - found)


def by_the_door(pool: races.Pool) -> Callable[[str], None]:
    return lambda key: void(reserve(pool=pool, amount=1, key=key, at=races.DAY, actor=races.SYSTEM))


def without_waiting(pool: races.Pool) -> Callable[[str], None]:
    """The control: an asynchronous commit that is acknowledged without waiting for the log."""

    def claim(key: str) -> None:
        draft = reservation(pool=pool, amount=1, key=key, at=races.DAY, actor=races.SYSTEM)
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SELECT ledger_post(%s::jsonb)", [_request((draft,))])

    return claim


def void(_: object) -> None:
    """For its side effect only."""


def main() -> None:
    schema.prepare()
    pool = races.a_pool()
    found: dict[str, object] = {
        "client": {
            f"{name} {'during' if during else 'after'}": client_killed(pool, number, during=during)
            for number, name in enumerate(STEPS)
            for during in (False, True)
        },
        "server": {name: server_killed(pool, number) for number, name in enumerate(STEPS)},
    }
    door = races.a_pool()
    found["door"] = acknowledge_until_killed(door, by_the_door(door))
    control = races.a_pool()
    found["control"] = acknowledge_until_killed(control, without_waiting(control))
    seal()
    found["findings"] = [f"{finding.code} {finding.subject}" for finding in verify().findings]
    connection.close()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
