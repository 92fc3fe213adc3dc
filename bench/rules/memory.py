"""A population larger than memory should cost no more memory than a small one: streamed from Parquet to totals."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.rules.sources import sources

PACK = "lhasa-2019"
CHUNK = 250_000

_RUN = """
import json, os, sys, time
os.environ["_RJEM_MALLOC_CONF"] = "dirty_decay_ms:200,muzzy_decay_ms:200"
from pathlib import Path
import polars as pl
from bench.rules.sources import sources
from kaichuang.packs.options import scan
from kaichuang.rules.lang import Type
source = next(s for s in sources() if s.pack == sys.argv[2])
money = [n for n in source.program.order if source.program.type_of(n) is Type.MONEY]

def peak():
    # ru_maxrss would still tell of the parent's memory, from before the exec.
    lines = open("/proc/self/status").read().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])

before = peak()
begun = time.perf_counter()
answers = source.program.frame(scan(Path(sys.argv[1])), outputs=money, trusted=True)
totals = answers.select(pl.col(money).sum()).collect(engine="streaming")
took = time.perf_counter() - begun
print(json.dumps({"s": took, "mb": peak() / 1024, "before": before / 1024}))
"""


def streamed(rows: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Seconds and peak memory of one pack's totals over `rows` enterprises read from Parquet, in a process of its own."""
    source = next(one for one in sources() if one.pack == PACK)
    with tempfile.TemporaryDirectory() as folder:
        for part in range(max(rows // CHUNK, 1)):
            chunk = source.population(min(rows, CHUNK), nulls=0.05, seed=part)
            chunk.write_parquet(Path(folder) / f"{part:05}.parquet", row_group_size=50_000)
            if part % 10 == 0:
                say(f"{rows:,} rows: writing part {part}")
        done = subprocess.run(
            [sys.executable, "-c", _RUN, folder, PACK],
            check=True,
            capture_output=True,
            text=True,
        )
    return {"rows": rows, **json.loads(done.stdout)}
