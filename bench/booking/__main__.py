"""python -m bench.booking [--quick]: measure everything in one run and write RESULTS.md.

The contenders take turns, round after round, on one durable server (fsync on); the table shows medians over the
rounds and ratios within the run. Absolute numbers belong to the machine, ratios to the design.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench import harness
from bench.harness import CLIENTS, Speed, machine, table, throw_away

WAYS = ("shortest", "usual", "ours")

TITLES = {
    "shortest": "usual Django, fewest promises (lock, overlap query, create)",
    "usual": "usual Django, the same promises (suspension, hours, quota, overlap, create, log)",
    "ours": "**kaichuang.booking `book`**",
    "hot_row": "one hot-row UPDATE through Django's cursor",
    "pgbench": "one hot-row UPDATE by pgbench, prepared (the server's limit)",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.booking")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--quick", action="store_true", help="2 rounds of 1.5 s")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds = 2, 1.5
    with throw_away(settings="bench.booking.settings"):
        from bench.booking import contenders

        contenders.prepare()
        speed = harness.in_turn(
            contenders.__name__, tuple(contenders.CONTENDERS), rounds=options.rounds, seconds=options.seconds
        )
        text = _write(speed, _checked(), options.rounds, options.seconds)
    options.out.write_text(text, encoding="utf-8")
    print(text)


def _checked() -> dict[str, int]:
    """Overlaps and other findings among all that was booked."""
    from kaichuang.booking.queries.verify import verify

    found = verify()
    assert found.sound, found.findings[:5]
    return {"bookings": found.bookings, "overlaps": sum(one.code == "overlap" for one in found.findings)}


def _write(speed: Speed, checked: dict[str, int], rounds: int, seconds: float) -> str:
    head = (
        f"# Booking: measured\n\n{machine()}\n\nMethod: `python -m bench.booking`; one durable server (fsync on, "
        f"synchronous_commit on), contenders in turn, {rounds} rounds of {seconds:g} s each, medians; clients are "
        "threads over 2 processes. Every booking is a fresh half hour of one room, or of one of a hundred. Compare "
        "within the run only.\n\nWhat the usual way does not do: capacity, bundles, buffers, outages, the hash-chained "
        "journal, all violations at once, and an exclusion constraint that holds when somebody forgets the lock.\n\n"
        f"Checked afterwards by `booking verify`: {checked['bookings']:,} bookings of ours, "
        f"**{checked['overlaps']} overlaps**, sound.\n"
    )
    ratios = ["| `book` against | 1 client | 8 clients | 32 clients |", "|---|---|---|---|"]
    for place, words in (("one", "one room"), ("many", "a hundred rooms")):
        for rival in ("usual", "shortest"):
            cells = [
                f"{speed[f'ours-{place}'][count]['rate'] / speed[f'{rival}-{place}'][count]['rate']:.2f}x"
                for count in CLIENTS
            ]
            ratios.append(f"| {TITLES[rival]}, {words} | " + " | ".join(cells) + " |")
    cells = [
        f"{speed['ours-one'][count]['rate'] / speed['pgbench'][count]['rate']:.2f}x" for count in CLIENTS
    ]
    ratios.append(f"| {TITLES['pgbench']}, one room | " + " | ".join(cells) + " |")
    return "\n".join(
        [
            head,
            "## Ratios\n",
            *ratios,
            "\n## Bookings per second (p50 / p99 ms)\n",
            table(_titles(), speed, error="refused"),
        ]
    )


def _titles() -> dict[str, str]:
    rows = {
        f"{way}-{place}": f"{TITLES[way]}, {words}"
        for place, words in (("one", "one room"), ("many", "a hundred rooms"))
        for way in WAYS
    }
    return rows | {name: TITLES[name] for name in ("hot_row", "pgbench")}


if __name__ == "__main__":
    main()
