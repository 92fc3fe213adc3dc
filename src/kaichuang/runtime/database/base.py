"""The backend's `DatabaseWrapper`.

`settings_dict["CLUSTER"]` names the cluster (`main`, or `test` in tests).
"""

from __future__ import annotations

from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.backends.postgresql.client import DatabaseClient

from kaichuang.runtime import binaries
from kaichuang.runtime.cluster import Cluster, cluster


class Client(DatabaseClient):
    """`dbshell` with the psql that comes along."""

    executable_name = "psql"

    @classmethod
    def settings_to_cmd_args_env(
        cls, settings_dict: dict[str, Any], parameters: Any
    ) -> tuple[list[str], dict[str, str] | None]:
        server = cluster(settings_dict.get("CLUSTER", "main"))
        server.acquire()
        settings_dict = {**settings_dict, "HOST": str(server.server.socket_dir)}
        command, env = super().settings_to_cmd_args_env(settings_dict, parameters)
        return [binaries.program("psql"), *command[1:]], env


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL over the socket of the embedded server."""

    client_class = Client

    @property
    def _cluster(self) -> Cluster:
        return cluster(self.settings_dict.get("CLUSTER", "main"))

    def get_connection_params(self) -> dict[str, Any]:
        """Connection parameters; starts the server. Also called by procrastinate for its own pool."""
        self._cluster.acquire()
        self.settings_dict["HOST"] = str(self._cluster.server.socket_dir)
        params: dict[str, Any] = super().get_connection_params()
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A new connection; a server that was killed meanwhile is brought back first."""
        try:
            return super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            if self._cluster.answers:
                raise
            self._cluster.recover()
            return super().get_new_connection(conn_params)
