"""The server's limit: pgbench, prepared, one UPDATE of one hot row, on the same server."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path


def single_row(*, clients: int, seconds: float) -> float:
    """Transactions per second of `UPDATE … SET balance = balance - 1 WHERE id = 1`."""
    from kaichuang.runtime import binaries
    from kaichuang.runtime.cluster import APP_DATABASE, APP_ROLE, cluster

    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("UPDATE usual_pool SET balance = balance - 1 WHERE id = 1;\n")
        script.flush()
        done = subprocess.run(
            [
                binaries.program("pgbench"),
                "-n",
                "-M",
                "prepared",
                "-c",
                str(clients),
                "-j",
                "2",
                "-T",
                str(max(int(seconds), 1)),
                "-h",
                str(Path(cluster().server.socket_dir)),
                "-U",
                APP_ROLE,
                "-f",
                script.name,
                APP_DATABASE,
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])
