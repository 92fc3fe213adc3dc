"""What came of one foreign example: passed, different, or outside what our language means to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class NotCovered(Exception):
    """The example uses something that our language does not have; the text is the reason, for the tally."""


class Outcome(Enum):
    """The three ends of an example."""

    PASSED = "passed"
    DIFFERENT = "different"
    NOT_COVERED = "not covered"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One example with its end; ``reason`` groups what did not pass, ``detail`` shows the two answers."""

    suite: str
    name: str
    outcome: Outcome
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """The verdicts of one suite, counted."""

    suite: str
    passed: int
    different: Counter[str]
    not_covered: Counter[str]

    @property
    def covered(self) -> int:
        """Examples that our constructs can state."""
        return self.passed + self.different.total()

    @property
    def total(self) -> int:
        """All examples."""
        return self.covered + self.not_covered.total()


def tally(verdicts: Iterable[Verdict]) -> list[Tally]:
    """Verdicts counted by suite, in the order of their first appearance."""
    suites: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        suites.setdefault(verdict.suite, []).append(verdict)
    return [
        Tally(
            suite,
            sum(v.outcome is Outcome.PASSED for v in found),
            Counter(v.reason for v in found if v.outcome is Outcome.DIFFERENT),
            Counter(v.reason for v in found if v.outcome is Outcome.NOT_COVERED),
        )
        for suite, found in suites.items()
    ]
