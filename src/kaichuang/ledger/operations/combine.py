"""Combine the requests of this process's threads into one round trip.

Note [Combining]
There is no thread of our own. Whoever asks while nobody is posting becomes the leader: it takes what waits in
the queue, up to a batch, posts it on its own connection, hands the answers out, and passes the lead to the
first of those who came meanwhile. A single client never waits; the more clients, the larger the batches, and
the fewer waits for the disk and for the hot row.

Those who have just been answered tend to ask again at once. Without care the first of them would go alone and all
others would wait for it; so a leader gives as many as came last time a moment to come again, half of the time that
the last call took, and goes as soon as they are there.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Request = TypeVar("Request")
Answer = TypeVar("Answer")

BATCH = 32
PATIENCE = 1.0
"""How long a leader waits for those who came last time, as a part of the time that the last call took."""


class _Waiter(Generic[Request, Answer]):
    __slots__ = ("answer", "request", "wake")

    def __init__(self, request: Request) -> None:
        self.request = request
        self.answer: Answer | BaseException | None = None
        self.wake = threading.Lock()  # a plain lock, taken: half the price of an Event
        self.wake.acquire()


class Combiner(Generic[Request, Answer]):
    """Turns many calls with one request each into few calls of `run` with many. `run` answers in order."""

    def __init__(self, run: Callable[[Sequence[Request]], Sequence[Answer | BaseException]]) -> None:
        self._run = run
        self._reset()
        os.register_at_fork(after_in_child=self._reset)

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[_Waiter[Request, Answer]] = deque()
        self._led = False
        self._gathering: _Waiter[Request, Answer] | None = None
        self._wanted = 1
        self._took = 0.0

    def submit(self, request: Request) -> Answer:
        """The answer to `request`; raises the exception that is its answer."""
        waiter: _Waiter[Request, Answer] = _Waiter(request)
        with self._lock:
            self._queue.append(waiter)
            lead = not self._led
            self._led = True
            if self._gathering is not None and len(self._queue) >= self._wanted:
                self._gathering.wake.release()
                self._gathering = None
        if not lead:
            waiter.wake.acquire()
        if waiter.answer is None:
            self._lead(waiter)
        answer = waiter.answer
        if isinstance(answer, BaseException):
            raise answer
        assert answer is not None  # for the type checker: _lead always answers its own waiter
        return answer

    def _lead(self, me: _Waiter[Request, Answer]) -> None:
        """Answer one batch, which holds the leader's own request (it is the oldest), and pass the lead on."""
        batch: list[_Waiter[Request, Answer]] = []
        begun = time.perf_counter()
        try:
            if self._wanted > 1:
                self._gather(me)
            batch = self._take(BATCH)
            begun = time.perf_counter()
            answers: Sequence[Answer | BaseException] = self._run([waiter.request for waiter in batch])
        except BaseException as error:
            # Nobody may be left waiting, whatever stopped us; the leader itself gets the original.
            batch = batch or self._take(1)
            answers = [error, *(_copy(error) for _ in batch[1:])]
        for waiter, answer in zip(batch, answers, strict=True):
            waiter.answer = answer
        with self._lock:
            heir = self._queue[0] if self._queue else None
            self._led = heir is not None
            self._wanted, self._took = len(batch), time.perf_counter() - begun
        for waiter in batch[1:]:
            waiter.wake.release()
        if heir is not None:
            heir.wake.release()

    def _take(self, most: int) -> list[_Waiter[Request, Answer]]:
        with self._lock:
            return [self._queue.popleft() for _ in range(min(most, len(self._queue)))]

    def _gather(self, me: _Waiter[Request, Answer]) -> None:
        """Wait until as many as last time have come, but not long."""
        with self._lock:
            if len(self._queue) >= self._wanted:
                return
            self._gathering = me
        if not me.wake.acquire(timeout=PATIENCE * self._took):
            with self._lock:
                self._gathering = None


def _copy(error: BaseException) -> BaseException:
    """The same error for another thread: an exception object carries one thread's traceback."""
    twin = type(error)(*error.args)
    twin.__cause__ = error
    return twin
