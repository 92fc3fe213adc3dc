"""The results as a page."""

from __future__ import annotations

from bench.harness import machine

Result = dict[str, tuple[float, int]]

LINES = (
    ("first", "told for the first time"),
    ("again", "told again, one in twenty changed"),
)


def write(found: dict[int, Result], imported: dict[str, float], rows: int) -> str:
    sizes = list(found)
    head = "| | " + " | ".join(f"{size:,}" for size in sizes) + " |\n|---|" + "---:|" * len(sizes)
    parts = [
        "# Facts: measured\n",
        f"{machine()}\n\nMethod: `python -m bench.facts`; one durable server, each way once at each size, in turn; ten "
        "facts a subject. The usual way keeps one row a fact and overwrites it: no period, no history, no origin, no "
        "journal. `update_or_create` is measured over 3,000 rows, for its cost per row is the same. Ours keeps all "
        "of that, and the exclusion constraint. Compare within the run only.\n",
        "## Telling: values per second\n",
        head,
    ]
    for key, words in LINES:
        for way, title in (
            ("usual", "update_or_create"),
            ("bulk", "bulk_create, update_conflicts"),
            ("ours", "**observe**"),
        ):
            cells = " | ".join(f"{_rate(found[size][f'{way} {key}']):,.0f}" for size in sizes)
            parts.append(f"| {title}, {words} | {cells} |")
        ratios = " | ".join(
            f"{_rate(found[size][f'ours {key}']) / _rate(found[size][f'usual {key}']):.1f}" for size in sizes
        )
        parts.append(f"| observe against update_or_create, {words} | {ratios} |")
    parts += ["\n## Asking for the whole population: seconds\n", head]
    for key, title in (
        ("usual ask", "read all rows, pivot"),
        ("ours ask", "**frame**, as known now"),
        ("ours ask then", "**frame**, as known before the second telling"),
    ):
        parts.append(f"| {title} | " + " | ".join(f"{found[size][key][0]:.2f}" for size in sizes) + " |")
    if imported:
        parts += [
            f"\n## A bureau's Excel file: {rows:,} firms, three figures each: seconds\n",
            "| step | s |\n|---|---:|",
        ]
        parts += [f"| {step} | {seconds:.1f} |" for step, seconds in imported.items()]
    return "\n".join(parts) + "\n"


def _rate(measured: tuple[float, int]) -> float:
    seconds, count = measured
    return count / seconds
