"""The web server and the worker as supervised children, and the port they get."""

from __future__ import annotations

import errno
import http.client
import os
import socket
import sys
import time
from dataclasses import dataclass

from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.supervisor import Child, Supervisor

_PORTS_TRIED = 100
_READY_SECONDS = 120.0
_ANY_ADDRESS = {"0.0.0.0", "::", ""}  # noqa: S104  # compared, not bound


@dataclass
class Port:
    """A port that no other installation on this machine takes, however many start at the same moment."""

    number: int
    claim: socket.socket
    """Bound to the same number for datagrams, which one program can have at a time; the kernel gives it up with us."""


def claim_port(host: str, port: int, *, tries: int = _PORTS_TRIED) -> Port:
    """The wanted port, or the next one that nobody listens on or is about to. Raises `RuntimeProblem` when all are busy."""
    for candidate in range(port, min(port + tries, 65536)):
        if (claim := _bound(host, candidate, socket.SOCK_DGRAM)) is None:
            continue
        if (probe := _bound(host, candidate, socket.SOCK_STREAM)) is not None:
            probe.close()
            return Port(candidate, claim)
        claim.close()
    if tries == 1:
        raise RuntimeProblem(f"端口 {port} 被占用，请换 --port / port {port} is busy, choose another --port")
    raise RuntimeProblem(f"{port} 起的 {tries} 个端口都被占用 / all ports from {port} are busy: use --port")


def _bound(host: str, port: int, kind: socket.SocketKind) -> socket.socket | None:
    """A socket of our own at that address; None where it is busy."""
    try:
        family, _kind, proto, _, address = socket.getaddrinfo(host or None, port, type=kind)[0]
    except socket.gaierror as error:
        raise RuntimeProblem(f"--host {host}：无法解析 / cannot be resolved") from error
    found = socket.socket(family, kind, proto)
    if kind == socket.SOCK_STREAM:
        # A server that has just ended does not count. Not SO_REUSEPORT, which the web server sets: two of them would
        # share one port in silence.
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind(address)
    except OSError as error:
        found.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise RuntimeProblem(
            f"无法使用 {host}:{port}：{error.strerror}。请换 --host 或 --port / choose another --host or --port"
        ) from error
    return found


def web(host: str, port: int, env: dict[str, str]) -> Child:
    """The web server."""
    command = [sys.executable, "-m", "kaichuang.runtime.web", host or "0.0.0.0", str(port)]  # noqa: S104  # asked for
    return Child("网页服务 / web server ", command, {**env, "PGAPPNAME": "kaichuang web"})


def worker(env: dict[str, str]) -> Child:
    """The background worker."""
    command = [sys.executable, "-m", "kaichuang.cli", "worker"]
    return Child("后台任务 / worker ", command, {**env, "PGAPPNAME": "kaichuang worker"})


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
