"""The machine's own Debian mirror is found in both forms of apt sources."""

from pathlib import Path

import pytest

from scripts.dev.apt import debian_mirror
from scripts.dev.errors import SetupError

MIRROR = "http://mirror.example/debian"
STANZAS = f"""# a comment
Types: deb
# another one
URIs: {MIRROR}
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: {MIRROR}-security
Suites: bookworm-security
Components: main
"""
LINES = f"""deb-src {MIRROR} trixie main
deb {MIRROR}-security trixie-security main
deb [arch=amd64 signed-by=/x.gpg] {MIRROR}/ trixie main contrib # here
"""


def sources(folder: Path, **files: str) -> Path:
    """Write a folder like /etc/apt."""
    (folder / "sources.list.d").mkdir()
    for name, text in files.items():
        place = folder if name == "list" else folder / "sources.list.d"
        file = "sources.list" if name == "list" else name.replace("_", ".")
        (place / file).write_text(text)
    return folder


def test_mirror_is_read_from_stanzas(tmp_path: Path) -> None:
    found = debian_mirror(sources(tmp_path, debian_sources=STANZAS))
    assert found == (MIRROR, "bookworm")


def test_mirror_is_read_from_lines_with_options(tmp_path: Path) -> None:
    assert debian_mirror(sources(tmp_path, list=LINES)) == (f"{MIRROR}/", "trixie")


def test_disabled_and_foreign_sources_are_passed_over(tmp_path: Path) -> None:
    foreign = "deb http://packages.example/cloud cloud-bookworm main\n"
    off = STANZAS.replace("Types: deb\n", "Types: deb\nEnabled: no\n", 1)
    folder = sources(tmp_path, list=foreign, debian_sources=off)
    with pytest.raises(SetupError, match="ODOO_HOME"):
        debian_mirror(folder)


def test_machine_without_debian_mirror_is_told_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="ODOO_HOME=/path/to/odoo scripts/up"):
        debian_mirror(tmp_path)
