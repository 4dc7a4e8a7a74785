"""Where downloads, environments, databases and the state of a clone are kept.

One folder holds all of it (`CRM_SME_CACHE`, else `crm_sme` in the XDG cache), so that
removing that folder removes everything. Downloads and environments are shared between
clones of the project; what belongs to one clone lies in a folder of its own.
"""

import contextlib
import fcntl
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def root() -> Path:
    """Give the cache folder, made when missing."""
    named = os.environ.get("CRM_SME_CACHE")
    if named:
        folder = Path(named).expanduser().resolve()
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        folder = Path(base).expanduser().resolve() / "crm_sme"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def folder(*parts: str) -> Path:
    """Give a folder below the cache, made when missing."""
    path = root().joinpath(*parts)
    path.mkdir(parents=True, exist_ok=True)
    return path


def clone_folder(*parts: str) -> Path:
    """Give a folder for what belongs to this clone of the project alone."""
    key = hashlib.sha256(str(REPOSITORY).encode()).hexdigest()[:12]
    return folder("clones", key, *parts)


def digest(*values: str | bytes | Path) -> str:
    """Hash texts and the contents of files to 12 hex digits."""
    total = hashlib.sha256()
    for value in values:
        data = value.read_bytes() if isinstance(value, Path) else value
        raw = data.encode() if isinstance(data, str) else data
        total.update(len(raw).to_bytes(8, "big"))
        total.update(raw)
    return total.hexdigest()[:12]


@contextlib.contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold a lock between processes; the kernel frees it when a process dies."""
    path = folder("locks") / f"{name}.lock"
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
