"""Money in thousands whose parts still add up.

Rounding every figure by itself breaks a total: 0.5 + 0.5 = 1.0 becomes 1 + 1 = 1. Here totals are rounded first and
their parts share what is left by the largest remainder (Hare–Niemeyer), so every printed sum is right and no figure
moves by a whole unit or more from its exact value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def apportion(parts: Sequence[int], total: int, unit: int) -> list[int]:
    """`parts` in units, adding up to `total` units; each is its exact value rounded down or up.

    `total` must lie between the sum of all parts rounded down and all rounded up; else it is brought there.
    """
    floors = [part // unit for part in parts]
    uneven = [index for index, part in enumerate(parts) if part % unit]
    missing = min(max(total - sum(floors), 0), len(uneven))
    # Largest remainder first; of equal ones the first, so that the result does not depend on anything else.
    for index in sorted(uneven, key=lambda index: (-(parts[index] % unit), index))[:missing]:
        floors[index] += 1
    return floors


def nearest(value: int, unit: int) -> int:
    """`value` in units, halves away from zero."""
    sign = -1 if value < 0 else 1
    return sign * ((abs(value) + unit // 2) // unit)


def in_units(values: Mapping[str, int], sums: Mapping[str, Sequence[str]], unit: int) -> dict[str, int]:
    """Every value in units. `sums` names the parts of each total; a part may be a total itself, but of one only."""
    parts_of = {
        total: [part for part in parts if part in values] for total, parts in sums.items() if total in values
    }
    inner = {part for parts in parts_of.values() for part in parts}
    rounded = {name: nearest(value, unit) for name, value in values.items() if name not in inner}
    open_totals = [name for name in rounded if name in parts_of]
    while open_totals:
        total = open_totals.pop()
        parts = parts_of[total]
        shares = apportion([values[part] for part in parts], rounded[total], unit)
        rounded.update(zip(parts, shares, strict=True))
        open_totals += [part for part in parts if part in parts_of]
    return rounded
