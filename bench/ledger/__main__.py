"""python -m bench.ledger [--quick]: measure everything in one run and write RESULTS.md.

The contenders take turns, round after round, on one durable server (fsync on); the table shows medians over
the rounds and ratios within the run. Absolute numbers belong to the machine, ratios to the design.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench import harness
from bench.harness import throw_away
from bench.ledger import report


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
    with throw_away(settings="bench.ledger.settings"):
        from bench.ledger import anatomy, contenders, exhaust, growth
        from kaichuang.ledger.queries import verify

        contenders.prepare()
        speed = harness.in_turn(
            contenders.__name__, tuple(contenders.CONTENDERS), rounds=options.rounds, seconds=options.seconds
        )
        legs = contenders.history()
        parts = anatomy.measure(rounds=options.rounds)
        drained = [exhaust.exhaust() for _ in range(1 if options.quick else 3)]
        found = verify()
        assert found.sound, found.findings[:5]
        steps = () if options.no_growth else growth.STEPS[: 2 if options.quick else 3]
        grown = growth.grow(steps, harness.say)
        text = report.write(
            speed, parts, drained, grown, legs=legs, rounds=options.rounds, seconds=options.seconds
        )
    options.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
