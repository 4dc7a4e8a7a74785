"""The machine's Chromium: found, or as root installed with apt."""

import os
import shutil
from pathlib import Path

from . import cache, command, progress
from .errors import SetupError

NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
COMMAND = "apt-get install --no-install-recommends chromium fonts-noto-cjk"


def find() -> Path:
    """Find the browser.

    Raises:
        SetupError: there is none; names the command that installs it.
    """
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise SetupError(f"Chromium is missing. Install it: {COMMAND}")


def ensure() -> None:
    """Install the browser when missing and allowed; otherwise leave it to `find`."""
    if any(shutil.which(name) for name in NAMES) or os.geteuid() != 0:
        return
    if not shutil.which("apt-get"):
        return
    log = cache.folder("logs") / "chromium.log"
    with progress.step("Chromium", lambda: progress.last_line(log)):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        command.run_logged(["apt-get", "update"], log, env=environment)
        command.run_logged(
            [*COMMAND.split()[:2], "-y", *COMMAND.split()[2:]], log, env=environment
        )
