"""The web server and the worker as supervised children, and the port they get."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import sys
import time

from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.supervisor import Child, Supervisor

_PORTS_TRIED = 100
_READY_SECONDS = 120.0
_ANY_ADDRESS = {"0.0.0.0", "::", ""}  # noqa: S104  # compared, not bound


def free_port(host: str, port: int) -> int:
    """The wanted port, or the next one that nobody listens on."""
    for candidate in range(port, min(port + _PORTS_TRIED, 65536)):
        if _can_bind(host, candidate):
            return candidate
    raise RuntimeProblem(
        f"{port} 起的 {_PORTS_TRIED} 个端口都被占用 / all ports from {port} are busy: use --port"
    )


def _can_bind(host: str, port: int) -> bool:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise RuntimeProblem(f"--host {host}：无法解析 / cannot be resolved") from error
    with socket.socket(family, kind, proto) as probe:
        # Not SO_REUSEPORT, which the web server sets: two servers would share one port in silence.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise RuntimeProblem(
                f"无法使用 {host}:{port}：{error.strerror}。请换 --host 或 --port / choose another --host or --port"
            ) from error
    return True


def web(host: str, port: int, env: dict[str, str]) -> Child:
    """The web server."""
    command = [sys.executable, "-m", "kaichuang.runtime.web", host or "0.0.0.0", str(port)]  # noqa: S104  # asked for
    return Child("网页服务 / web server ", command, env)


def worker(env: dict[str, str]) -> Child:
    """The background worker."""
    return Child("后台任务 / worker ", [sys.executable, "-m", "kaichuang.cli", "worker"], env)


def child_env(**extra: str) -> dict[str, str]:
    """The children's environment."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "kaichuang.settings",
        "KAICHUANG_SUPERVISED": "1",
        **extra,
    }


def address(host: str, port: int) -> str:
    """The address to type into a browser on this machine."""
    shown = "127.0.0.1" if host in _ANY_ADDRESS else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def listens_everywhere(host: str) -> bool:
    """Whether other machines can reach that host address."""
    return host in _ANY_ADDRESS


def await_page(supervisor: Supervisor, child: Child, host: str, port: int) -> int | None:
    """The status of the first page. None when asked to stop meanwhile."""
    target = "::1" if host == "::" else "127.0.0.1" if host in _ANY_ADDRESS else host
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and not supervisor.stop.is_set():
        if (code := child.ended()) is not None:
            raise RuntimeProblem(
                f"网页服务无法启动（{code}）/ the web server ended ({code}); see the lines above"
            )
        connection = http.client.HTTPConnection(target, port, timeout=30)
        try:
            connection.request("GET", "/", headers={"Host": f"{target}:{port}"})
            return connection.getresponse().status
        except (ConnectionError, http.client.HTTPException, TimeoutError):
            supervisor.stop.wait(0.05)
        finally:
            connection.close()
    if supervisor.stop.is_set():
        return None
    raise RuntimeProblem("网页服务迟迟没有响应 / the web server does not answer")
