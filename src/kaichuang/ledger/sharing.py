"""Share a cost between levels of government, to the fen."""

from __future__ import annotations

from collections.abc import Sequence


def share_cost(amount: int, weights: Sequence[int]) -> list[int]:
    """Parts of `amount` in proportion to `weights`, adding up to exactly `amount`.

    Each part is rounded down, and the fen left over go one by one to the largest remainders, the earlier of
    two equal ones first (largest remainder method). Raises ValueError for a negative amount or weight, or
    when no weight is positive.
    """
    whole = sum(weights)
    if amount < 0 or whole <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("amount and weights must not be negative, and one weight must be positive")
    parts = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % whole), i))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts
