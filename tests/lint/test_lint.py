"""The house rules as tools: each checker is a test, its output the failure."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
TIMEOUT_S = 600
PYTHON = [sys.executable, "-m"]
CODE = ["sync_agent", "scripts", "tests", "addons", "conftest.py"]
ADDONS = sorted(
    str(manifest.parent.relative_to(REPOSITORY))
    for manifest in REPOSITORY.glob("addons/*/__manifest__.py")
)
# pylint-odoo: what ruff cannot see. `odoo` is not importable here, hence no imports.
PYLINT = [
    *PYTHON,
    "pylint",
    "--load-plugins=pylint_odoo",
    "--disable=all",
    "--enable=odoolint",
    # The README is the repository's own, the author is no OCA, a big model has several
    # files here, and ruff judges exceptions (S110).
    "--disable=missing-readme,manifest-required-author,prefer-env-translation,"
    "consider-merging-classes-inherited,except-pass",
    "--ignore=tests",
    "--valid-odoo-versions=19.0",
    "--score=n",
    "--jobs=2",
]
OCA = [
    *(*PYTHON, "oca_pre_commit_hooks.cli"),
    # Headers and priorities are written as Odoo's own views write them.
    "--disable=missing-readme,xml-header-wrong,xml-field-numeric-without-eval,"
    "xml-tag-position",
]
# Its module run with -m defines the command and does not call it.
BORDERS = [
    *(sys.executable, "-c"),
    "from importlinter.cli import lint_imports_command; lint_imports_command()",
]
CHECKERS = {
    "ruff check": [*PYTHON, "ruff", "check", *CODE],
    "ruff format": [*PYTHON, "ruff", "format", "--check", *CODE],
    "mypy of the agent": [*PYTHON, "mypy", "sync_agent"],
    # Their package's parent imports Odoo, so they are looked at as a package alone.
    "mypy of the addon's tools": [
        *("env", "MYPYPATH=addons/crm_sme"),
        *(*PYTHON, "mypy", "addons/crm_sme/tools"),
    ],
    "import borders": BORDERS,
    "declared dependencies": [*PYTHON, "deptry", "sync_agent"],
    "pylint-odoo": [*PYLINT, *ADDONS],
    "oca addon checks": [*OCA, *ADDONS],
}


def run(arguments: list[str]) -> str:
    """Run a checker; gives its output when it complains, else nothing."""
    done = subprocess.run(
        arguments,
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    return (done.stdout + done.stderr) if done.returncode else ""


@pytest.mark.timeout(TIMEOUT_S)
@pytest.mark.parametrize("checker", CHECKERS, ids=lambda name: name.replace(" ", "-"))
def test_checker_has_no_complaint(checker: str) -> None:
    output = run(CHECKERS[checker])
    assert not output, f"{' '.join(CHECKERS[checker])}\n{output[-12000:]}"


def test_the_import_borders_are_really_looked_at() -> None:
    done = subprocess.run(
        BORDERS,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert re.search(r"Contracts: \d+ kept, 0 broken", done.stdout), done.stdout
