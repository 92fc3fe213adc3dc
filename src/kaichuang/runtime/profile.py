"""Server parameters of the two kinds of cluster: one that keeps data, one that is thrown away."""

from __future__ import annotations

import os
from dataclasses import dataclass

_MB = 1024 * 1024


@dataclass(frozen=True)
class Profile:
    """A kind of cluster. `durable` decides whether it may be wiped when it was not shut down cleanly."""

    name: str
    durable: bool

    def parameters(self) -> dict[str, str]:
        """The `-c name=value` flags, without the places of socket and log."""
        return _COMMON | (_kept(memory_mb()) if self.durable else _THROW_AWAY)


MAIN = Profile("main", durable=True)
TEST = Profile("test", durable=False)

_COMMON = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "Asia/Shanghai",
    "log_timezone": "Asia/Shanghai",
    "log_checkpoints": "off",
    "jit": "off",
    "random_page_cost": "1.1",
}
_THROW_AWAY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
}


def _kept(ram_mb: int) -> dict[str, str]:
    """Durable, and modest: the machine also runs the programme itself."""
    buffers = max(128, min(2048, ram_mb // 8))
    return {
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(256, ram_mb // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(64, min(512, ram_mb // 16))}MB",
        "max_connections": "100",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
    }


def memory_mb() -> int:
    """Physical memory, in megabytes; a container's limit counts when it is lower."""
    ram = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // _MB
    for file in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(file, encoding="ascii") as stream:
                limit = stream.read().strip()
        except OSError:
            continue
        if limit.isdecimal():
            ram = min(ram, int(limit) // _MB)
    return max(ram, 512)
