"""python -m bench.policy [--clauses 100000]: search, clause pages and import in one run; writes RESULTS.md.

Contenders take turns, round after round, on one warm database. Absolute numbers belong to the machine, ratios to
the design.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bench.harness import throw_away
from bench.pages import page_table, spread, timed

TEXT = """某市人民政府办公室关于基准测试的若干意见
各县（区）人民政府：
为落实《关于试点的意见》（国发〔2019〕1号），提出以下意见。
一、总体目标
到2022年，建成创客空间20家。
二、扶持政策
（一）房租补贴。对创客空间给予房租补贴，最高10万元。（市科技局、市财政局负责）
（二）设备补贴。购置设备按20%补贴，最高20万元。（市科技局负责）
三、附则
本意见自2020年3月1日起施行，有效期至2022年12月31日。
某市人民政府办公室
2020年2月20日
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.policy")
    parser.add_argument("--clauses", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("RESULTS.md"))
    options = parser.parse_args()
    with throw_away(settings="kaichuang.settings"):
        from django.db import connection

        from bench.policy import corpus
        from kaichuang import urls  # noqa: F401  # everything is imported before the clock runs

        started = time.perf_counter()
        documents = corpus.build(options.clauses)
        filled = time.perf_counter() - started
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
        lines = [
            "# The policy library",
            "",
            f"{options.clauses:,} clauses in {documents:,} documents, written in {filled:.0f} s "
            f"({options.clauses / filled:,.0f} clauses/s with their search vectors). "
            f"{options.rounds} rounds, contenders in turn. Milliseconds, p50 / p95.",
            "",
            *_search(options.rounds),
            "",
            *_pages(options.rounds * 10),
            "",
            *_imports(options.rounds),
        ]
    options.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _search(rounds: int) -> list[str]:
    from django.db.models import Q

    from kaichuang.kit.actor import Actor
    from kaichuang.policy.models import Clause
    from kaichuang.policy.queries.clauses import search_page
    from kaichuang.policy.queries.editions import current_for

    public = Actor.public()

    def ilike(text: str) -> tuple[int, list[Clause]]:
        wanted = Q()
        for word in text.split():
            wanted &= Q(heading__icontains=word) | Q(paragraphs__icontains=word)
        rows = Clause.objects.filter(wanted, edition__in=current_for(public)).order_by(
            "edition_id", "position"
        )
        return rows.count(), list(rows.defer("search")[:20])

    queries = {
        "a very common word": "创新",
        "a common word": "补贴",
        "a less common word": "仪器",
        "a rare word": "联席",
        "a word that is not there": "月球",
        "two words": "芯片 落户",
        "four characters": "众创空间",
        "a sentence of eight": "创业服务企业发展",
    }
    lines = [
        "| search | hits | ours | ILIKE (Django `icontains`) | ILIKE / ours (p50) |",
        "|---|---:|---:|---:|---:|",
    ]
    for label, text in queries.items():
        ours: list[float] = []
        usual: list[float] = []
        found = search_page(public, text)
        for number in range(rounds):
            timed(lambda text=text: search_page(public, text), ours)  # type: ignore[misc]  # a default binds it
            if number < max(3, rounds // 4):
                timed(lambda text=text: ilike(text), usual)  # type: ignore[misc]  # a default binds it
        (a, b), (c, d) = spread(ours), spread(usual)
        hits = f"{found.total}{'+' if found.is_more else ''}"
        lines.append(f"| {label} ({text}) | {hits} | {a:.1f} / {b:.1f} | {c:.0f} / {d:.0f} | {c / a:.0f} × |")
    return lines


def _pages(rounds: int) -> list[str]:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    targets = {
        "a clause page (40 clauses beside it)": "/policy/B7/12/",
        "a document page (40 clauses)": "/policy/B7/",
        "the library list": "/policy/",
        "search page, common word": "/policy/search/?q=补贴",
    }
    return page_table({label: (client, address) for label, address in targets.items()}, rounds)


def _imports(rounds: int) -> list[str]:
    from bench.policy.corpus import NOW
    from kaichuang.kit.actor import Actor
    from kaichuang.places.models import Programme
    from kaichuang.policy.importing import parse_text
    from kaichuang.policy.operations import import_document

    programme = Programme.objects.get(slug="bench")
    actor = Actor.system("bench", programme_id=programme.pk)
    parses: list[float] = []
    imports: list[float] = []
    for number in range(rounds):
        text = TEXT.replace("若干意见", f"若干意见（{number}）")
        timed(lambda text=text: parse_text(text), parses)  # type: ignore[misc]  # a default binds it
        parsed = parse_text(text)

        def bring(parsed: object = parsed, number: int = number) -> None:
            import_document(actor=actor, now=NOW, programme=programme, code=f"I{number}", parsed=parsed)  # type: ignore[arg-type]  # parse_text made it

        timed(bring, imports)
    (a, b), (c, d) = spread(parses), spread(imports)
    size = len(TEXT)
    return [
        "| import of a short document | p50 / p95 |",
        "|---|---:|",
        f"| parse ({size} characters) | {a:.1f} / {b:.1f} |",
        f"| store with clauses, units, citations, journal | {c:.1f} / {d:.1f} |",
    ]


if __name__ == "__main__":
    main()
