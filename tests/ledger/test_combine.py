"""Many callers, few calls: who goes with whom, who is refused, and that nobody is left waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from kaichuang.kit.problems import Refused
from kaichuang.ledger.models import Limit, LimitSum
from kaichuang.ledger.operations import Draft, Posted, post_each, yuan
from kaichuang.ledger.operations.claims import reservation
from kaichuang.ledger.operations.combine import Combiner

from . import races


class Door:
    """Answers ten times the request, slowly; remembers how many came at a time."""

    def __init__(self, *, fails: bool = False) -> None:
        self.sizes: list[int] = []
        self.fails = fails

    def __call__(self, requests: Sequence[int]) -> list[int | BaseException]:
        self.sizes.append(len(requests))
        time.sleep(0.03)
        if self.fails:
            raise OSError("gone")
        return [10 * request for request in requests]


def _clients(
    combiner: Combiner[int, int], *, clients: int, times: int
) -> tuple[list[int], list[BaseException]]:
    answers: list[int] = []
    errors: list[BaseException] = []

    def client(n: int) -> None:
        for turn in range(times):
            try:
                answers.append(combiner.submit(100 * turn + n))
            except OSError as error:
                errors.append(error)

    threads = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)
    return answers, errors


def test_those_who_come_again_go_together() -> None:
    door = Door()
    answers, _ = _clients(Combiner(door), clients=8, times=6)
    assert sorted(answers) == sorted(10 * (100 * turn + n) for turn in range(6) for n in range(8))
    assert sum(door.sizes) == 48
    assert len(door.sizes) <= 20  # without waiting for them, every second call would carry one


def test_one_client_goes_alone_and_at_once() -> None:
    door = Door()
    _clients(Combiner(door), clients=1, times=5)
    assert door.sizes == [1] * 5


def test_who_does_not_come_again_is_not_waited_for_twice() -> None:
    door = Door()
    combiner: Combiner[int, int] = Combiner(door)
    _clients(combiner, clients=6, times=3)
    assert [combiner.submit(n) for n in range(4)] == [0, 10, 20, 30]
    assert door.sizes[-4:] == [1] * 4


def test_a_call_that_fails_leaves_nobody_waiting() -> None:
    door = Door(fails=True)
    combiner: Combiner[int, int] = Combiner(door)
    answers, errors = _clients(combiner, clients=6, times=3)
    assert (answers, len(errors)) == ([], 18)
    door.fails = False
    assert combiner.submit(7) == 70


@pytest.mark.django_db(transaction=True)
def test_at_a_ceiling_only_those_over_it_are_refused_and_repetitions_are_answered() -> None:
    pool = races.a_pool()
    Limit.objects.create(
        programme_id=pool.programme_id,
        code=pool.code,
        name="每单位每年上限",
        clause="NH 五",
        unit=yuan(),
        dimension="party",
        period="year",
        ceiling=100,
    )

    def asked(key: str, amount: int, party: int) -> Draft:
        return reservation(
            pool=pool, amount=amount, key=key, at=races.DAY, actor=races.SYSTEM, party_id=party, measure="M"
        )

    drafts = [asked(f"{n}", 60, party=1 + n % 2) for n in range(4)] + [asked("large", 101, party=3)]
    answers = post_each(drafts)
    kept = [n for n, answer in enumerate(answers) if isinstance(answer, Posted)]
    assert kept == [0, 1]
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    assert {code for answer in refused for code in answer.codes} == {"over_limit"}
    assert {problem.clause for answer in refused for problem in answer.problems} == {"NH 五"}
    again = post_each([*drafts, asked("other", 40, party=2)])
    assert [isinstance(answer, Posted) and answer.replayed for answer in again] == [True, True, *[False] * 4]
    assert isinstance(again[-1], Posted)
    totals = LimitSum.objects.filter(limit__code=pool.code).order_by("holder").values_list("holder", "total")
    assert list(totals) == [(1, 60), (2, 100)]
