"""Odoo 19's own files: Debian's package unpacked into the cache, or `ODOO_HOME`."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from . import apt, cache
from .errors import SetupError

PACKAGE = "odoo-19"
# Debian's package replaces these libraries and fonts by relative links; without them
# the log-in page is an error.
ASSET_PACKAGES = [
    "libjs-jquery",
    "libjs-underscore",
    "libjs-jquery-form",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-montserrat",
]
# Debian leaves this library out (it blurs the background of video calls) but not its
# place in a bundle, so that every page logs an error and every tour fails.
MISSING_SCRIPTS = ["mail/static/lib/selfie_segmentation/selfie_segmentation.js"]


@dataclass(frozen=True)
class OdooSource:
    """Where an Odoo lies: its command, its Python path, its addons, its version."""

    program: Path
    python_path: Path | None
    addons: tuple[Path, ...]
    version: str


def odoo_source() -> OdooSource:
    """Find or fetch Odoo 19.

    Raises:
        SetupError: `ODOO_HOME` holds no Odoo 19, or Debian's package is not to be had.
    """
    named = os.environ.get("ODOO_HOME")
    if named:
        return _read(Path(named).expanduser().resolve())
    prefix = cache.root() / "debian" / "odoo"
    if not (prefix / ".ready").exists():
        folders = apt.unpacked_all([PACKAGE, *ASSET_PACKAGES])
        with cache.lock("odoo-prefix"):
            _join(folders, prefix)
    return _read(prefix)


def _join(folders: list[Path], prefix: Path) -> None:
    """Bring the packages' trees together; links inside them are relative."""
    if (prefix / ".ready").exists():
        return
    shutil.rmtree(prefix, ignore_errors=True)
    prefix.mkdir(parents=True)
    for folder in folders:
        for source in sorted(folder.rglob("*")):
            target = prefix / source.relative_to(folder)
            if source.is_dir() and not source.is_symlink():
                target.mkdir(parents=True, exist_ok=True)
            elif not target.is_symlink() and not target.exists():
                os.link(source, target, follow_symlinks=False)
    for name in MISSING_SCRIPTS:
        script = prefix / "usr/lib/python3/dist-packages/odoo/addons" / name
        if not script.exists():
            script.parent.mkdir(parents=True, exist_ok=True)
            script.write_text("/* left out by Debian */\n")
    (prefix / ".ready").touch()


def _read(home: Path) -> OdooSource:
    for program, package, python_path in (
        (home / "odoo-bin", home / "odoo", None),
        (
            home / "usr/bin/odoo",
            home / "usr/lib/python3/dist-packages/odoo",
            home / "usr/lib/python3/dist-packages",
        ),
    ):
        release = package / "release.py"
        if program.exists() and release.exists():
            addons = (package / "addons", home / "addons")
            return OdooSource(
                program=program,
                python_path=python_path,
                addons=tuple(folder for folder in addons if folder.is_dir()),
                version=_version(release),
            )
    raise SetupError(
        f"{home} holds no Odoo: expected odoo-bin and odoo/, or Debian's usr/bin/odoo. "
        "Correct ODOO_HOME or leave it out."
    )


def _version(release: Path) -> str:
    found = re.search(r"version_info\s*=\s*\(\s*(\d+)\s*,\s*(\d+)", release.read_text())
    if not found or found.group(1) != "19":
        raise SetupError(
            f"{release} is not of Odoo 19. Name an Odoo 19 with ODOO_HOME, or leave "
            "ODOO_HOME out to have Debian's package."
        )
    return f"{found.group(1)}.{found.group(2)}"
