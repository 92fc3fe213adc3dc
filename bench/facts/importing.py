"""A bureau's file: upload, dry run, apply."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import date

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from stdnum.cn import uscc

from bench.facts.contenders import ACTOR, NOW
from kaichuang.facts.models import ImportRun
from kaichuang.facts.operations import apply_import, preview_import, run_import, upload_table
from kaichuang.parties.models import Party
from kaichuang.places.models import Programme

HEADINGS = ["统一社会信用代码", "甲", "乙", "丙"]
MAPPING = {"统一社会信用代码": "uscc", "甲": "b_0", "乙": "b_1", "丙": "b_2"}


def codes(count: int) -> list[str]:
    bodies = [f"91330226B{number:08d}" for number in range(count)]
    return [body + uscc.calc_check_digit(body) for body in bodies]


def firms(known: list[str]) -> None:
    rows = [
        Party(kind="organisation", name=code, uscc=code, sort_key=code, sound=code[-8:].lower(), grams=[])
        for code in known
    ]
    Party.objects.bulk_create(rows, batch_size=5_000)


def measure(place: Programme, count: int) -> dict[str, float]:
    """Seconds for each step of a file of `count` firms with three figures each, and for the same file again."""
    known = codes(count)
    firms(known)
    found: dict[str, float] = {}
    data = _workbook(known)
    run, found["upload"] = _timed(lambda: _upload(place, data))
    run, found["dry run"] = _timed(lambda: preview_import(actor=ACTOR, now=NOW, run=run, mapping=MAPPING))
    run = apply_import(actor=ACTOR, now=NOW, run=run)
    run, found["apply"] = _timed(lambda: run_import(run_id=run.pk, now=NOW))
    assert (run.state, run.done) == ("applied", count)
    run = _upload(place, data)
    run, found["dry run, nothing new"] = _timed(
        lambda: preview_import(actor=ACTOR, now=NOW, run=run, mapping=MAPPING)
    )
    assert run.findings["same"] == 3 * count
    run = apply_import(actor=ACTOR, now=NOW, run=run)
    _run, found["apply, nothing new"] = _timed(lambda: run_import(run_id=run.pk, now=NOW))
    return found


def _upload(place: Programme, data: bytes) -> ImportRun:
    return upload_table(
        actor=ACTOR,
        now=NOW,
        programme=place,
        name="bench",
        supplier="bench",
        upload=SimpleUploadedFile("bench.xlsx", data),
        data_as_of=date(2026, 1, 1),
        today=date(2026, 1, 5),
    )


def _workbook(known: list[str]) -> bytes:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADINGS)
    for number, code in enumerate(known):
        page.write_row(number + 1, 0, [code, number % 300, number % 7000, number % 90_000])
    book.close()
    return file.getvalue()


def _timed(work: Callable[[], ImportRun]) -> tuple[ImportRun, float]:
    start = time.perf_counter()
    run = work()
    return run, time.perf_counter() - start
