"""Docker's compose, to check the file; no engine is needed for that."""

import shutil
import subprocess
from pathlib import Path

from . import apt

PLUGIN = "usr/libexec/docker/cli-plugins/docker-compose"


def program() -> list[str]:
    """Find the machine's compose, else Debian's, unpacked in the cache.

    Raises:
        SetupError: there is none and none is to be had.
    """
    docker = shutil.which("docker")
    if docker:
        asked = subprocess.run(
            [docker, "compose", "version"],
            capture_output=True,
            timeout=60,
            check=False,
        )
        if asked.returncode == 0:
            return [docker, "compose"]
    # A package of that name on older Debian is another, outdated program.
    folder: Path = apt.unpacked("docker-compose")
    return [str(folder / PLUGIN)]
