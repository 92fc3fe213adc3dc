"""A throw-away installation with its own durable PostgreSQL, for one run."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def throw_away(*, settings: str = "bench.ledger.settings") -> Iterator[Path]:
    """An empty migrated database with fsync on; gone afterwards. Child processes find it by the environment."""
    home = Path(tempfile.mkdtemp(prefix="kc-bench-"))
    home.chmod(0o755)  # the server runs as another user when we are root
    os.environ["KAICHUANG_HOME"] = str(home)
    os.environ["KAICHUANG_MODE"] = "demo"
    os.environ["DJANGO_SETTINGS_MODULE"] = settings
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()
    from django.db import connections

    from kaichuang.runtime import schema
    from kaichuang.runtime.cluster import cluster

    schema.prepare()
    try:
        yield home
    finally:
        connections.close_all()
        cluster().release()
        shutil.rmtree(cluster().paths.root, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
