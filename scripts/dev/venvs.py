"""The virtual environments: one to run Odoo, one for the agent, tests and checkers.

Both are shared between clones and named by a hash of their requirements, so a changed
requirement makes a new one. Each clone adds a thin environment of its own over the
second, in which the agent is installed from the working tree.
"""

import contextlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from . import apt, cache, command, odoo_source, progress
from .errors import SetupError, main_with_remedy

REQUIREMENTS = Path(__file__).with_name("requirements")
MINIMUM = (3, 11)
READY = ".ready"


def check_python() -> None:
    """Refuse a Python that is too old, with the remedy."""
    if sys.version_info < MINIMUM:
        raise SetupError(
            f"Python {sys.version.split()[0]} is too old: 3.11 or 3.12 is needed. "
            "Install it and name it: PYTHON=/path/to/python3.11 scripts/up"
        )


def odoo_python() -> Path:
    """Give the Python that runs Odoo, its environment made when missing."""
    return _shared("odoo")


def dev_python() -> Path:
    """Give the Python with the agent's libraries and all tools, without the agent."""
    return _shared("dev")


def journey_python() -> Path:
    """Give the Python that holds the baskets of *Complete Journey*."""
    return _shared("journey")


def rival_python(name: str) -> Path:
    """Give the Python that holds a rival of the bench: airbyte, dlt or singer."""
    return _shared(f"rival-{name}")


def karrio_python() -> Path:
    """Give the Python that runs Karrio's server, for the live tests."""
    return _shared("karrio")


def agent_python() -> Path:
    """Give this clone's Python: the shared libraries and the agent of this tree.

    Its folder holds the agent's commands too (``sync-agent``).
    """
    shared = dev_python()
    target = cache.clone_folder() / "venv"
    project = cache.REPOSITORY / "pyproject.toml"
    key = cache.digest(str(shared), project if project.exists() else "")
    with cache.lock(f"clone-venv-{cache.digest(str(target))}"):
        if _is_ready(target, key):
            return target / "bin" / "python"
        shutil.rmtree(target, ignore_errors=True)
        _make_empty(target)
        link = Path(_site_packages(target)) / "crm_sme_shared.pth"
        link.write_text(f"{_site_packages(shared.parents[1])}\n")
        if project.exists():
            _install_agent(target)
        (target / READY).write_text(key)
    return target / "bin" / "python"


def _shared(name: str) -> Path:
    requirements = REQUIREMENTS / f"{name}.txt"
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    key = cache.digest(requirements, version)
    target = cache.folder("venvs") / f"{name}-{version}-{key}"
    python = target / "bin" / "python"
    if _is_ready(target, key):
        return python
    with cache.lock(target.name):
        if _is_ready(target, key):
            return python
        log = cache.folder("logs") / f"{target.name}.log"
        with progress.step(
            f"Python environment '{name}'", lambda: progress.last_line(log)
        ):
            shutil.rmtree(target, ignore_errors=True)
            _make_with_pip(target, log)
            command.run_logged(
                [
                    *(python, "-m", "pip", "install", "--no-input", "--no-deps"),
                    *("--only-binary=:all:", "--progress-bar", "off"),
                    "--disable-pip-version-check",
                    *("--root-user-action", "ignore", "-r", requirements),
                ],
                log,
                remedy="Is the package index reachable? The same command tries again.",
            )
        (target / READY).write_text(key)
    return python


def _install_agent(target: Path) -> None:
    """Install the working tree with its entry points, nothing else."""
    command.run_logged(
        [
            *(dev_python(), "-m", "pip", "--python", target / "bin" / "python"),
            *("install", "--no-input", "--no-deps", "--no-build-isolation"),
            *("--disable-pip-version-check", "--root-user-action", "ignore"),
            *("-e", cache.REPOSITORY),
        ],
        cache.clone_folder("logs") / "install-agent.log",
    )


def _is_ready(target: Path, key: str) -> bool:
    marker = target / READY
    return marker.exists() and marker.read_text() == key


def _make_empty(target: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "venv", "--without-pip", target], check=True, timeout=120
    )


def _make_with_pip(target: Path, log: Path) -> None:
    """Make an environment with pip, also where Python came without ensurepip."""
    if _has_ensurepip():
        command.run_logged([sys.executable, "-m", "venv", target], log)
        return
    _make_empty(target)
    wheels = apt.unpacked("python3-pip-whl") / "usr/share/python-wheels"
    wheel = next(iter(sorted(wheels.glob("pip-*.whl"))), None)
    if wheel is None:
        raise SetupError(
            "This Python has no pip. Install it: apt-get install python3-venv"
        )
    command.run_logged(
        [
            *(target / "bin" / "python", wheel / "pip", "install", "--no-deps"),
            *("--no-input", "--disable-pip-version-check", wheel),
        ],
        log,
    )


def _has_ensurepip() -> bool:
    code = "import ensurepip, sys; sys.exit(0 if ensurepip.version() else 1)"
    return (
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=60, check=False
        ).returncode
        == 0
    )


def _site_packages(prefix: Path) -> str:
    return sysconfig.get_path("purelib", "venv", {"base": str(prefix)})


def main() -> int:
    """Print the path of one Python (or of Odoo's source), made when missing."""
    places = {
        "agent": agent_python,
        "dev": dev_python,
        "odoo": odoo_python,
        "odoo-source": lambda: odoo_source.odoo_source().addons[0].parent,
    }
    # Standard output carries the path alone.
    with contextlib.redirect_stdout(sys.stderr):
        check_python()
        place = places[sys.argv[1]]()
    sys.stdout.write(f"{place}\n")
    return 0


if __name__ == "__main__":
    main_with_remedy(main)
