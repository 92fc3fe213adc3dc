"""How long the conflict-of-interest question takes on a large register, and whether it uses its indexes.

    python bench/parties/conflicts.py [--relations 1000000] [--parties 400000]

Makes a database of its own beside the configured one, fills it by SQL, asks random pairs, drops it again.
The register is like a real one: most parties have two or three relations, a few (funds, universities) thousands.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import time
from datetime import date

_FILL_PARTIES = """
INSERT INTO parties_party (kind, name, sort_key, sound, grams, uscc, identity_number, identity_hash, phone, email)
SELECT CASE WHEN mod(n, 2) = 0 THEN 'person' ELSE 'organisation' END, '主体' || n, n::text, n::text, '{}', '', '', '', '', ''
  FROM generate_series(1, %s) AS n
"""
_FILL_RELATIONS = """
INSERT INTO parties_relation (source_id, target_id, kind, share_bp, since, evidence)
SELECT source, target, kind, CASE WHEN kind = 'shareholder' THEN (random() * 10000)::int END, date '2015-01-01', ''
  FROM (
    SELECT (1 + floor(random() * %(parties)s))::bigint AS source,
           -- One relation in fifty leads to one of a hundred hubs.
           CASE WHEN random() < 0.02 THEN (1 + floor(random() * 100))::bigint
                ELSE (1 + floor(random() * %(parties)s))::bigint END AS target,
           (ARRAY['legal_representative','shareholder','director','employee','mentor','kin','member','parent'])
               [1 + floor(random() * 8)] AS kind
      FROM generate_series(1, %(relations)s)
  ) AS drawn
 WHERE source <> target
    ON CONFLICT DO NOTHING
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--relations", type=int, default=1_000_000)
    parser.add_argument("--parties", type=int, default=400_000)
    parser.add_argument("--questions", type=int, default=200)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kaichuang.settings")
    import django

    django.setup()
    from kaichuang.runtime.testing import test_database

    with test_database("bench"):
        _measure(options.relations, options.parties, options.questions)


def _measure(relations: int, parties: int, questions: int) -> None:
    from django.db import connection

    from kaichuang.parties.queries.conflicts import conflicts

    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute("SELECT setseed(0.5)")
        cursor.execute(_FILL_PARTIES, [parties])
        cursor.execute(_FILL_RELATIONS, {"parties": parties, "relations": relations})
        cursor.execute("ANALYZE parties_party; ANALYZE parties_relation")
        cursor.execute("SELECT min(id), count(*) FROM parties_party")
        first, count = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM parties_relation")
        (stored,) = cursor.fetchone()
    print(f"{count:,} parties, {stored:,} relations, filled in {time.perf_counter() - started:.1f} s")
    draw = random.Random(7)
    pairs = [(first + draw.randrange(parties), first + draw.randrange(parties)) for _ in range(questions)]
    hubs = [(first + draw.randrange(100), first + draw.randrange(parties)) for _ in range(questions)]
    for label, asked in (("any two", pairs), ("one is a hub", hubs)):
        for depth in (1, 2, 3, 4):
            times, found = [], 0
            for one, other in asked:
                begun = time.perf_counter()
                found += bool(conflicts(between=one, and_=other, on=date(2026, 11, 22), depth=depth))
                times.append((time.perf_counter() - begun) * 1000)
            times.sort()
            middle, high = statistics.median(times), times[int(len(times) * 0.95)]
            print(
                f"{label:13} depth {depth}: p50 {middle:7.2f} ms  p95 {high:7.2f} ms  related {found}/{len(asked)}"
            )
    _explain(pairs[0])


def _explain(pair: tuple[int, int]) -> None:
    """Fail when the walk reads the whole table of relations."""
    from django.db import connection

    from kaichuang.parties.queries.conflicts import explain

    plan = explain(between=pair[0], and_=pair[1], on=date(2026, 11, 22), depth=3)
    scans = [line.strip() for line in plan if "parties_relation" in line]
    print(*scans, sep="\n")
    if any("Seq Scan" in line for line in scans):
        raise SystemExit("the walk does not use its indexes")
    connection.close()


if __name__ == "__main__":
    main()
