"""Plain connections to the configured database, for code that does not go through Django."""

from __future__ import annotations

import os
from collections.abc import Mapping

from psycopg import conninfo as pgconninfo

from kaichuang.runtime import config
from kaichuang.runtime.cluster import cluster
from kaichuang.runtime.server import Progress


def conninfo(env: Mapping[str, str] = os.environ, progress: Progress = lambda message: None) -> str:
    """A libpq connection string; starts the embedded server when DATABASE_URL is unset."""
    settings = config.database_settings(env)
    if config.embedded(env):
        server = cluster(env=env)
        server.acquire(progress)
        return server.conninfo(dbname=settings["NAME"])
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    parts = {key: settings[name] for key, name in names.items() if settings[name]}
    return pgconninfo.make_conninfo(**parts, **settings["OPTIONS"])
