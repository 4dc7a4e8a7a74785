"""Debian packages, fetched and verified by apt itself, without being root.

apt gets lists and state of its own below the cache; nothing of the machine's package
state is read or changed. The mirror is the one that the machine already uses, and the
signatures are checked with the machine's Debian keyring.
"""

import os
import re
import shutil
from pathlib import Path

from . import cache, command, progress
from .errors import SetupError

SOURCES = Path("/etc/apt")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
UNSTABLE = "unstable"
ROLLING = {"unstable", "sid", "testing", "forky", "experimental"}
STABLE_WITH_FONT_AWESOME_4 = "bookworm"
REMEDY = (
    "Where no Debian mirror is to be had, name an Odoo 19 source tree: "
    "ODOO_HOME=/path/to/odoo scripts/up"
)


def unpacked(package: str) -> Path:
    """Give a folder with a package's files, fetched and unpacked when missing.

    Raises:
        SetupError: no apt, no Debian mirror, or the package is not to be had.
    """
    return unpacked_all([package])[0]


def unpacked_all(packages: list[str]) -> list[Path]:
    """Fetch several packages with one run of apt; see :func:`unpacked`."""
    folders = [cache.root() / "debian" / "unpacked" / name for name in packages]
    with cache.lock("apt"):
        missing = [folder.name for folder in folders if not folder.exists()]
        if missing:
            _fetch(missing)
    return folders


def _fetch(packages: list[str]) -> None:
    for program in ("apt-get", "dpkg"):
        if not shutil.which(program):
            raise SetupError(f"{program} is missing: this is no Debian. {REMEDY}")
    base = cache.folder("debian")
    log = cache.folder("logs") / "apt.log"
    config = _write_config(base)
    downloads = cache.folder("debian", "downloads")
    names = packages[0] if len(packages) == 1 else f"{len(packages)} packages"
    with progress.step(
        f"Debian's {names} (apt checks the signature)",
        lambda: progress.last_line(log),
    ):
        _write_sources(base)
        command.run_logged(["apt-get", "-c", config, "update"], log, remedy=REMEDY)
        command.run_logged(
            ["apt-get", "-c", config, "download", *packages],
            log,
            cwd=downloads,
            remedy=REMEDY,
        )
        for package in packages:
            _unpack(package, downloads, log)


def _unpack(package: str, downloads: Path, log: Path) -> None:
    found = downloads.glob(f"{package}_*.deb")
    archive = max(found, key=lambda file: file.stat().st_mtime)
    target = cache.folder("debian", "unpacked") / package
    partial = target.with_name(f"{package}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    command.run_logged(["dpkg", "-x", archive, partial], log)
    (partial / ".package").write_text(archive.name)
    partial.rename(target)
    archive.unlink()


def _write_config(base: Path) -> Path:
    for name in ("state/lists/partial", "cache/archives/partial", "etc"):
        (base / name).mkdir(parents=True, exist_ok=True)
    (base / "state" / "status").touch()
    # The machine's hooks after an update (cleaning, software catalogues) concern its
    # own lists, so they are taken out; its proxy settings stay.
    lines = [
        "#clear APT::Update::Post-Invoke;",
        "#clear APT::Update::Post-Invoke-Success;",
        "#clear APT::Update::Pre-Invoke;",
        f'Dir::State "{base}/state";',
        f'Dir::State::status "{base}/state/status";',
        f'Dir::Cache "{base}/cache";',
        f'Dir::Etc::sourcelist "{base}/etc/crm_sme.sources";',
        f'Dir::Etc::sourceparts "{base}/etc/none";',
        f'Dir::Etc::preferences "{base}/etc/preferences";',
        f'Dir::Etc::preferencesparts "{base}/etc/none";',
        'Acquire::Languages "none";',
        'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";',
        'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";',
        'Acquire::Retries "3";',
    ]
    if os.geteuid() == 0:
        lines.append('APT::Sandbox::User "root";')
    (base / "etc" / "preferences").write_text(
        f"Package: *\nPin: release a={UNSTABLE}\nPin-Priority: 100\n\n"
        "Package: fonts-font-awesome\nPin: version /4\\.7/\nPin-Priority: 1001\n\n"
        f"Package: docker-compose\nPin: release a={UNSTABLE}\nPin-Priority: 1001\n"
    )
    path = base / "etc" / "apt.conf"
    path.write_text("\n".join(lines) + "\n")
    return path


def _write_sources(base: Path) -> None:
    mirror, suite = debian_mirror()
    if suite in ROLLING:
        suite = STABLE_WITH_FONT_AWESOME_4
    signed = f"Signed-By: {KEYRING}\n" if KEYRING.exists() else ""
    (base / "etc" / "crm_sme.sources").write_text(
        f"Types: deb\nURIs: {mirror}\nSuites: {suite} {UNSTABLE}\n"
        f"Components: main\n{signed}"
    )


def debian_mirror(sources: Path = SOURCES) -> tuple[str, str]:
    """Read the machine's own Debian mirror and suite from its apt sources.

    Raises:
        SetupError: no source of the machine is a plain Debian suite.
    """
    files = [sources / "sources.list"]
    parts = sources / "sources.list.d"
    files += [*sorted(parts.glob("*.sources")), *sorted(parts.glob("*.list"))]
    for file in files:
        text = file.read_text("utf-8", "replace") if file.is_file() else ""
        entries = _deb822(text) if file.suffix == ".sources" else _one_line(text)
        for uri, suite in entries:
            if _is_debian_suite(uri, suite):
                return uri, suite
    raise SetupError(f"No Debian mirror in {sources}. {REMEDY}")


def _is_debian_suite(uri: str, suite: str) -> bool:
    return bool(re.search(r"/debian/?$", uri)) and bool(re.fullmatch(r"[a-z]+", suite))


def _deb822(text: str) -> list[tuple[str, str]]:
    """Read stanzas ``Types/URIs/Suites/Components``; comments may stand anywhere."""
    found = []
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for stanza in re.split(r"\n\s*\n", plain):
        fields = {
            name.lower(): value.split()
            for name, value in re.findall(r"(?m)^([\w-]+):((?:.|\n[ \t])*)", stanza)
        }
        if "deb" not in fields.get("types", []) or fields.get("enabled") == ["no"]:
            continue
        if "main" in fields.get("components", []):
            found += [
                (uri, suite)
                for uri in fields.get("uris", [])
                for suite in fields.get("suites", [])
            ]
    return found


def _one_line(text: str) -> list[tuple[str, str]]:
    """Read lines ``deb [options] uri suite component...``."""
    found = []
    for line in text.splitlines():
        plain = re.sub(r"\[[^]]*\]", "", line.partition("#")[0]).split()
        if plain[:1] == ["deb"] and "main" in plain[3:]:
            found.append((plain[1], plain[2]))
    return found
