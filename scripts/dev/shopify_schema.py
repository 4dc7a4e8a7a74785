"""Shopify's own Admin schema, from the package that Shopify publishes for developers.

Only this package is fetched, not what it depends on; its content is checked against the
digest in `requirements/shopify-schema.json`.
"""

import base64
import hashlib
import json
import shutil
import tarfile
from pathlib import Path

from . import cache, command, progress
from .errors import SetupError
from .node import find_node
from .venvs import REQUIREMENTS

PIN = REQUIREMENTS / "shopify-schema.json"


def schema_file() -> Path:
    """Give the introspection of the schema (JSON, gzip), fetched when missing.

    Raises:
        SetupError: the package cannot be had, or is not the one that was pinned.
    """
    pin = json.loads(PIN.read_text("utf-8"))
    folder = cache.folder("shopify", f"schema-{cache.digest(PIN)}")
    target = folder / Path(pin["file"]).name
    with cache.lock("shopify-schema"):
        if not target.exists():
            _unpack(_fetched(pin, folder), pin, target)
    return target


def _fetched(pin: dict[str, str], folder: Path) -> Path:
    log = cache.folder("logs") / "shopify-schema.log"
    with progress.step("Shopify's schema", lambda: progress.last_line(log)):
        command.run_logged(
            [
                *(*find_node().npm, "pack", f"{pin['package']}@{pin['version']}"),
                *("--ignore-scripts", "--pack-destination", folder),
            ],
            log,
            cwd=folder,
            remedy="Is the npm registry reachable? The same command tries again.",
        )
    return next(iter(folder.glob("*.tgz")))


def _unpack(archive: Path, pin: dict[str, str], target: Path) -> None:
    found = hashlib.sha512(archive.read_bytes()).digest()
    if f"sha512-{base64.b64encode(found).decode()}" != pin["integrity"]:
        archive.unlink()
        raise SetupError(
            f"{pin['package']} {pin['version']} is not the package that was pinned. "
            "Was it tampered with on the way? Try again, or look into its release."
        )
    partial = target.with_suffix(".part")
    with tarfile.open(archive) as package:
        member = package.extractfile(pin["file"])
        if member is None:
            raise SetupError(f"{pin['file']} is not in {pin['package']}.")
        with member, partial.open("wb") as output:
            shutil.copyfileobj(member, output)
    partial.rename(target)
    archive.unlink()
