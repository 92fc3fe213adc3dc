"""The draw: an order of the eligible experts that anybody can recompute. Pure Python.

Algorithm `hmac-sha256-order`, version 1:

1. Each eligible expert has a number in the pool, such as E0007. Its ticket is the lower-case hexadecimal
   HMAC-SHA256 with the seed as key (UTF-8) and `<panel>/<number>` as message (UTF-8); `<panel>` is the panel's
   code in the record, so that one public seed gives another order to each panel.
2. The experts are sorted by their tickets, the smallest first; where the record says that load is balanced, by
   the number of their running panels first. Equal tickets cannot occur in practice; the number decides then.
3. The first `seats` of that order are picked. Who withdraws is replaced by the next of the same order.

With OpenSSL: `printf '%s' '12/E0007' | openssl dgst -sha256 -hmac "$SEED"`.

Where the seed comes from. *Committed*: when the panel is announced the system makes a random seed that nobody
sees and publishes its SHA-256; the draw reveals the seed, and everybody can check it against the hash.
*Public*: the announcement names a source that nobody controls and that lies in the future (a lottery draw); the
officer enters its figures at the draw. The public source is the stronger of the two: a committed seed is known
to the machine before the draw, and whoever commands the machine could look.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ALGORITHM = "hmac-sha256-order"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An eligible expert: the number in the pool, and on how many panels at the moment."""

    number: str
    load: int = 0


@dataclass(frozen=True, slots=True)
class Ticket:
    """A candidate's place in the order."""

    number: str
    load: int
    digest: str

    def plain(self) -> dict[str, Any]:
        return {"number": self.number, "load": self.load, "ticket": self.digest}


def commitment(seed: str) -> str:
    """What is published before: the seed's SHA-256 in hexadecimal."""
    return hashlib.sha256(seed.encode()).hexdigest()


def ticket(seed: str, panel: str, number: str) -> str:
    return hmac.new(seed.encode(), f"{panel}/{number}".encode(), hashlib.sha256).hexdigest()


def draw_order(
    *, seed: str, panel: str, candidates: Iterable[Candidate], balance_load: bool = False
) -> list[Ticket]:
    """Every candidate in the order of the draw."""
    tickets = [Ticket(one.number, one.load, ticket(seed, panel, one.number)) for one in candidates]
    return sorted(tickets, key=lambda one: (one.load if balance_load else 0, one.digest, one.number))


def pool_digest(candidates: Iterable[Candidate]) -> str:
    """SHA-256 of the eligible experts as canonical JSON: sorted by number, no blanks."""
    rows = sorted([one.number, one.load] for one in candidates)
    return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()


def check_record(record: Mapping[str, Any]) -> list[str]:
    """Recompute a published record; returns what does not agree, in words. An empty list: the draw is right.

    Raises KeyError, TypeError or ValueError when it is not a record of a draw.
    """
    if (record["algorithm"], int(record["version"])) != (ALGORITHM, VERSION):
        raise ValueError(f"unknown algorithm {record['algorithm']} {record['version']}")
    wrong: list[str] = []
    seed, commit = str(record["seed"]), str(record.get("commitment") or "")
    if commit and commitment(seed) != commit:
        wrong.append("种子与事先公布的哈希不符 / the seed does not fit the hash published before")
    candidates = [Candidate(str(row["number"]), int(row["load"])) for row in record["order"]]
    if len({one.number for one in candidates}) != len(candidates):
        wrong.append("名单中有重复编号 / a number stands twice in the list")
    if pool_digest(candidates) != record["pool_digest"]:
        wrong.append("名单与其摘要不符 / the list does not fit its digest")
    both = {one.number for one in candidates} & {str(row["number"]) for row in record["excluded"]}
    if both:
        wrong.append(f"既在名单又被排除 / listed and excluded: {', '.join(sorted(both))}")
    order = draw_order(
        seed=seed,
        panel=str(record["panel"]),
        candidates=candidates,
        balance_load=bool(record["balance_load"]),
    )
    if [one.plain() for one in order] != list(record["order"]):
        wrong.append("顺序与重新计算的结果不同 / the order differs from the recomputed one")
    picked = [one.number for one in order[: int(record["seats"])]]
    if picked != list(record["picked"]):
        wrong.append(f"应抽中 / should be picked: {', '.join(picked)}")
    return wrong
