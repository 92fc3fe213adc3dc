"""python -m bench.ledger [--quick]: measure everything in one run and write RESULTS.md.

The contenders take turns, round after round, on one durable server (fsync on); the table shows medians over
the rounds and ratios within the run. Absolute numbers belong to the machine, ratios to the design.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench.ledger import report
from bench.ledger.clients import Clients, Sample
from bench.ledger.installation import throw_away

CLIENTS = (1, 8, 32)
HOT = ("usual", "shortest", "hordak", "ours", "hot_row")
QUIET = ("bare", "quiet")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ledger")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--quick", action="store_true", help="2 rounds of 1.5 s, growth to 100,000 only")
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 2, 1.5
    with throw_away():
        from bench.ledger import contenders, exhaust, growth
        from kaichuang.ledger.queries import verify

        contenders.prepare()
        speed = _speed(options.rounds, options.seconds)
        drained = [exhaust.exhaust() for _ in range(1 if options.quick else 3)]
        found = verify()
        assert found.sound, found.findings[:5]
        steps = () if options.no_growth else growth.STEPS[: 2 if options.quick else 3]
        grown = growth.grow(steps, _say)
        text = report.write(speed, drained, grown, rounds=options.rounds, seconds=options.seconds)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def _speed(rounds: int, seconds: float) -> dict[str, dict[int, dict[str, Any]]]:
    from bench.ledger.limit import single_row

    samples: dict[tuple[str, int], list[Sample]] = {}
    with Clients() as clients:
        for number in range(rounds):
            for count in CLIENTS:
                for name in HOT + QUIET:
                    sample = clients.measure(name, clients=count, seconds=seconds)
                    samples.setdefault((name, count), []).append(sample)
                tps = single_row(clients=count, seconds=seconds)
                samples.setdefault(("pgbench", count), []).append(Sample(tps, 1e3 * count / tps, 0.0, 0))
            _say(f"round {number + 1} of {rounds}")
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for (name, count), taken in samples.items():
        found.setdefault(name, {})[count] = {
            field: median(getattr(sample, field) for sample in taken) for field in ("rate", "p50", "p99")
        } | {"errors": sum(sample.errors for sample in taken)}
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
